import { ANNOTATION } from '../api/names.ts'
import { numberAt, stringAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'

/**
 * The two generations by which the host knows whether a reflected status is of its latest template: the member
 * object's own, and that of the template it was made from.
 *
 * @source spec/behaviour/status.md §4
 */
export function reflectGenerations(observed: KubeObject): JsonObject {
  return {
    generation: observed.metadata.generation ?? 0,
    resourceTemplateGeneration: templateGeneration(observed),
  }
}

/**
 * The template's `observedGeneration` by rule G: it advances to the template's generation once every cluster has
 * reported a status that is up to date on both sides; until then it stays.
 *
 * @param whenAbsent what a status without `observedGeneration` means: 'unobserved' (it is 0, and 0 is left out) or
 *   'unknown' (not reflected at all, as Karmada does for StatefulSet), which is then not asked for
 * @source spec/behaviour/status.md §3 "Generation rule G"
 */
export function aggregateObservedGeneration(
  template: KubeObject,
  items: readonly AggregatedStatusItem[],
  whenAbsent: 'unobserved' | 'unknown' = 'unobserved',
): number {
  const generation = template.metadata.generation ?? 0
  const isCurrent = (status: JsonObject | undefined): boolean => {
    if (status === undefined) return false
    const ofMember = numberAt(status, 'generation') ?? 0
    const observed = numberAt(status, 'observedGeneration') ?? (whenAbsent === 'unknown' ? ofMember : 0)
    return observed >= ofMember && (numberAt(status, 'resourceTemplateGeneration') ?? 0) >= generation
  }
  const current = items.every(item => isCurrent(item.status))
  return current ? generation : (numberAt(template, 'status', 'observedGeneration') ?? 0)
}

/** Whether a controller has seen the latest spec of its object. */
export function hasObservedLatest(object: KubeObject): boolean {
  return (numberAt(object, 'status', 'observedGeneration') ?? 0) === (object.metadata.generation ?? 0)
}

function templateGeneration(observed: KubeObject): number {
  const text = stringAt(observed, 'metadata', 'annotations', ANNOTATION.templateGeneration) ?? ''
  // In a member anybody may have written it: what is no number tells of no generation.
  return /^-?\d{1,15}$/.test(text) ? Number(text) : 0
}
