import { MAX_FIELDS } from '../members/foreign-fields.ts'
import type { ManagedObject } from '../members/project-managed-object.ts'
import { deepEqual, findDifference } from '../object/equality.ts'
import { jsonPointer, valueAtPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { declaredPointer, isSameEntry, placesOf } from './declared.ts'
import { lostVoids } from './lost-voids.ts'
import { withObservedValue } from './observed-value.ts'

/** A declared field that is not in the member as we wrote it. */
export interface Deviation {
  /** JSON pointer. */
  readonly path: string
  readonly wanted: unknown
  /** undefined when the field is gone. */
  readonly found: unknown
}

/** Differences that are looked into; no object of ours has so many that are none. */
const MOST_DIFFERENCES = 100

/**
 * In which declared fields somebody changed a member object.
 *
 * Whoever changes a field takes it from us, and whoever removes one leaves it absent: both show in what the cache keeps. A value
 * that differs and is still ours alone is how the member stored what we wrote: in another notation, or with what its
 * admission put in. So nothing need be remembered over a restart.
 *
 * @param observed of our last write; with an older digest everything may differ
 * @source design.md, rules of writing 2, 4; Kubernetes server-side apply, "Conflicts"
 */
export function deviations(desired: KubeObject, observed: ManagedObject): readonly Deviation[] {
  if (!isTelling(observed)) {
    const all = differences(desired, observed)
    return all.length > 0 ? all : takenFields(desired, observed)
  }
  const aligned = { ...desired, ...toObject(align(desired, observed)) }
  return [
    ...metadataDeviation(desired, observed),
    ...takenFields(desired, observed),
    ...lostFields(desired, aligned),
    ...lostVoids(desired, observed).map(lost => ({ ...lost, found: undefined })),
  ]
}

/** Whether who holds which field is known in full. */
function isTelling({ flotillaHolds, flotillaForeignFields = [] }: ManagedObject): boolean {
  return flotillaHolds === true && flotillaForeignFields.length < MAX_FIELDS
}

export function isMetadata(path: string): boolean {
  return path.startsWith(METADATA)
}

const METADATA = jsonPointer('metadata')

/** Nothing rewrites labels and annotations. */
function metadataDeviation(desired: KubeObject, observed: KubeObject): readonly Deviation[] {
  const path = findDifference(desired.metadata, observed.metadata)
  return path === undefined ? [] : [deviationAt(desired, observed, METADATA + path)]
}

/**
 * Declared fields that others hold with another value: any difference counts, also an addition or an empty value inside one that is
 * owned as a whole (a selector, an entry of an atomic list). A forced apply makes them ours, whatever form the member stores.
 *
 * @source design.md, rules of writing 4; Kubernetes server-side apply, "Conflicts"
 */
export function takenFields(desired: KubeObject, observed: ManagedObject): readonly Deviation[] {
  return (observed.flotillaForeignFields ?? []).flatMap(({ path }) => {
    const declaredAt = declaredPointer(desired, observed, path)
    if (declaredAt === undefined) return []
    const [wanted, found] = [valueAtPointer(desired, declaredAt), valueAtPointer(observed, path)]
    return deepEqual(wanted, found) ? [] : [{ path, wanted, found }]
  })
}

/** The first declared field that is not there: one is enough to write. What cannot be looked through to the end counts as well. */
function lostFields(desired: KubeObject, aligned: KubeObject): readonly Deviation[] {
  const { all, complete } = compare(desired, aligned)
  const lost = all.find(({ found }) => found === undefined) ?? (complete ? undefined : all.at(-1))
  return lost === undefined ? [] : [lost]
}

function differences(desired: KubeObject, observed: KubeObject): readonly Deviation[] {
  return compare(desired, observed).all
}

interface Comparison {
  /** Differences outside metadata, up to the first that is one of presence. */
  readonly all: readonly Deviation[]
  /** There are no others. */
  readonly complete: boolean
}

function compare(desired: KubeObject, observed: KubeObject): Comparison {
  const all: Deviation[] = []
  let wanted = desired
  while (all.length < MOST_DIFFERENCES) {
    const path = findDifference(withoutMetadata(wanted), withoutMetadata(observed))
    if (path === undefined) return { all, complete: true }
    if (all.some(other => other.path === path)) break
    all.push(deviationAt(desired, observed, path))
    wanted = withObservedValue(wanted, observed, path)
  }
  return { all, complete: false }
}

function deviationAt(desired: KubeObject, observed: KubeObject, path: string): Deviation {
  return { path, wanted: valueAtPointer(desired, path), found: valueAtPointer(observed, path) }
}

function withoutMetadata({ metadata: _metadata, ...rest }: KubeObject): unknown {
  return rest
}

/**
 * The observed value in the order of what is declared: lists hold the entries that correspond to the declared ones. A list of
 * which a declared entry lacks, or that has one twice, is left out as a whole.
 */
function align(declared: unknown, observed: unknown): unknown {
  if (Array.isArray(declared) && Array.isArray(observed)) return alignList(declared, observed)
  if (!isJsonObject(declared) || !isJsonObject(observed)) return observed
  return Object.fromEntries(
    Object.keys(declared)
      .filter(name => Object.hasOwn(observed, name))
      .map(name => [name, align(declared[name], observed[name])]),
  )
}

function alignList(declared: readonly unknown[], observed: readonly unknown[]): unknown {
  if (deepEqual(declared, observed)) return observed
  const isTwice = declared.some((entry, index) => declared.slice(0, index).some(other => isSameEntry(entry, other)))
  const places = isTwice ? undefined : placesOf(declared, observed)
  return places?.map((place, index) => align(declared[index], observed[place]))
}

function toObject(value: unknown): { readonly [field: string]: unknown } {
  return isJsonObject(value) ? value : {}
}
