import { CONFIG_MAP, type PolicyKind } from '../../api/kinds.ts'
import { FIELD_MANAGER } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound, isTerminatingNamespace } from '../../kube/status-error.ts'
import type { Policy } from '../../object/karmada-objects.ts'
import { keyOf, type ObjectKey } from '../../object/object-key.ts'
import { CLUSTER_PARKING_INDEX, PARKING_INDEX } from '../../parking/index-entries.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { type Action, plan, SETTLE_MS } from './plan.ts'

export interface IndexDeps {
  readonly host: Pick<Client, 'apply' | 'patch' | 'delete'>
  readonly policies: Informer<Policy>
  readonly clusterPolicies: Informer<Policy>
  readonly kinds: { readonly namespaced: PolicyKind; readonly cluster: PolicyKind }
  /** Every index, in whatever namespace. */
  readonly indexes: Pick<Informer, 'get' | 'observe' | 'synced'>
  /** The operator's own namespace. */
  readonly namespace: string
  readonly clock: Clock
}

const UNSYNCED_POLL_MS = 100

/** The queue key of cluster-wide policies; every other is a namespace. */
export const CLUSTER_WIDE = ''

/** Policies of a namespace (or the cluster-wide ones) → the index that the apiserver parks by. */
export function newIndexReconciler(deps: IndexDeps) {
  const writtenAtMs = new Map<string, number>()
  return async (place: string, signal: AbortSignal): Promise<ReconcileResult> => {
    // An index that is not known yet is not one that is missing.
    if (!deps.indexes.synced) return requeueAfter(UNSYNCED_POLL_MS)
    const key = indexKey(deps, place)
    const writtenMs = writtenAtMs.get(place)
    const actions = plan({
      policies: place === CLUSTER_WIDE ? deps.clusterPolicies.list() : deps.policies.list(place),
      configMap: deps.indexes.get(key),
      settledMs: writtenMs === undefined ? SETTLE_MS : deps.clock.monotonicMs() - writtenMs,
    })
    let next = awaitChange()
    for (const action of actions) {
      next = await execute(deps, action, { key, signal })
      if (action.type === 'writeIndex') writtenAtMs.set(place, deps.clock.monotonicMs())
    }
    return next
  }
}

function indexKey({ namespace }: IndexDeps, place: string): ObjectKey {
  return place === CLUSTER_WIDE ? { namespace, name: CLUSTER_PARKING_INDEX } : { namespace: place, name: PARKING_INDEX }
}

interface Target {
  readonly key: ObjectKey
  readonly signal: AbortSignal
}

async function execute(deps: IndexDeps, action: Action, { key, signal }: Target): Promise<ReconcileResult> {
  switch (action.type) {
    case 'writeIndex':
      return writeIndex(deps, action.data, { key, signal })
    case 'deleteIndex':
      await ignoringAbsence(() => deps.host.delete(CONFIG_MAP, key, { signal }))
      return awaitChange()
    case 'mark':
      await mark(deps, action, signal)
      return awaitChange()
    case 'wait':
      return requeueAfter(action.afterMs)
  }
}

async function writeIndex(
  deps: IndexDeps,
  data: Readonly<Record<string, string>>,
  { key, signal }: Target,
): Promise<ReconcileResult> {
  const metadata = { ...key, labels: { 'app.kubernetes.io/managed-by': 'flotilla' } }
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
  try {
    deps.indexes.observe(await deps.host.apply(CONFIG_MAP, manifest, { fieldManager: FIELD_MANAGER, signal }))
  } catch (error) {
    // Nothing new can be made there, so nothing has to be parked.
    if (isNotFound(error) || isTerminatingNamespace(error)) return awaitChange()
    throw error
  }
  return requeueAfter(SETTLE_MS)
}

async function mark(
  deps: IndexDeps,
  { policy, patch }: Extract<Action, { type: 'mark' }>,
  signal: AbortSignal,
): Promise<void> {
  const isNamespaced = policy.metadata.namespace !== undefined
  const [kind, informer] = isNamespaced
    ? ([deps.kinds.namespaced, deps.policies] as const)
    : ([deps.kinds.cluster, deps.clusterPolicies] as const)
  await ignoringAbsence(async () => {
    informer.observe(await deps.host.patch(kind, keyOf(policy), { type: 'merge', body: patch }, { signal }))
  })
}

async function ignoringAbsence(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
