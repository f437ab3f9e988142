import { ANNOTATION, LABEL } from '../api/names.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import { planAdoption } from '../members/adopt-managed-fields.ts'
import type { ForeignField } from '../members/foreign-fields.ts'
import { type ManagedObject, projectManagedObject } from '../members/project-managed-object.ts'
import { digestOf } from '../object/digest.ts'
import { findDifference, isSubset } from '../object/equality.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { MemberRules } from '../policy/member-rules.ts'
import { isDeclared } from './declared.ts'
import { deviations, takenFields } from './deviations.ts'
import { planDisowning } from './disown.ts'
import { lostVoids } from './lost-voids.ts'
import { restrictTo } from './restrict.ts'

/**
 * What is known of an object in a member, in the order in which it is learnt:
 *
 *   unknown ──create-only apply──▶ written            (the usual first contact: one request)
 *      │ refused                      ▲
 *      ▼                              │ apply          (a removal that changed nothing: unchanged)
 *   exists ──read──▶ read ──(adopt)───┤
 *                     │ not ours      │
 *   cached ───────────┼───────────────┘
 *                     ▼
 *                   refuse (conflictResolution Abort)
 */
export type Observation =
  | { readonly state: 'unknown' | 'exists' }
  | { readonly state: 'cached' | 'read' | 'written' | 'unchanged'; readonly object: ManagedObject }

export type WriteAction =
  | { readonly type: 'done'; readonly object: ManagedObject }
  | { readonly type: 'create' | 'read' | 'apply' }
  | { readonly type: 'patch'; readonly patch: readonly JsonPatchOperation[] }
  /** @param differsAt where an object that may be taken over when it is identical is not. */
  | { readonly type: 'refuse'; readonly differsAt?: string }

export interface WriteInput {
  /** What the member should hold, retained fields included. */
  readonly desired: KubeObject
  readonly observation: Observation
  readonly work: ObjectKey
  readonly rules: Pick<MemberRules, 'takeover' | 'drift'>
  /** Digest of how the member stored our last apply, where it writes values in another form than we do. */
  readonly accepted: string | undefined
  /** Fields of others that are left alone whatever the rules say: JSON pointers. */
  readonly contested: readonly string[]
  /** Labels and annotations that were on the object before this write and are no longer declared, as JSON pointers. */
  readonly dropped: readonly string[]
}

/**
 * The next step that brings an object in a member to what its Work says.
 *
 * @returns 'done' when nothing is to be written.
 * @source design.md, rules of writing 2, 3, 4, 6; spec/behaviour/propagation.md §9.1
 */
export function planWrite(input: WriteInput): WriteAction {
  const { observation } = input
  switch (observation.state) {
    case 'unknown':
      return { type: 'create' }
    case 'exists':
      return { type: 'read' }
    case 'written':
      return planForeign(input, observation.object)
    case 'unchanged':
      return planUnchanged(input, observation.object)
    case 'read':
      return planRead(input, observation.object)
    case 'cached':
      return planCached(input, observation.object)
  }
}

function planCached(input: WriteInput, object: ManagedObject): WriteAction {
  if (isInSync(input, object)) return planForeign(input, object)
  // Without our digest somebody else wrote it (an earlier Karmada, a hand): its managedFields must be seen first.
  const known = digestIn(object) !== ''
  if (isOnlyReported(input, object)) return { type: 'done', object }
  return known && isOurs(object, input.work) ? { type: 'apply' } : { type: 'read' }
}

function planRead(input: WriteInput, object: ManagedObject): WriteAction {
  const refusal = isOurs(object, input.work) ? undefined : planTakeover(input, object)
  if (refusal !== undefined) return refusal
  const adoption = planAdoption(object)
  if (adoption !== undefined) return { type: 'patch', patch: adoption }
  // Read since the cache does not tell of it: it may be as it should.
  const projected = projectManagedObject(object)
  if (isOnlyReported(input, object)) return { type: 'done', object: projected }
  return isInSync(input, projected) ? planForeign(input, projected) : { type: 'apply' }
}

/** What we wrote last stands in the digest: what differs since, somebody changed in the member. */
function isOnlyReported(input: WriteInput, object: KubeObject): boolean {
  return input.rules.drift === 'report' && isLabelled(object) && hasOurDigest(input, object)
}

function planTakeover({ rules, desired }: WriteInput, object: KubeObject): WriteAction | undefined {
  if (rules.takeover === 'always') return undefined
  if (rules.takeover === 'never') return { type: 'refuse' }
  const { metadata: _ours, ...wanted } = desired
  const { metadata: _theirs, ...found } = object
  const differsAt = findDifference(wanted, found)
  return differsAt === undefined ? undefined : { type: 'refuse', differsAt }
}

function planForeign(input: WriteInput, object: ManagedObject): WriteAction {
  const added = additions(input, object).map(field => field.path)
  const paths = [...added, ...input.dropped.filter(path => isPresent(object, path))]
  return paths.length === 0 ? { type: 'done', object } : { type: 'patch', patch: removals(object, paths) }
}

/**
 * What is the same after its removal, the member's apiserver puts in by itself, such as the defaults in an object that somebody created
 * and we took over: it stays, and is nobody's from now on.
 */
function planUnchanged(input: WriteInput, object: KubeObject): WriteAction {
  const projected = projectManagedObject(object)
  const added = additions(input, projected)
  return added.length === 0
    ? { type: 'done', object: projected }
    : { type: 'patch', patch: planDisowning(object, added) }
}

/** What others added and may not stay. */
function additions(input: WriteInput, object: ManagedObject): readonly ForeignField[] {
  const added = input.rules.drift === 'revert' ? (object.flotillaForeignFields ?? []) : []
  // What a retain rule keeps is declared with the member's value, whoever set it.
  return added.filter(({ path }) => !isDeclared(input.desired, object, path) && !input.contested.includes(path))
}

/** Apply removes only what no other manager owns as well. */
function isPresent(object: KubeObject, path: string): boolean {
  return (['labels', 'annotations'] as const).some(field =>
    Object.keys(object.metadata[field] ?? {}).some(key => jsonPointer('metadata', field, key) === path),
  )
}

/** Longest index first, so that removing an element of a list does not move those still to be removed. */
function removals(object: KubeObject, paths: readonly string[]): readonly JsonPatchOperation[] {
  const last = paths.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ...last.map((path): JsonPatchOperation => ({ op: 'remove', path })),
  ]
}

/** The digest that an object carries; empty when it carries none. */
export function digestIn({ metadata }: KubeObject): string {
  return metadata.annotations?.[ANNOTATION.appliedDigest] ?? ''
}

function hasOurDigest({ desired }: WriteInput, object: KubeObject): boolean {
  const wanted = digestIn(desired)
  return wanted !== '' && digestIn(object) === wanted
}

function isInSync(input: WriteInput, object: ManagedObject): boolean {
  const { desired, accepted } = input
  if (!hasOurDigest(input, object)) return false
  // First: a comparison that lets maps hold more does not see what was added inside a value that is owned as a whole.
  if (takenFields(desired, object).length > 0) return false
  if (accepted !== undefined && accepted === storedForm(desired, object)) return true
  return isAsDeclared(desired, object) || deviations(desired, object).length === 0
}

/** Whether a member holds everything as it was declared, in that form. */
export function isAsDeclared(desired: KubeObject, object: ManagedObject): boolean {
  return isSubset(desired, object) && lostVoids(desired, object).length === 0
}

/** @returns the digest of how the member holds what we declared: differs from ours where the apiserver normalises values. */
export function storedForm(desired: KubeObject, observed: KubeObject): string {
  return digestOf(restrictTo(desired, observed))
}

/** An object is ours by its label, or, when that was taken off by hand, by naming our Work (rule of writing 3). */
export function isOurs(object: KubeObject, work: ObjectKey): boolean {
  const annotations = object.metadata.annotations
  return (
    isLabelled(object) ||
    (annotations?.[ANNOTATION.workNamespace] === work.namespace && annotations[ANNOTATION.workName] === work.name)
  )
}

function isLabelled(object: KubeObject): boolean {
  return object.metadata.labels?.[LABEL.managed] === 'true'
}

export type RemovalAction =
  | { readonly type: 'none' }
  | { readonly type: 'read' }
  | { readonly type: 'delete'; readonly uid: string }
  | { readonly type: 'release' }

/**
 * What becomes of a member object when its Work goes: deleted by UID, or left without our metadata.
 *
 * @param observation 'absent' when a read found nothing
 * @source spec/behaviour/propagation.md §9 item 1, §9.2
 */
export function planRemoval(
  observation: Observation | { readonly state: 'absent' },
  work: ObjectKey,
  preserve: boolean,
): RemovalAction {
  if (observation.state === 'absent') return { type: 'none' }
  if (!('object' in observation)) return { type: 'read' }
  const { object } = observation
  if (!isOurs(object, work)) return { type: 'none' }
  if (preserve) return { type: 'release' }
  // Who takes the label off says that the object is to stay (propagation.md §9.2).
  if (!isLabelled(object)) return { type: 'none' }
  return object.metadata.uid === undefined ? { type: 'none' } : { type: 'delete', uid: object.metadata.uid }
}
