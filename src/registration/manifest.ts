import { ANNOTATION } from '../api/names.ts'
import { digestOf } from '../object/digest.ts'
import { isSubset } from '../object/equality.ts'
import { stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** What has to be done with one manifest. */
export type Decision =
  | { readonly type: 'apply' }
  | { readonly type: 'keep' }
  /** Registered by a newer operator: an older one must not take fields away from objects that use them. */
  | { readonly type: 'leave'; readonly version: string }

/** The label that everything carries that was registered for us, by whomever. */
export const PART_OF = 'app.kubernetes.io/part-of'

/** Chooses what an operator registered. */
export const REGISTERED_SELECTOR = `${PART_OF}=flotilla`

/** @returns the manifest with the marks by which a later start sees what is there: version, digest and label. */
export function markManifest(manifest: KubeObject, version: string): KubeObject {
  const annotations = {
    ...manifest.metadata.annotations,
    [ANNOTATION.apiVersion]: version,
    [ANNOTATION.registeredDigest]: digestOf(manifest),
  }
  const labels = { ...manifest.metadata.labels, [PART_OF]: 'flotilla' }
  return { ...manifest, metadata: { ...manifest.metadata, labels, annotations } }
}

/** @returns the manifest of a CRD with the generation that it has once it is written: another one tells of a change by hand. */
export function withGeneration(manifest: KubeObject, generation: number): KubeObject {
  const annotations = { ...manifest.metadata.annotations, [ANNOTATION.registeredGeneration]: String(generation) }
  return { ...manifest, metadata: { ...manifest.metadata, annotations } }
}

/** Whether an object stands as this release registered it, of which only the metadata is needed. */
export function isAsRegistered(manifest: KubeObject, observed: KubeObject | undefined): boolean {
  if (observed === undefined || observed.metadata.deletionTimestamp !== undefined) return false
  const { labels = {}, annotations = {}, generation } = observed.metadata
  return (
    isSubset(manifest.metadata.annotations, annotations) &&
    isSubset(manifest.metadata.labels, labels) &&
    annotations[ANNOTATION.registeredGeneration] === String(generation)
  )
}

/**
 * Compares a marked manifest with what the apiserver holds. The digest tells what was taken out of the manifest, the look
 * at the object what somebody changed by hand.
 */
export function decide(desired: KubeObject, observed: KubeObject | undefined): Decision {
  if (observed === undefined) return { type: 'apply' }
  const version = versionOf(observed)
  if (version !== undefined && compareVersions(version, versionOf(desired) ?? '') > 0) return { type: 'leave', version }
  return isSubset(desired, observed) ? { type: 'keep' } : { type: 'apply' }
}

/** @returns the version of the operator that registered an object; undefined when none did. */
export function versionOf(object: KubeObject): string | undefined {
  return stringAt(object, 'metadata', 'annotations', ANNOTATION.apiVersion)
}

/**
 * Orders versions such as 1.10.0 by their numbers. A pre-release (1.0.0-rc.1) comes before its release, build metadata
 * does not count, and what is no number is 0.
 *
 * @returns below 0 when `a` is older, 0 when the two are equal, above 0 when `a` is newer.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)]
  for (const index of [0, 1, 2]) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePreReleases(left.preRelease, right.preRelease)
}

function parseVersion(version: string): { readonly numbers: readonly number[]; readonly preRelease: string } {
  const plain = version.replace(/^v/, '').split('+', 1)[0] ?? ''
  const dash = plain.indexOf('-')
  const release = dash < 0 ? plain : plain.slice(0, dash)
  const numbers = release.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : 0))
  return { numbers, preRelease: dash < 0 ? '' : plain.slice(dash + 1) }
}

function comparePreReleases(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  return a.localeCompare(b, 'en', { numeric: true })
}
