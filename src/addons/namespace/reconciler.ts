import { executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { isBehind } from '../../kube/status-error.ts'
import type { Cluster, OverridePolicy, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { parseKey } from '../../object/object-key.ts'
import { applyOverrides } from '../../override/apply-overrides.ts'
import { describeOverride } from '../../override/describe-override.ts'
import { OverrideError } from '../../override/override-error.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, ReconcileError, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { createWork, updateWork } from '../../runtime/work-writes.ts'
import { type Action, type Observed, plan, renderNamespaceWork } from './plan.ts'
import { namespaceWorkName } from './target-namespaces.ts'

export interface NamespaceDeps {
  readonly host: Pick<Client, 'create' | 'update' | 'get'>
  readonly namespaces: Lister<KubeObject>
  readonly clusters: Lister<Cluster>
  readonly works: Informer<Work>
  /** ClusterOverridePolicies: those that select a namespace change it for a cluster. */
  readonly clusterOverrides: Lister<OverridePolicy>
  readonly settings: NamespaceSettings
  /** Whether something is in the namespace of a cluster, or on its way there: asked only for `sync: demand`. */
  readonly isNeeded: (key: string) => boolean
  readonly isReserved: (namespace: string) => boolean
  readonly recorder: Recorder
  readonly newUid: () => string
}

/** docs/reference/namespaces.md */
export interface NamespaceSettings {
  /** Which clusters get a namespace: those that something is propagated into it for, or all. */
  readonly sync: 'demand' | 'all'
  /** What becomes of it in members when the host's is deleted. */
  readonly deletion: 'keep' | 'follow'
}

/** Namespace and cluster → Work (spec/behaviour/propagation.md §10). Its keys are those of {@link targetKey}. */
export function newNamespaceReconciler(deps: NamespaceDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const observed = observe(deps, key)
    const action = plan(observed)
    if (action !== undefined) await execute(deps, { action, namespace: observed.namespace, signal })
    return awaitChange()
  }
}

function observe(deps: NamespaceDeps, key: string): Observed {
  const { namespace: cluster, name } = parseKey(key)
  const namespace = deps.namespaces.get({ namespace: '', name })
  const existing = deps.works.get({ namespace: executionNamespace(cluster), name: namespaceWorkName(name) })
  const preserved = deps.settings.deletion === 'keep'
  return {
    namespace,
    existing,
    preserved,
    open: isOpen(deps, cluster),
    wanted: isWanted(deps, key),
    reserved: name === 'default' || deps.isReserved(name),
    render: () => {
      const template = namespace ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      const overridden = override(deps, template, cluster)
      return renderNamespaceWork({ ...overridden, template, cluster, existing, newUid: deps.newUid }, preserved)
    },
  }
}

/** OverridePolicies are of a namespace, and for what is in it: they never change the namespace itself. */
function override(deps: NamespaceDeps, namespace: KubeObject, cluster: string) {
  const target = deps.clusters.get({ namespace: '', name: cluster }) ?? { metadata: { name: cluster } }
  const policies = { cluster: deps.clusterOverrides.list(), namespaced: [] }
  try {
    const { manifest, appliedClusterOverrides } = applyOverrides({ manifest: namespace, cluster: target, policies })
    return { manifest, ...(appliedClusterOverrides !== undefined && { appliedClusterOverrides }) }
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error
    const text = `${describeOverride(error.policy, [cluster])} failed. ${error.message}`
    for (const about of [namespace, error.policy]) {
      deps.recorder.event(about, 'Warning', 'ApplyOverridePolicyFailed', text)
    }
    throw new ReconcileError('OverrideFailed', text, { retry: 'never', cause: error })
  }
}

/**
 * Whether the settings ask for a Work that carries the namespace. On demand the namespace is made with the first object
 * in it; a Work besides is what takes it away again when the host's goes.
 */
function isWanted({ settings, isNeeded }: NamespaceDeps, key: string): boolean {
  return settings.sync === 'all' || (settings.deletion === 'follow' && isNeeded(key))
}

function isOpen({ clusters, namespaces }: NamespaceDeps, name: string): boolean {
  const cluster = clusters.get({ namespace: '', name })
  const space = namespaces.get({ namespace: '', name: executionNamespace(name) })
  return [cluster, space].every(each => each !== undefined && each.metadata.deletionTimestamp === undefined)
}

interface Execution {
  readonly action: Action
  readonly namespace: KubeObject | undefined
  readonly signal: AbortSignal
}

async function execute(deps: NamespaceDeps, { action, namespace, signal }: Execution): Promise<void> {
  const write = action.type === 'createWork' ? createWork : updateWork
  try {
    await write(deps, action.work, signal)
  } catch (error) {
    if (namespace !== undefined && !isBehind(error)) {
      const text = error instanceof Error ? error.message : String(error)
      deps.recorder.event(namespace, 'Warning', 'SyncWorkFailed', text)
    }
    throw error
  }
}
