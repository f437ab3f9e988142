import { ANNOTATION } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { decide } from '../manifest.ts'

/** One of the policies and bindings that park, and what there is of it. */
export interface ReviewedPolicy {
  readonly kind: string
  readonly name: string
  /** As this operator registers it; absent where somebody else does. */
  readonly manifest?: KubeObject
  readonly observed: KubeObject | undefined
}

/**
 * Why the apiserver cannot be parking as this operator expects it to.
 *
 * @param edition of the policies that somebody else registers (ANNOTATION.parkingEdition)
 * @returns a sentence; undefined when all of them are there, and of this edition.
 */
export function findFlaw(policies: readonly ReviewedPolicy[], edition: string): string | undefined {
  const missing = policies.filter(({ observed }) => observed === undefined).map(nameOf)
  const other = policies.filter(policy => policy.observed !== undefined && !isCurrent(policy, edition)).map(nameOf)
  const parts = [
    ...(missing.length > 0 ? [`these are missing: ${missing.join(', ')}`] : []),
    ...(other.length > 0 ? [`these belong to another release: ${other.join(', ')}`] : []),
  ]
  return parts.length === 0 ? undefined : `Of the admission policies that park, ${parts.join('; ')}.`
}

function nameOf({ kind, name }: ReviewedPolicy): string {
  return `${kind} ${name}`
}

function isCurrent({ manifest, observed }: ReviewedPolicy, edition: string): boolean {
  if (observed?.metadata.annotations?.[ANNOTATION.parkingEdition] === edition) return true
  // A newer operator's policies are better than ours.
  return manifest !== undefined && decide(manifest, observed).type !== 'apply'
}
