import { type DeletionGuardDeps, startDeletionGuard } from './addons/deletion-guard/controller.ts'
import { type DependencyDeps, startDependencies } from './addons/dependencies/controller.ts'
import { type DeschedulerDeps, startDescheduler } from './addons/descheduler/controller.ts'
import { type NamespaceControllerDeps, startNamespaces } from './addons/namespace/controller.ts'
import { type RebalancerDeps, startRebalancer } from './addons/rebalancer/controller.ts'
import { type RemedyDeps, startRemedies } from './addons/remedy/controller.ts'
import { CLUSTER_RESOURCE_BINDING, RESOURCE_BINDING } from './api/kinds.ts'
import type { Configuration } from './configuration.ts'
import type { Binding, WorkloadRebalancer } from './object/karmada-objects.ts'
import type { Informer } from './runtime/informer.ts'

/** What controllers beside the way of a template need, each some of it. */
export interface AddonDeps
  extends NamespaceControllerDeps,
    Omit<DeletionGuardDeps, 'bindings'>,
    Omit<RebalancerDeps, 'bindings'>,
    RemedyDeps,
    DependencyDeps,
    Omit<DeschedulerDeps, 'times'> {
  readonly clusters: RemedyDeps['clusters'] & NamespaceControllerDeps['clusters'] & DeletionGuardDeps['clusters']
  readonly namespaces: NamespaceControllerDeps['namespaces'] & DeletionGuardDeps['namespaces']
  readonly works: NamespaceControllerDeps['works'] & DeletionGuardDeps['works']
  readonly host: NamespaceControllerDeps['host'] &
    DeletionGuardDeps['host'] &
    RebalancerDeps['host'] &
    DependencyDeps['host'] &
    RemedyDeps['host'] &
    DeschedulerDeps['host']
  readonly rebalancers: Informer<WorkloadRebalancer>
  readonly bindings: Informer<Binding>
  readonly clusterBindings: Informer<Binding>
  readonly descheduler: Configuration['descheduler']
}

/** Starts the controllers beside the way of a template. @returns what ends each. */
export function startAddons(deps: AddonDeps): readonly (() => Promise<void>)[] {
  const { bindings, clusterBindings, descheduler } = deps
  const stores = {
    namespaced: { kind: RESOURCE_BINDING, informer: bindings },
    cluster: { kind: CLUSTER_RESOURCE_BINDING, informer: clusterBindings },
  }
  return [
    startDependencies(deps),
    startNamespaces(deps),
    startDeletionGuard(deps),
    startRebalancer({ ...deps, bindings: stores }),
    startRemedies(deps),
    ...(descheduler.enabled ? [startDescheduler({ ...deps, times: descheduler })] : []),
  ]
}
