import type { Template } from './world.ts'

/**
 * What is known of a template that has lost its policy: nobody places it any more, so it stays where it was, tainted or not.
 *
 * @source spec/behaviour/propagation.md §5
 */
export interface Adrift {
  /** Where it was, for certain or perhaps. */
  readonly places: ReadonlyMap<string, 'must' | 'may'>
  /** What it has said since: nobody has to bring a change to the members, and whoever looks again may. */
  readonly values: readonly string[]
  /** What it has needed since. */
  readonly needs: readonly (string | undefined)[]
  /** Of a Deployment: of all members together, which scaling changes no more; undefined when nobody knows. */
  readonly replicas?: number
}

/** @returns what is known when its user changes it. */
export function afterPut(adrift: Adrift, { value, needs }: Template): Adrift {
  return { ...adrift, values: withValue(adrift.values, value), needs: withValue(adrift.needs, needs) }
}

/**
 * @returns what is known when a cluster is let go: what was there is gone, and does not come back with it. Of fewer replicas than places all may
 * have been there.
 */
export function afterLeaving(adrift: Adrift, cluster: string): Adrift {
  if (!adrift.places.has(cluster)) return adrift
  const { replicas = adrift.places.size, ...known } = adrift
  const hasEachSome = replicas >= adrift.places.size
  const places = [...adrift.places].filter(([name]) => name !== cluster)
  return { ...known, places: new Map(places.map(([name, presence]) => [name, hasEachSome ? presence : 'may'])) }
}

/** @returns what a template may need: the only one of them it does for certain. */
export function needsOf(adrift: Adrift | undefined, template: Template | undefined): readonly (string | undefined)[] {
  if (adrift !== undefined) return adrift.needs
  return template?.needs === undefined ? [] : [template.needs]
}

function withValue<V>(values: readonly V[], value: V): readonly V[] {
  return values.includes(value) ? values : [...values, value]
}
