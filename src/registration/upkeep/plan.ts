import { findDifference } from '../../object/equality.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { decide } from '../manifest.ts'

/** The queue key of something that is registered; all of it is cluster-scoped. */
export function upkeepKey(kind: string, { metadata: { name } }: Pick<KubeObject, 'metadata'>): string {
  return `${kind}/${name}`
}

export interface ObservedManifest {
  readonly desired: KubeObject
  /** Undefined: it is not there. */
  readonly observed: KubeObject | undefined
}

export type Action =
  | { readonly type: 'none' }
  /** It is gone, or says something else at this JSON pointer. */
  | { readonly type: 'apply'; readonly because: string }
  /** Somebody added what we do not declare, and an apply would leave: a merge patch. */
  | { readonly type: 'patch'; readonly because: string; readonly patch: JsonObject }

/** What puts an admission policy of ours back as it was registered. What a newer operator registered is left to it. */
export function plan({ desired, observed }: ObservedManifest): Action {
  if (observed === undefined) return { type: 'apply', because: 'it was deleted' }
  switch (decide(desired, observed).type) {
    case 'leave':
      return { type: 'none' }
    case 'apply':
      return { type: 'apply', because: `it was changed (${findDifference(desired, observed) ?? ''})` }
    case 'keep': {
      const patch = additionsPatch(desired['spec'], observed['spec'])
      return patch === undefined
        ? { type: 'none' }
        : { type: 'patch', because: 'something was added to it', patch: { spec: patch } }
    }
  }
}

/** The merge patch that takes away what somebody added; undefined when the rest is what the apiserver fills in. */
function additionsPatch(declared: unknown, observed: unknown): JsonObject | undefined {
  const cleaned = withoutAdditions(declared, observed)
  return isJsonObject(observed) && isJsonObject(cleaned) ? mergePatch(observed, cleaned) : undefined
}

/** Assumes that everything that is declared is observed. */
function withoutAdditions(declared: unknown, observed: unknown): unknown {
  if (Array.isArray(declared) && Array.isArray(observed)) {
    return observed.map((element, index) => withoutAdditions(declared[index], element))
  }
  if (!isJsonObject(declared) || !isJsonObject(observed)) return observed
  const members = Object.entries(observed).filter(
    ([key, value]) => Object.hasOwn(declared, key) || isDefault(key, value),
  )
  return Object.fromEntries(members.map(([key, value]) => [key, withoutAdditions(declared[key], value)]))
}

/** @source Kubernetes API reference, admissionregistration.k8s.io/v1: the defaults of MatchResources and RuleWithOperations */
function isDefault(key: string, value: unknown): boolean {
  if (key === 'matchPolicy') return value === 'Equivalent'
  if (key === 'scope') return value === '*'
  return typeof value === 'object' && (value === null || Object.keys(value).length === 0)
}
