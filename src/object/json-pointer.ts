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
