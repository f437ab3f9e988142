import { CLUSTER, NAMESPACE, WORK } from '../api/kinds.ts'
import { ANNOTATION, executionNamespace, FINALIZER, KEEP_RESOURCES } from '../api/names.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { cleanMember } from './join/leftovers.ts'
import { type Asked, isCluster } from './join/observe.ts'
import { CommandError } from './manifests.ts'
import { whatHolds } from './unjoin/what-holds.ts'

export interface UnjoinOptions {
  readonly name: string
  /** In the member, of the identity. */
  readonly namespace: string
  /** Leaves in the member what was propagated there. */
  readonly keepResources: boolean
  /** Takes away what holds it, when waiting was in vain. */
  readonly force: boolean
  /** 0: does not wait. In milliseconds. */
  readonly waitMs: number
}

export interface UnjoinDeps {
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
  readonly clock: Clock
  readonly host: Asked
  /** Absent: nothing is taken out of the member but what was propagated. */
  readonly member?: Asked
}

const LOOK_EVERY_MS = 500

/**
 * Lets a member go: its Cluster is deleted, the operator takes out of it what was propagated there, and then its identity goes.
 *
 * @returns the exit code: 0, or 1 when the Cluster is not gone in time.
 * @throws CommandError when there is nothing to let go, or it is not ours.
 */
export async function unjoin(deps: UnjoinDeps, options: UnjoinOptions, signal: AbortSignal): Promise<number> {
  const { name } = options
  const cluster = await readClusterIfAny(deps, name, signal)
  if (cluster === undefined && deps.member === undefined) {
    throw new CommandError(
      `there is no cluster ${name}: kubectl get clusters lists those that have joined; with --cluster-kubeconfig what is left of it in the member is removed`,
    )
  }
  if (cluster !== undefined && !(await letGo(deps, { cluster, options }, signal))) return 1
  if (deps.member !== undefined) await clean(deps, options, signal)
  else {
    deps.write(
      `Its identity is left in the member: flotilla unjoin ${name} --cluster-kubeconfig <file> removes it, also later.\n`,
    )
  }
  return 0
}

async function readClusterIfAny({ host }: UnjoinDeps, name: string, signal: AbortSignal): Promise<Cluster | undefined> {
  const object = await findOrUndefined(() => host.client.get(CLUSTER, { namespace: '', name }, { signal }))
  return object !== undefined && isCluster(object) ? object : undefined
}

interface Going {
  readonly cluster: Cluster
  readonly options: UnjoinOptions
}

/** @returns whether the Cluster is gone, as far as is waited for. */
async function letGo(deps: UnjoinDeps, { cluster, options }: Going, signal: AbortSignal): Promise<boolean> {
  const { name, keepResources, waitMs, force } = options
  const { client } = deps.host
  const key = keyOf(cluster)
  if (cluster.spec.syncMode === 'Pull') {
    throw new CommandError(
      `cluster ${name} fetches its work itself (syncMode Pull): flotilla unregister ${name} lets it go`,
    )
  }
  if (keepResources) {
    const body = { metadata: { annotations: { [ANNOTATION.onDeletion]: KEEP_RESOURCES } } }
    await client.patch(CLUSTER, key, { type: 'merge', body }, { signal })
  }
  const { uid } = cluster.metadata
  await client.delete(CLUSTER, key, { signal, ...(uid !== undefined && { uid }) })
  if (waitMs === 0) {
    deps.write(`Cluster ${name} is being deleted.\n`)
    return true
  }
  if (await isGone(deps, options, signal)) {
    deps.write(`Cluster ${name} is gone${keepResources ? '; what was propagated stays in the member' : ''}.\n`)
    return true
  }
  if (!force) {
    deps.warn(`Cluster ${name} is not gone yet: ${await whatHolds(client, name, signal)}.\n`)
    deps.warn('It goes on by itself. --force takes away what holds it; what was propagated then stays in the member.\n')
    return false
  }
  await takeAwayFinalizers(deps, name, signal)
  deps.write(`Cluster ${name} was made to go; what was propagated stays in the member.\n`)
  return true
}

async function isGone(deps: UnjoinDeps, { name, waitMs }: UnjoinOptions, signal: AbortSignal): Promise<boolean> {
  const deadlineMs = deps.clock.monotonicMs() + waitMs
  for (;;) {
    if ((await readClusterIfAny(deps, name, signal)) === undefined) return true
    if (deps.clock.monotonicMs() > deadlineMs) return false
    await sleep(deps.clock, LOOK_EVERY_MS, signal)
  }
}

/** @source spec/behaviour/clusters.md §7 */
async function takeAwayFinalizers({ host }: UnjoinDeps, name: string, signal: AbortSignal): Promise<void> {
  const { client } = host
  const namespace = executionNamespace(name)
  const works = await findOrUndefined(() => client.list(WORK, { namespace }, { signal }))
  const without = async (resource: typeof WORK, object: KubeObject, finalizer: string): Promise<void> => {
    const finalizers = (object.metadata.finalizers ?? []).filter(each => each !== finalizer)
    const body = { metadata: { finalizers, resourceVersion: object.metadata.resourceVersion } }
    await findOrUndefined(() => client.patch(resource, keyOf(object), { type: 'merge', body }, { signal }))
  }
  for (const work of works?.items ?? []) await without(WORK, work, FINALIZER.work)
  const key = { namespace: '', name: namespace }
  await findOrUndefined(() => client.delete(NAMESPACE, key, { signal }))
  const cluster = await findOrUndefined(() => client.get(CLUSTER, { namespace: '', name }, { signal }))
  if (cluster !== undefined) await without(CLUSTER, cluster, FINALIZER.cluster)
}

async function clean(deps: UnjoinDeps, { name, namespace }: UnjoinOptions, signal: AbortSignal): Promise<void> {
  const { host, member } = deps
  if (member === undefined) return
  const { metadata } = await host.client.get(NAMESPACE, { namespace: '', name: 'kube-system' }, { signal })
  const removed = await cleanMember(member.client, { name, namespace, hostId: metadata.uid ?? '' }, signal)
  if (removed.length === 0) deps.write('In the member nothing was left of it.\n')
  else deps.write(`In the member ${removed.length} objects were removed: ${removed.join(', ')}.\n`)
}
