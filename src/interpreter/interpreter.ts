import type { Component } from '../api/generated/resource-binding.ts'
import { objectAt } from '../object/field.ts'
import { formatGvk, type Gvk, gvkOf } from '../object/gvk.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import type { ConcernsKind, KindChanges } from './kind-changes.ts'
import type {
  AggregatedStatusItem,
  Health,
  KindHooks,
  KindInterpreter,
  MaybePromise,
  Operation,
  Replicas,
} from './kind-interpreter.ts'
import { KINDS } from './kinds/registry.ts'
import type { Dependency } from './pod-dependencies.ts'
import { THIRD_PARTY_KINDS } from './thirdparty/registry.ts'

/** One layer of the chain: what it knows of a kind, if anything. */
export interface InterpreterLayer {
  hooksOf(gvk: Gvk): KindHooks | undefined
  /** Tells when what it knows has changed. Absent: it never does. @returns ends it. */
  onChange?: KindChanges['onChange']
}

/** What a kind means: the only place where the operator knows more of an object than its metadata. */
export interface Interpreter {
  /** Whether some layer knows how to do `operation` for a kind. Always true of reflectStatus. */
  has(gvk: Gvk, operation: Operation): boolean
  /**
   * Tells when some kinds mean something else than before: their objects are to be worked on again.
   *
   * @returns ends it.
   */
  onChange(listener: (concerns: ConcernsKind) => void): () => void
  /** @returns undefined when no layer has the operation: the object is no workload. */
  getReplicas(template: KubeObject): MaybePromise<Replicas | undefined>
  /** @returns undefined when no layer has the operation. */
  getComponents(template: KubeObject): MaybePromise<readonly Component[] | undefined>
  /** @returns the same object when no layer has the operation. */
  reviseReplicas(template: KubeObject, replicas: number): MaybePromise<KubeObject>
  /** The kind's own retained fields only; metadata is kept by rendering/member-manifest.ts. */
  retain(desired: KubeObject, observed: KubeObject): MaybePromise<KubeObject>
  /** @returns the whole `.status` for a kind without special knowledge; undefined when there is none. */
  reflectStatus(observed: KubeObject): MaybePromise<JsonObject | undefined>
  /** @returns Healthy when no layer has the operation. */
  interpretHealth(observed: KubeObject): MaybePromise<Health>
  /** @returns undefined when no layer has the operation: the template's status is left alone. */
  aggregateStatus(template: KubeObject, items: readonly AggregatedStatusItem[]): MaybePromise<KubeObject | undefined>
  /** @returns undefined when no layer has the operation. */
  getDependencies(template: KubeObject): MaybePromise<readonly Dependency[] | undefined>
}

/** Kinds of Kubernetes itself: one file a kind. */
export const nativeLayer: InterpreterLayer = newBuiltInLayer(KINDS)

/** Kinds of other projects whose resources many people use: one file a kind. */
export const thirdPartyLayer: InterpreterLayer = newBuiltInLayer(THIRD_PARTY_KINDS)

/**
 * The chain of layers. The first that has an operation for the exact group, version and kind does it alone: no layer
 * is asked after it, not even when it fails.
 *
 * @param layers highest precedence first
 * @source spec/behaviour/status.md §6
 */
export function newInterpreter(layers: readonly InterpreterLayer[] = [thirdPartyLayer, nativeLayer]): Interpreter {
  const hooksFor = (gvk: Gvk, operation: Operation): KindHooks | undefined => {
    for (const layer of layers) {
      const hooks = layer.hooksOf(gvk)
      if (hooks?.[operation] !== undefined) return hooks
    }
    return undefined
  }
  return {
    onChange(listener) {
      const stops = layers.map(layer => layer.onChange?.(listener))
      return () => {
        for (const stop of stops) stop?.()
      }
    },
    has: (gvk, operation) => operation === 'reflectStatus' || hooksFor(gvk, operation) !== undefined,
    getReplicas: template => hooksFor(gvkOf(template), 'getReplicas')?.getReplicas?.(template),
    getComponents: template => hooksFor(gvkOf(template), 'getComponents')?.getComponents?.(template),
    getDependencies: template => hooksFor(gvkOf(template), 'getDependencies')?.getDependencies?.(template),
    reviseReplicas: (template, replicas) =>
      hooksFor(gvkOf(template), 'reviseReplicas')?.reviseReplicas?.(template, replicas) ?? template,
    retain: (desired, observed) => hooksFor(gvkOf(desired), 'retain')?.retain?.(desired, observed) ?? desired,
    reflectStatus: observed => {
      const hooks = hooksFor(gvkOf(observed), 'reflectStatus')
      return hooks?.reflectStatus ? hooks.reflectStatus(observed) : objectAt(observed, 'status')
    },
    interpretHealth: observed => {
      const healthy = hooksFor(gvkOf(observed), 'isHealthy')?.isHealthy?.(observed) ?? true
      return healthy instanceof Promise ? healthy.then(toHealth) : toHealth(healthy)
    },
    aggregateStatus: (template, items) =>
      hooksFor(gvkOf(template), 'aggregateStatus')?.aggregateStatus?.(template, items),
  }
}

function toHealth(healthy: boolean): Health {
  return healthy ? 'Healthy' : 'Unhealthy'
}

function newBuiltInLayer(kinds: readonly KindInterpreter[]): InterpreterLayer {
  const byGvk = new Map(kinds.map(kind => [formatGvk(kind.gvk), kind]))
  return { hooksOf: gvk => byGvk.get(formatGvk(gvk)) }
}
