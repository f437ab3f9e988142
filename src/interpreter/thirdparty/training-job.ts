import type { Component } from '../../api/generated/resource-binding.ts'
import { numberAt, objectAt, valueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { mergeStatus } from '../counters.ts'
import type { AggregatedStatusItem } from '../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../member-conditions.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../pod-dependencies.ts'
import { earliestAt, latestAt, latestOnceAll, sumMaps } from './member-statuses.ts'
import { toComponent } from './pod-groups.ts'

/** Conditions that hold as soon as they hold in one cluster; Succeeded and Suspended need all. */
const ANY_OF = ['Created', 'Running', 'Restarting', 'Failed']
// The schemas of some versions ask for both.
const REQUIRED = ['conditions', 'replicaStatuses']

/** The replicas of each role of a training job: `spec.<field>.<Role>.{replicas, template}`. */
export function trainingComponents(template: KubeObject, field: string): readonly Component[] {
  return roles(template, field).map(([name, role]) =>
    toComponent({ name, replicas: numberAt(role, 'replicas') ?? 1, podTemplate: valueAt(role, 'template') }),
  )
}

/** What the pods of all roles need. */
export function trainingDependencies(template: KubeObject, field: string): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies(
    roles(template, field).flatMap(([, role]) => podDependencies(valueAt(role, 'template'), namespace)),
  )
}

/** Whether it trains, has trained, or waits as it was told to. */
export function isTrainingHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  if (isConditionTrueIn(status, 'Failed')) return false
  return ['Running', 'Succeeded', 'Suspended'].some(type => isConditionTrueIn(status, type))
}

/** One job over all clusters: it has failed when one has, and succeeded when all have. */
export function aggregateTraining(template: KubeObject, items: readonly AggregatedStatusItem[]): KubeObject {
  const status = {
    conditions: mergeConditions(items, { anyOf: ANY_OF }),
    replicaStatuses: sumRoles(items),
    startTime: earliestAt(items, 'startTime'),
    completionTime: latestOnceAll(items, 'completionTime'),
    lastReconcileTime: latestAt(items, 'lastReconcileTime'),
  }
  return mergeStatus(template, status, REQUIRED)
}

function roles(template: KubeObject, field: string): readonly [string, unknown][] {
  return Object.entries(objectAt(template, 'spec', field) ?? {})
}

function sumRoles(items: readonly AggregatedStatusItem[]): JsonObject {
  const statuses = items.map(item => objectAt(item.status, 'replicaStatuses'))
  const names = new Set(statuses.flatMap(each => Object.keys(each ?? {})))
  return Object.fromEntries([...names].map(name => [name, sumRole(statuses.map(each => objectAt(each, name)))]))
}

function sumRole(statuses: readonly (JsonObject | undefined)[]): JsonObject {
  const sums = sumMaps(statuses)
  return Object.fromEntries(
    ['active', 'succeeded', 'failed'].flatMap(name => (sums[name] === undefined ? [] : [[name, sums[name]]])),
  )
}
