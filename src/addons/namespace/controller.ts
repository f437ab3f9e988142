import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, CLUSTER_OVERRIDE_POLICY, NAMESPACE, WORK } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace, executionNamespace } from '../../api/names.ts'
import { deepEqual } from '../../object/equality.ts'
import type { Cluster, OverridePolicy, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { selectsObject } from '../../override/select.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { type NamespaceDeps, newNamespaceReconciler } from './reconciler.ts'
import { carriedNamespaceOf, namespaceWorkName, targetKey, targetNamespacesOf } from './target-namespaces.ts'

export interface NamespaceControllerDeps extends Omit<NamespaceDeps, 'isNeeded'> {
  readonly namespaces: Informer
  readonly clusters: Informer<Cluster>
  readonly clusterOverrides: Informer<OverridePolicy>
  /** Index of `works`: {@link targetNamespacesOf}; asked only for `sync: demand` with `deletion: follow`. */
  readonly byTargetNamespace: string
  readonly newController: (options: ControllerOptions) => Controller
  /** Works written side by side. */
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  { on: NAMESPACE, verbs: READ },
  { on: CLUSTER, verbs: READ },
  { on: WORK, verbs: [...READ, 'create', 'update'] },
  { on: CLUSTER_OVERRIDE_POLICY, verbs: READ },
]

/**
 * Namespaces → Works, one key for each namespace in each cluster: a cluster that joins, or a Work that cannot be written,
 * costs only its own share.
 *
 * @returns ends it.
 */
export function startNamespaces(deps: NamespaceControllerDeps): () => Promise<void> {
  const isNeeded = (key: string): boolean => deps.works.byIndex(deps.byTargetNamespace, key).length > 0
  const controller = deps.newController({
    name: 'namespace',
    concurrency: deps.concurrency,
    reconcile: newNamespaceReconciler({ ...deps, isNeeded }),
  })
  const targetsOf = newTargets(deps, isNeeded)
  controller.watch({ informer: deps.namespaces, keysOf: change => keysOfNamespace(deps, targetsOf, change) })
  controller.watch({
    informer: deps.clusters,
    keysOf: change =>
      isNew(change) || changesOverrides(deps, change) ? inCluster(deps, change.object.metadata.name) : [],
  })
  controller.watch({ informer: deps.clusterOverrides, keysOf: change => keysOfOverride(deps, targetsOf, change) })
  controller.watch({ informer: deps.works, keysOf: change => keysOfWork(deps, change) })
  controller.start()
  return () => controller.stop()
}

type Targets = (namespace: KubeObject) => readonly string[]

/** The clusters in which there is something to decide about a namespace: for all others the settings say no. */
function newTargets({ settings, clusters, works }: NamespaceControllerDeps, isNeeded: (key: string) => boolean) {
  const onDemand = settings.deletion === 'follow' ? isNeeded : () => false
  return ({ metadata }: KubeObject): readonly string[] => {
    const name = namespaceWorkName(metadata.name)
    return clusters.list().flatMap(cluster => {
      const key = targetKey(cluster.metadata.name, metadata.name)
      const isConcerned =
        settings.sync === 'all' ||
        works.get({ namespace: executionNamespace(cluster.metadata.name), name }) !== undefined ||
        onDemand(key)
      return isConcerned ? [key] : []
    })
  }
}

/** Namespaces that are execution namespaces themselves open their cluster for Works. */
function keysOfNamespace(deps: NamespaceControllerDeps, targetsOf: Targets, change: Change): readonly string[] {
  const cluster = clusterOfExecutionNamespace(change.object.metadata.name)
  if (cluster !== undefined) return isNew(change) ? inCluster(deps, cluster) : []
  return change.type === 'deleted' ? [] : targetsOf(change.object)
}

/** At start each namespace asks for all clusters already. */
function isNew(change: Change<Cluster> | Change): boolean {
  return change.type === 'added' && !change.initial
}

/** Which rules of a policy are for a cluster depends on what the cluster is. */
function changesOverrides({ clusterOverrides }: NamespaceControllerDeps, change: Change<Cluster>): boolean {
  if (change.type !== 'updated' || clusterOverrides.list().length === 0) return false
  const [before, after] = [change.previous, change.object].map(({ metadata: { labels }, spec }) => {
    const { provider, region, zones } = spec
    return { labels, provider, region, zones }
  })
  return !deepEqual(before, after)
}

/** What a policy selects, and what it no longer does. */
function keysOfOverride(
  { namespaces }: NamespaceControllerDeps,
  targetsOf: Targets,
  change: Change<OverridePolicy>,
): readonly string[] {
  if (change.type === 'added' && change.initial) return []
  const { object } = change
  const previous = change.type === 'updated' ? change.previous : undefined
  if (previous?.metadata.generation === object.metadata.generation) return []
  const versions = previous === undefined ? [object] : [previous, object]
  return namespaces.list().flatMap(namespace => {
    return versions.some(policy => selectsObject(policy, namespace)) ? targetsOf(namespace) : []
  })
}

function inCluster({ namespaces, settings, works }: NamespaceControllerDeps, cluster: string): readonly string[] {
  if (settings.sync === 'all') return namespaces.list().map(({ metadata }) => targetKey(cluster, metadata.name))
  return works
    .list(executionNamespace(cluster))
    .flatMap(work => [...carriedNamespaceOf(work), ...neededBy(settings, work)])
}

/** A Work of a namespace that was taken away or changed, and on demand one that needs a namespace. */
function keysOfWork({ settings }: NamespaceControllerDeps, change: Change<Work>): readonly string[] {
  const { object } = change
  if (change.type === 'added') return change.initial ? [] : neededBy(settings, object)
  if (change.type === 'deleted') return [...carriedNamespaceOf(object), ...neededBy(settings, object)]
  const { previous } = change
  if (object.metadata.generation === previous.metadata.generation) return []
  // Whoever changed it may have taken out the very manifest that tells what it carries.
  return [...carriedNamespaceOf(previous), ...carriedNamespaceOf(object), ...neededBy(settings, object)]
}

function neededBy({ sync, deletion }: NamespaceDeps['settings'], work: Work): readonly string[] {
  return sync === 'demand' && deletion === 'follow' ? targetNamespacesOf(work) : []
}
