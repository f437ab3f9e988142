import { CLUSTER, DEPLOYMENT } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import { stringAt } from '../object/field.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { nameOf } from './join/ensure.ts'
import { deleteAll } from './join/leftovers.ts'
import { CommandError } from './manifests.ts'
import { agentElsewhere, registeredAs, registeredObjects } from './register/leftovers.ts'

export interface UnregisterDeps {
  readonly host: Client
  /** Absent: the agent stays in the member, where it is nobody any more. */
  readonly member?: Client
  readonly clock: Clock
  readonly write: (text: string) => void
}

export interface UnregisterOptions {
  readonly name: string
  /** Of the agent, in the member. */
  readonly namespace: string
  readonly waitMs: number
}

const LOOK_EVERY_MS = 500

/**
 * Lets a cluster in Pull mode go: its agent empties the member, its identity on the host goes with the Cluster, and then the
 * agent.
 *
 * @returns the exit code: 0, or 1 when the Cluster is not gone in time.
 * @throws CommandError when there is nothing to let go, or what is in the member is not of this cluster.
 */
export async function unregister(
  deps: UnregisterDeps,
  options: UnregisterOptions,
  signal: AbortSignal,
): Promise<number> {
  const { name } = options
  const key = { namespace: '', name }
  const cluster = await findOrUndefined(() => deps.host.get(CLUSTER, key, { signal }))
  const mode = stringAt(cluster, 'spec', 'syncMode')
  if (cluster === undefined && deps.member === undefined) {
    throw new CommandError(
      `there is no cluster ${name}: with --cluster-kubeconfig what is left of its agent in the member is removed`,
    )
  }
  if (mode === 'Push') {
    throw new CommandError(`cluster ${name} has joined in mode Push: flotilla unjoin ${name} lets it go`)
  }
  if (deps.member !== undefined) await checkMember(deps.member, options, signal)
  await findOrUndefined(() => deps.host.delete(CLUSTER, key, { signal }))
  if (!(await isGone(deps, options, signal))) {
    deps.write(
      `Cluster ${name} is not gone yet; what it waits for: kubectl describe cluster ${name}. The agent stays until then.\n`,
    )
    return 1
  }
  deps.write(`Cluster ${name} is gone, and its agent is nobody on the host any more.\n`)
  if (deps.member === undefined) {
    deps.write(`The agent is left in the member: flotilla unregister ${name} --cluster-kubeconfig <file> removes it.\n`)
  } else {
    deps.write(`${await cleanMember(deps.member, options.namespace, signal)}\n`)
  }
  return 0
}

/** Whoever names the wrong kubeconfig or namespace would leave one agent, and end another. */
async function checkMember(member: Client, { name, namespace }: UnregisterOptions, signal: AbortSignal): Promise<void> {
  const cluster = await registeredAs(member, namespace, signal)
  if (cluster !== undefined && cluster !== name) {
    throw new CommandError(`the member is registered as ${cluster}, not as ${name}: nothing was deleted`)
  }
  const elsewhere = await agentElsewhere(member, namespace, signal)
  if (elsewhere !== undefined) {
    throw new CommandError(
      `the agent of the member is in namespace ${elsewhere}, not in ${namespace}: nothing was deleted; name it by --namespace`,
    )
  }
}

async function isGone(
  { host, clock }: UnregisterDeps,
  { name, waitMs }: UnregisterOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + waitMs
  for (;;) {
    const found = await findOrUndefined(() => host.get(CLUSTER, { namespace: '', name }, { signal }))
    if (found === undefined) return true
    if (clock.monotonicMs() > deadlineMs) return false
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
}

/** @returns what became of the agent, in words. */
async function cleanMember(member: Client, namespace: string, signal: AbortSignal): Promise<string> {
  const objects = await registeredObjects(member, namespace, signal)
  await deleteAll(member, objects, signal)
  if (objects.some(({ kind }) => kind === DEPLOYMENT.kind)) {
    return `The agent is removed from the member; namespace ${namespace} is left there.`
  }
  const removed = objects.length === 0 ? 'nothing was left there' : `removed is ${objects.map(nameOf).join(', ')}`
  return `No agent of flotilla register is in namespace ${namespace} of the member, ${removed}. One of the chart goes with helm uninstall.`
}
