import { numberAt, objectAt, withValueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Replicas } from './kind-interpreter.ts'
import { replicaRequirements } from './pod-template.ts'

/** Replicas of a kind with `spec.replicas` and `spec.template` (none given: 0). @source spec/behaviour/status.md §5 */
export function getSpecReplicas(template: KubeObject): Replicas {
  return toReplicas(numberAt(template, 'spec', 'replicas') ?? 0, objectAt(template, 'spec', 'template'))
}

/** Sets `spec.replicas`. */
export function reviseSpecReplicas(template: KubeObject, replicas: number): KubeObject {
  return numberAt(template, 'spec', 'replicas') === replicas
    ? template
    : withValueAt(template, ['spec', 'replicas'], replicas)
}

/** Joins a number of replicas with what their pod template needs. */
export function toReplicas(replicas: number, podTemplate: unknown): Replicas {
  const requirements = replicaRequirements(podTemplate)
  return requirements === undefined ? { replicas } : { replicas, requirements }
}
