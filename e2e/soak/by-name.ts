import type { Template } from './world.ts'

export interface Entry<T> {
  readonly kind: Template['kind']
  readonly name: string
  readonly value: T
}

/** @returns values by the names of their objects. Of two of one name, which there are to be nowhere, the second has its kind in its name. */
export function byName<T>(entries: readonly Entry<T>[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const { kind, name, value } of entries) found.set(found.has(name) ? `${name} (${kind})` : name, value)
  return found
}
