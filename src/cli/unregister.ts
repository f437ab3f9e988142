import {
  CLUSTER,
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CONFIG_MAP,
  DEPLOYMENT,
  type Resource,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../api/kinds.ts'
import { AGENT_HOST_SECRET, AGENT_NAME } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import { stringAt } from '../object/field.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { CommandError } from './manifests.ts'

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

/** What a registration makes in a member, the last first. */
const IN_MEMBER: readonly (readonly [resource: Resource, name: string])[] = [
  [DEPLOYMENT, AGENT_NAME],
  [CONFIG_MAP, AGENT_NAME],
  [SECRET, AGENT_HOST_SECRET],
  [ROLE_BINDING, AGENT_NAME],
  [ROLE, AGENT_NAME],
  [CLUSTER_ROLE_BINDING, AGENT_NAME],
  [CLUSTER_ROLE, AGENT_NAME],
  [CLUSTER_ROLE, `${AGENT_NAME}-write`],
  [SERVICE_ACCOUNT, AGENT_NAME],
]

/**
 * Lets a cluster in Pull mode go: its agent empties the member, its identity on the host goes with the Cluster, and then the
 * agent.
 *
 * @returns the exit code: 0, or 1 when the Cluster is not gone in time.
 * @throws CommandError when there is nothing to let go.
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
    await cleanMember(deps.member, options, signal)
    deps.write(`The agent is removed from the member; namespace ${options.namespace} is left there.\n`)
  }
  return 0
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

async function cleanMember(member: Client, { namespace }: UnregisterOptions, signal: AbortSignal): Promise<void> {
  for (const [resource, name] of IN_MEMBER) {
    const key = { namespace: resource.namespaced ? namespace : '', name }
    await findOrUndefined(() => member.delete(resource, key, { signal, propagationPolicy: 'Background' }))
  }
  const { items } = await member.list(ROLE_BINDING, {}, { signal })
  const writers = items.filter(({ metadata }) => metadata.name === `${AGENT_NAME}-write`)
  for (const { metadata } of writers) {
    const key = { namespace: metadata.namespace ?? '', name: metadata.name }
    await findOrUndefined(() => member.delete(ROLE_BINDING, key, { signal }))
  }
}
