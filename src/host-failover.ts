import type { BindingKind } from './api/kinds.ts'
import {
  type ApplicationFailoverControllerDeps,
  startApplicationFailover,
} from './clusters/application-failover/controller.ts'
import { type EvictionControllerDeps, startEviction } from './clusters/eviction/controller.ts'
import { newPace } from './clusters/eviction/pace.ts'
import { type FailbackControllerDeps, startFailback } from './clusters/failback/controller.ts'
import type { FailoverSettings } from './clusters/failover-settings.ts'
import { type GracefulEvictionControllerDeps, startGracefulEviction } from './clusters/graceful-eviction/controller.ts'
import { type OutageControllerDeps, startOutages } from './clusters/outage/controller.ts'
import { isConditionTrue } from './object/condition.ts'
import type { Binding } from './object/karmada-objects.ts'
import { EVICTION_HALTED } from './rendering/eviction-halt.ts'
import type { EvictionMetrics } from './runtime/eviction-metrics.ts'
import type { Informer } from './runtime/informer.ts'

type OfOneKind = 'kind' | 'bindings'

/** What the controllers of failover need, each some of it. */
export interface FailoverDeps
  extends Omit<EvictionControllerDeps, OfOneKind | 'pace' | 'settings'>,
    Omit<GracefulEvictionControllerDeps, OfOneKind | 'gracePeriodSeconds'>,
    Omit<ApplicationFailoverControllerDeps, OfOneKind | 'brake'>,
    Omit<FailbackControllerDeps, OfOneKind>,
    Omit<OutageControllerDeps, 'bindings' | 'settings'> {
  readonly clusters: EvictionControllerDeps['clusters']
  readonly metrics: EvictionMetrics
  readonly stores: readonly { readonly kind: BindingKind; readonly informer: Informer<Binding> }[]
  readonly failover: FailoverSettings
}

/** Starts what moves workloads away from clusters, and back. @returns what ends each. */
export function startFailover(deps: FailoverDeps): readonly (() => Promise<void>)[] {
  const { clock, clusters, metrics, stores, failover: settings } = deps
  const pace = newPace(clock, settings.evictionsPerSecond)
  metrics.watchEvictions(() => ({
    waiting: pace.waiting,
    halted: clusters
      .list()
      .filter(({ status }) => isConditionTrue(status?.conditions, EVICTION_HALTED))
      .map(({ metadata }) => metadata.name),
  }))
  return [
    startOutages({ ...deps, settings, bindings: stores.map(({ informer }) => informer) }),
    ...stores.flatMap(({ kind, informer }) => {
      const own = { ...deps, kind, bindings: informer }
      return [
        startEviction({ ...own, pace, settings }),
        startGracefulEviction({ ...own, gracePeriodSeconds: settings.gracePeriodSeconds }),
        startApplicationFailover({ ...own, brake: settings.brake }),
        startFailback(own),
      ]
    }),
  ]
}
