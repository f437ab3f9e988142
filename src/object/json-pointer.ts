import { isJsonObject } from './raw-json.ts'

/**
 * Builds a JSON pointer from the names on the way down, each taken literally.
 *
 * @returns '' for no names: the whole document.
 * @source RFC 6901 §3
 * @example jsonPointer('metadata', 'labels', 'a/b') === '/metadata/labels/a~1b'
 */
export function jsonPointer(...names: readonly string[]): string {
  return names.map(name => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The names on the way down that a JSON pointer gives: the inverse of {@link jsonPointer}. */
export function pointerNames(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const INDEX = /^\d+$/

/** @returns what stands one step down, own fields and entries only; undefined where there is nothing. */
export function childOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return INDEX.test(name) ? value[Number(name)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** @returns what stands at a JSON pointer; undefined where it leads nowhere. */
export function valueAtPointer(root: unknown, pointer: string): unknown {
  return pointerNames(pointer).reduce(childOf, root)
}
