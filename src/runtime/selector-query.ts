import type { ListQuery } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Whether an object surely belongs to what `query` selects: for answers of our own writes, which no server has filtered.
 *
 * @returns false when unsure (a field selector on anything but name and namespace, a selector that is not understood):
 * the watch then tells.
 */
export function matchesQuery(query: ListQuery, object: KubeObject): boolean {
  if (query.namespace !== undefined && query.namespace !== object.metadata.namespace) return false
  return matchesLabels(query.labelSelector, object.metadata.labels ?? {}) && matchesFields(query.fieldSelector, object)
}

function matchesLabels(selector: string | undefined, labels: Labels): boolean {
  return splitRequirements(selector ?? '').every(requirement => matchesRequirement(requirement, labels))
}

/** Splits at commas, but not inside the parentheses of `in (a,b)`. */
function splitRequirements(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '')
}

function matchesRequirement(requirement: string, labels: Labels): boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(requirement)
  if (set) return matchesSet(set, labels)
  const equality = /^([^\s=!]+)\s*(!=|==|=)\s*(\S*)$/.exec(requirement)
  if (equality) return (labelOf(labels, equality[1]) === equality[3]) === (equality[2] !== '!=')
  const existence = /^(!?)\s*([^\s=!]+)$/.exec(requirement)
  return existence !== null && (labelOf(labels, existence[2]) === undefined) === (existence[1] === '!')
}

function matchesSet([, key, operator, list]: readonly (string | undefined)[], labels: Labels): boolean {
  const value = labelOf(labels, key)
  const listed = value !== undefined && (list ?? '').split(',').some(wanted => wanted.trim() === value)
  return listed === (operator === 'in')
}

function labelOf(labels: Labels, key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
}

function matchesFields(selector: string | undefined, object: KubeObject): boolean {
  return splitRequirements(selector ?? '').every(requirement => {
    const [, field, operator, value] = /^([^=!]+)(!=|==|=)(.*)$/.exec(requirement) ?? []
    const known: Readonly<Record<string, string>> = {
      'metadata.name': object.metadata.name,
      'metadata.namespace': object.metadata.namespace ?? '',
    }
    const actual = labelOf(known, field)
    return actual !== undefined && (actual === value) === (operator !== '!=')
  })
}
