// Least privilege: which of the declared rights on the host no suite of a whole run has used.
import type { MergedRule } from './rbac-rules.ts'

/** A watch cache needs these together, and which of them it uses depends on what happens. */
const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/**
 * @param used `verb resource.group/subresource`
 * @returns the same for what is declared and was not used: of reading, only where nothing of it was.
 */
export function unusedRights(rules: readonly MergedRule[], used: ReadonlySet<string>): readonly string[] {
  const unused = rules.flatMap(rule => {
    const name = nameOf(rule)
    const reads = [...READING].some(verb => used.has(`${verb} ${name}`))
    return rule.verbs
      .filter(verb => !used.has(`${verb} ${name}`) && !(READING.has(verb) && reads))
      .map(verb => `${verb} ${name}`)
  })
  return [...new Set(unused)].toSorted()
}

function nameOf({ group, resource }: MergedRule): string {
  const [plural = '', subresource] = resource.split('/')
  const name = group === '' ? plural : `${plural}.${group}`
  return subresource === undefined ? name : `${name}/${subresource}`
}
