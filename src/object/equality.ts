import { deepEqual } from './deep-equal.ts'
import { jsonPointer } from './json-pointer.ts'
import { isSameQuantity } from './quantity.ts'
import { isJsonObject } from './raw-json.ts'

export { deepEqual } from './deep-equal.ts'

type Members = { readonly [field: string]: unknown }

/** Where a value stands, as far as it changes how it compares. */
interface Place {
  readonly key: string
  readonly parent: string
  /** Inside a map whose values are free text: there every difference counts. */
  readonly verbatim: boolean
}

const ROOT: Place = { key: '', parent: '', verbatim: false }
/** Maps of free text: their values are no quantities, and an empty value is not the same as none. */
const VERBATIM_MAPS = new Set([
  'annotations',
  'binaryData',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'parameters',
  'selector',
  'stringData',
])
/** Maps from a resource name to a quantity in the built-in kinds. */
const QUANTITY_MAPS = new Set([
  'allocatable',
  'allocated',
  'allocating',
  'capacity',
  'default',
  'defaultRequest',
  'hard',
  'limits',
  'max',
  'maxLimitRequestRatio',
  'min',
  'overhead',
  'podFixed',
  'requests',
  'used',
])
const QUANTITY_FIELDS = new Set(['averageValue', 'divisor', 'maximumVolumeSize', 'sizeLimit', 'tolerance'])

/**
 * Whether everything that we declared is what is observed: maps may hold more, lists must have the same length and are
 * compared by position. Forgiven is what an apiserver rewrites: quantities in another notation, and empty values
 * (null, {}, [], "", 0, false) of built-in kinds that are left out.
 */
export function isSubset(declared: unknown, observed: unknown): boolean {
  return findDifference(declared, observed) === undefined
}

/**
 * The first place at which what we declared is not what is observed, by the rules of {@link isSubset}.
 *
 * @returns a JSON pointer ('' for the whole), or undefined when there is none.
 */
export function findDifference(declared: unknown, observed: unknown): string | undefined {
  return differ(declared, observed, ROOT)
}

function differ(declared: unknown, observed: unknown, place: Place): string | undefined {
  if (declared === observed) return undefined
  if (observed === undefined || observed === null) return isVoid(declared, place.verbatim) ? undefined : ''
  if (Array.isArray(declared)) return differInList(declared, observed, place)
  if (isJsonObject(declared)) return differInMap(declared, observed, place)
  return isSameScalar(declared, observed, place) ? undefined : ''
}

function differInList(declared: readonly unknown[], observed: unknown, place: Place): string | undefined {
  if (!Array.isArray(observed) || observed.length !== declared.length) return ''
  for (const [index, element] of declared.entries()) {
    const path = differ(element, observed[index], place)
    if (path !== undefined) return `/${index}${path}`
  }
  return undefined
}

function differInMap(declared: Members, observed: unknown, place: Place): string | undefined {
  if (!isJsonObject(observed)) return ''
  for (const key of Object.keys(declared)) {
    const member = declared[key]
    const seen = Object.hasOwn(observed, key) ? observed[key] : undefined
    if (member === seen) continue
    const path = differ(member, seen, { key, parent: place.key, verbatim: isVerbatim(key, place) })
    if (path !== undefined) return `${jsonPointer(key)}${path}`
  }
  return undefined
}

function isVerbatim(key: string, place: Place): boolean {
  return place.verbatim || VERBATIM_MAPS.has(key)
}

function isSameScalar(declared: unknown, observed: unknown, place: Place): boolean {
  if (isQuantityText(declared) && isQuantityText(observed))
    return isQuantityPlace(place) && isSameQuantity(declared, observed)
  return deepEqual(declared, observed)
}

function isQuantityText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function isQuantityPlace({ key, parent, verbatim }: Place): boolean {
  if (verbatim) return false
  return QUANTITY_MAPS.has(parent) || QUANTITY_FIELDS.has(key) || (key === 'value' && parent === 'target')
}

/** Whether a declared value says nothing, so that an absent one is equal to it. */
function isVoid(declared: unknown, verbatim: boolean): boolean {
  if (declared === undefined || declared === null) return true
  if (Array.isArray(declared)) return declared.length === 0
  if (isJsonObject(declared))
    return Object.entries(declared).every(([key, v]) => isVoid(v, verbatim || VERBATIM_MAPS.has(key)))
  return !verbatim && (declared === '' || declared === 0 || declared === false)
}
