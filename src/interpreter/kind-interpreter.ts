import type { AggregatedStatusItem, Component, ReplicaRequirements } from '../api/generated/resource-binding.ts'
import type { Gvk } from '../object/gvk.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import type { Dependency } from './pod-dependencies.ts'

/** Scripts in workers and webhooks answer later, what is built in at once: callers `await` either. */
export type MaybePromise<T> = T | Promise<T>

export type Health = 'Healthy' | 'Unhealthy' | 'Unknown'

/** How many replicas a template asks for, and what each of them needs (absent: nothing in particular). */
export interface Replicas {
  readonly replicas: number
  readonly requirements?: ReplicaRequirements
}

export type { AggregatedStatusItem } from '../api/generated/resource-binding.ts'

/**
 * What one layer knows about one kind. An operation that is left out falls through to the chain's next layer.
 * Objects are frozen: an operation returns a new one, or the same when it changes nothing.
 */
export interface KindHooks {
  getReplicas?(template: KubeObject): MaybePromise<Replicas>
  /** @returns the groups of pods of a workload that has several kinds of them. */
  getComponents?(template: KubeObject): MaybePromise<readonly Component[]>
  reviseReplicas?(template: KubeObject, replicas: number): MaybePromise<KubeObject>
  /** @returns `desired` with the fields that the member's own controllers decide, as observed there. */
  retain?(desired: KubeObject, observed: KubeObject): MaybePromise<KubeObject>
  /** @returns the part of a member object's status that the host needs; undefined when there is none. */
  reflectStatus?(observed: KubeObject): MaybePromise<JsonObject | undefined>
  isHealthy?(observed: KubeObject): MaybePromise<boolean>
  /** @returns the template with the status of all clusters together, in the form in which an apiserver returns it. */
  aggregateStatus?(template: KubeObject, items: readonly AggregatedStatusItem[]): MaybePromise<KubeObject>
  /** @returns the objects that must be wherever this one is, each once. */
  getDependencies?(template: KubeObject): MaybePromise<readonly Dependency[]>
}

/** The operations of the chain; Karmada's words for them are Interpret<Operation> (spec/behaviour/status.md §6). */
export type Operation = keyof KindHooks

/** A built-in kind: all that is known of it, in one file. Built-in operations answer at once. */
export interface KindInterpreter extends KindHooks {
  readonly gvk: Gvk
  getReplicas?(template: KubeObject): Replicas
  reviseReplicas?(template: KubeObject, replicas: number): KubeObject
  retain?(desired: KubeObject, observed: KubeObject): KubeObject
  reflectStatus?(observed: KubeObject): JsonObject | undefined
  isHealthy?(observed: KubeObject): boolean
  aggregateStatus?(template: KubeObject, items: readonly AggregatedStatusItem[]): KubeObject
  getDependencies?(template: KubeObject): readonly Dependency[]
}
