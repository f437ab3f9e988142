import { ANNOTATION, LABEL } from '../../api/names.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { StatusError } from '../../kube/status-error.ts'
import { planAdoption } from '../../members/adopt-managed-fields.ts'
import { digestOf } from '../../object/digest.ts'
import { deepEqual } from '../../object/equality.ts'
import { valueAt } from '../../object/field.ts'
import { gvkOf } from '../../object/gvk.ts'
import { jsonPointer } from '../../object/json-pointer.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { memberManifest, updateManifest } from '../../rendering/member-manifest.ts'
import { stripManaged } from '../../rendering/strip-managed.ts'
import type { Expected } from './expected.ts'
import type { MemberRow } from './report.ts'

/** A member that is asked with the credentials that the operator will have. */
export interface CheckedMember {
  readonly client: Pick<Client, 'get' | 'update'>
  readonly discovery: Pick<Discovery, 'resourceFor'>
}

/** An object of a member at one moment. */
export interface Seen {
  readonly uid: string
  /** Digest of all but metadata and status. (The generation of a Deployment counts changes of its annotations, too.) */
  readonly substance: string
  /** Whether the operator has written it for the template that the host has, and Karmada owns no field any more. */
  readonly isOurs: boolean
}

const MOST_CHANGES = 10
const MOST_CHARACTERS = 80

/**
 * What would become of an object in a member. Its apiserver is asked with a dry run, with the same rules by which an update is
 * made: what is not named goes, what a kind retains stays, defaults are the member's.
 */
export async function checkMember(
  { client, discovery }: CheckedMember,
  expected: Expected,
  { interpreter, signal }: { readonly interpreter: Pick<Interpreter, 'retain'>; readonly signal: AbortSignal },
): Promise<MemberRow> {
  const { cluster, object, manifest } = expected
  const row = (verdict: MemberRow['verdict'], changes: readonly string[] = []): MemberRow => ({
    cluster,
    object,
    verdict,
    changes,
  })
  if (manifest === undefined) return row('refused', [expected.why ?? ''])
  const resource = await discovery.resourceFor(gvkOf(manifest))
  if (resource === undefined)
    return row('refused', [`the member does not serve ${manifest.apiVersion} ${manifest.kind}`])
  const live = await findOrUndefined(() => client.get(resource, keyOf(manifest), { signal }))
  if (live === undefined) return row('absent')
  if (!isManaged(live, manifest)) return row('foreign')
  try {
    const desired = updateManifest(await memberManifest(manifest, live, interpreter), live)
    return rowOf(row, live, await client.update(resource, desired, { dryRun: true, signal }))
  } catch (failure) {
    if (!(failure instanceof StatusError)) throw failure
    return row('refused', [failure.message])
  }
}

/** @returns undefined when it is not there. */
export async function seeMember(
  { client, discovery }: CheckedMember,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const resource = await discovery.resourceFor(gvkOf(manifest))
  const live = resource && (await findOrUndefined(() => client.get(resource, keyOf(manifest), { signal })))
  if (live === undefined) return undefined
  const { uid = '', annotations } = live.metadata
  const key = ANNOTATION.templateUid
  // The digest alone may be of an earlier time: Karmada leaves it on.
  const isOurs =
    annotations?.[ANNOTATION.appliedDigest] !== undefined &&
    annotations[key] === manifest.metadata.annotations?.[key] &&
    planAdoption(live) === undefined
  return { uid, substance: digestOf(substanceOf(live)), isOurs }
}

/** As the operator decides it: by the label, or by naming the Work. */
function isManaged(live: KubeObject, manifest: KubeObject): boolean {
  const [{ labels, annotations }, wanted] = [live.metadata, manifest.metadata.annotations ?? {}]
  if (labels?.[LABEL.managed] === 'true') return true
  const keys = [ANNOTATION.workNamespace, ANNOTATION.workName]
  return keys.every(key => wanted[key] !== undefined && annotations?.[key] === wanted[key])
}

function rowOf(
  row: (verdict: MemberRow['verdict'], changes?: readonly string[]) => MemberRow,
  live: KubeObject,
  next: KubeObject,
): MemberRow {
  const isSecret = live.kind === 'Secret'
  const changes = differences(substanceOf(live), substanceOf(next), '').map(change => formatChange(change, isSecret))
  const texts = textChanges(live, next)
  if (changes.length === 0) return row('same', texts)
  const restarts = !deepEqual(podTemplate(live), podTemplate(next))
  return row(restarts ? 'restarts' : 'changes', changes.slice(0, MOST_CHANGES))
}

function podTemplate(object: KubeObject): unknown {
  return object.kind === 'Pod' ? object['spec'] : valueAt(object, 'spec', 'template')
}

function substanceOf({ metadata: _metadata, status: _status, ...fields }: KubeObject): object {
  return fields
}

/** Labels and annotations of users that would come or go; ours and Karmada's marks aside. */
function textChanges(live: KubeObject, next: KubeObject): readonly string[] {
  return (['labels', 'annotations'] as const).flatMap(field => {
    const [before, after] = [stripManaged(live).metadata[field] ?? {}, stripManaged(next).metadata[field] ?? {}]
    return [
      ...Object.keys(before).flatMap(key => (key in after ? [] : [`${field}: ${key} goes`])),
      ...Object.keys(after).flatMap(key =>
        before[key] === after[key] ? [] : [`${field}: ${key} ${key in before ? 'changes' : 'comes'}`],
      ),
    ]
  })
}

interface Change {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Leaves that differ, by their path. */
function differences(before: unknown, after: unknown, path: string): readonly Change[] {
  if (deepEqual(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((each, index) => differences(each, after[index], `${path}/${index}`))
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap(key => differences(before[key], after[key], `${path}${jsonPointer(key)}`))
  }
  return [{ path, before, after }]
}

function formatChange({ path, before, after }: Change, isSecret: boolean): string {
  return isSecret ? path : `${path}: ${formatValue(before)} -> ${formatValue(after)}`
}

function formatValue(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value)
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
