import type { Component } from '../../api/generated/resource-binding.ts'
import { listAt, numberAt, stringAt, valueAt } from '../../object/field.ts'
import { type Dependency, podDependencies } from '../pod-dependencies.ts'
import { type PodGroup, toComponent } from './pod-groups.ts'

/** The groups of pods of a `RayClusterSpec`: the head first. */
export function rayComponents(clusterSpec: unknown): readonly Component[] {
  const head = { name: 'ray-head', replicas: 1, podTemplate: valueAt(clusterSpec, 'headGroupSpec', 'template') }
  return [head, ...workerGroups(clusterSpec)].map(toComponent)
}

/** The groups of workers, each with its number of pods. */
export function workerGroups(clusterSpec: unknown): readonly PodGroup[] {
  return listAt(clusterSpec, 'workerGroupSpecs').map((group, index) => ({
    name: stringAt(group, 'groupName') ?? `worker-group-${index}`,
    replicas: podsOf(group),
    podTemplate: valueAt(group, 'template'),
  }))
}

/** What the pods of the head and of all workers need. */
export function rayDependencies(clusterSpec: unknown, namespace: string): readonly Dependency[] {
  const head = valueAt(clusterSpec, 'headGroupSpec', 'template')
  const templates = [head, ...workerGroups(clusterSpec).map(group => group.podTemplate)]
  return templates.flatMap(template => podDependencies(template, namespace))
}

/** A replica of a group may be a slice of several hosts, each a pod. */
function podsOf(group: unknown): number {
  if (valueAt(group, 'suspend') === true) return 0
  return (numberAt(group, 'replicas') ?? 0) * (numberAt(group, 'numOfHosts') ?? 1)
}
