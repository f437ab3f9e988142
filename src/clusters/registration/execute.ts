import { CLUSTER, NAMESPACE, WORK } from '../../api/kinds.ts'
import { executionNamespace, FINALIZER, LABEL } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isAlreadyExists, isBehind, isNotFound } from '../../kube/status-error.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { planFinalizerRemoval } from '../../runtime/finalizer.ts'
import type { Informer } from '../../runtime/informer.ts'
import { ReconcileError } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { deleteWork } from '../../runtime/work-writes.ts'
import type { Action } from './plan.ts'

/** What actions need. */
export interface ExecutionDeps {
  readonly host: Pick<Client, 'get' | 'create' | 'patch' | 'delete'>
  readonly clusters: Pick<Informer<Cluster>, 'observe'>
  readonly namespaces: Pick<Informer, 'observe'>
  readonly recorder: Recorder
}

interface Execution {
  readonly cluster: Cluster
  readonly action: Action
  readonly signal: AbortSignal
}

/** Carries out one action. @throws StatusError, TransportError: the next reconcile plans anew. */
export async function executeAction(deps: ExecutionDeps, execution: Execution): Promise<void> {
  const { cluster, action, signal } = execution
  switch (action.type) {
    case 'createNamespace':
      return createNamespace(deps, execution, action.name)
    case 'labelNamespace':
      return labelNamespace(deps, action.name, signal)
    case 'patchCluster':
      return patchCluster(deps, execution, action)
    case 'deleteNamespace':
      return deleteNamespace(deps, execution, action.namespace)
    case 'deleteWork':
      return deleteWork(deps, action.work, signal)
    case 'releaseWork':
      await deps.host.patch(WORK, keyOf(action.work), releasePatch(action.work, FINALIZER.work), { signal })
      return
    case 'releaseCluster':
      return releaseCluster(deps, execution)
    case 'reportHeld':
      return deps.recorder.event(cluster, 'Warning', 'RemoveClusterHeld', action.message)
    case 'wait':
      return
  }
}

/** @throws ReconcileError while the execution namespace is there after all: whoever did not hear that it was made would leave it behind. */
async function releaseCluster({ host, namespaces }: ExecutionDeps, { cluster, signal }: Execution): Promise<void> {
  const name = executionNamespace(cluster.metadata.name)
  const namespace = await findOrUndefined(() => host.get(NAMESPACE, { namespace: '', name }, { signal }))
  if (namespace === undefined)
    return void (await host.patch(CLUSTER, keyOf(cluster), releasePatch(cluster, FINALIZER.cluster), { signal }))
  namespaces.observe(namespace)
  throw new ReconcileError('NamespaceStands', `namespace ${name} is there still: it goes first`, { retry: 'backoff' })
}

function releasePatch(object: KubeObject, finalizer: string) {
  return { type: 'json', body: planFinalizerRemoval(object, finalizer) ?? [] } as const
}

async function createNamespace(deps: ExecutionDeps, { cluster, signal }: Execution, name: string): Promise<void> {
  const metadata = { name, labels: { [LABEL.system]: 'true' } }
  try {
    deps.namespaces.observe(
      await deps.host.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata }, { signal }),
    )
  } catch (error) {
    // Only our cache does not know it yet.
    if (isAlreadyExists(error)) return
    warn(deps, cluster, { event: 'CreateExecutionSpaceFailed', what: `creating execution space ${name}`, error })
    throw error
  }
  deps.recorder.event(cluster, 'Normal', 'CreateExecutionSpaceSucceed', `Created execution space ${name}`)
}

async function labelNamespace(deps: ExecutionDeps, name: string, signal: AbortSignal): Promise<void> {
  const body = { metadata: { labels: { [LABEL.system]: 'true' } } }
  deps.namespaces.observe(
    await deps.host.patch(NAMESPACE, { namespace: '', name }, { type: 'merge', body }, { signal }),
  )
}

async function patchCluster(
  deps: ExecutionDeps,
  { cluster, signal }: Execution,
  { patch, taints }: { readonly patch: JsonObject; readonly taints: boolean },
): Promise<void> {
  try {
    deps.clusters.observe(await deps.host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body: patch }, { signal }))
  } catch (error) {
    if (taints && !isBehind(error))
      warn(deps, cluster, { event: 'TaintClusterFailed', what: 'tainting the cluster', error })
    throw error
  }
  if (taints)
    deps.recorder.event(cluster, 'Normal', 'TaintClusterSucceed', 'Set the taints that follow from condition Ready')
}

async function deleteNamespace(
  deps: ExecutionDeps,
  { cluster, signal }: Execution,
  namespace: KubeObject,
): Promise<void> {
  const { uid } = namespace.metadata
  try {
    await deps.host.delete(NAMESPACE, keyOf(namespace), { signal, ...(uid === undefined ? {} : { uid }) })
  } catch (error) {
    if (isNotFound(error)) return
    const what = `removing execution space ${executionNamespace(cluster.metadata.name)}`
    warn(deps, cluster, { event: 'RemoveExecutionSpaceFailed', what, error })
    throw error
  }
  const message = `Removing execution space ${namespace.metadata.name}`
  deps.recorder.event(cluster, 'Normal', 'RemoveExecutionSpaceSucceed', message)
}

interface Failure {
  readonly event: string
  readonly what: string
  readonly error: unknown
}

function warn(deps: ExecutionDeps, cluster: Cluster, { event, what, error }: Failure): void {
  const cause = error instanceof Error ? error.message : String(error)
  deps.recorder.event(cluster, 'Warning', event, `Failed at ${what}: ${cause}`)
}
