import { LABEL } from '../../api/names.ts'
import type { Policy } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { buildIndex } from '../../parking/index-entries.ts'

export interface ObservedIndex {
  /** Of one namespace, or all cluster-wide ones. */
  readonly policies: readonly Policy[]
  readonly configMap: KubeObject | undefined
  /** How long the ConfigMap has been as it is, as far as this process knows, in milliseconds. */
  readonly settledMs: number
}

/** The apiserver reads ConfigMap and policies through two watches: one may be this much behind the other. */
export const SETTLE_MS = 1_000

export type Action =
  | { readonly type: 'writeIndex'; readonly data: Readonly<Record<string, string>> }
  | { readonly type: 'deleteIndex' }
  /** The index has been written: the policies are marked when every apiserver has seen it. */
  | { readonly type: 'wait'; readonly afterMs: number }
  | { readonly type: 'mark'; readonly policy: Policy; readonly patch: JsonObject }

/**
 * What brings the index of parked templates to what policies select, and the marks on policies to what the index holds.
 *
 * Guarantees: a policy is marked only after the index that holds it; until then the apiserver asks the policy itself.
 */
export function plan({ policies, configMap, settledMs }: ObservedIndex): readonly Action[] {
  const living = policies
    .filter(policy => policy.metadata.deletionTimestamp === undefined)
    .sort((a, b) => (formatKey(keyOf(a)) < formatKey(keyOf(b)) ? -1 : 1))
  const { data, left } = buildIndex(living)
  const write = planWrite(data, configMap)
  if (write !== undefined) return [write]
  const due = living.flatMap(policy => planMark(policy, !left.includes(policy)))
  if (due.length > 0 && settledMs < SETTLE_MS) return [{ type: 'wait', afterMs: SETTLE_MS - settledMs }]
  return due
}

function planWrite(data: Readonly<Record<string, string>>, configMap: KubeObject | undefined): Action | undefined {
  if (Object.keys(data).length === 0) return configMap && { type: 'deleteIndex' }
  return isSame(data, configMap?.['data']) ? undefined : { type: 'writeIndex', data }
}

function isSame(wanted: Readonly<Record<string, string>>, found: unknown): boolean {
  const entries = Object.entries(typeof found === 'object' && found !== null ? found : {})
  return entries.length === Object.keys(wanted).length && entries.every(([key, value]) => wanted[key] === value)
}

function planMark(policy: Policy, isIndexed: boolean): readonly Action[] {
  const { labels, generation = 0, resourceVersion } = policy.metadata
  const wanted = isIndexed ? String(generation) : undefined
  if (labels?.[LABEL.indexed] === wanted) return []
  const patch = { metadata: { resourceVersion, labels: { [LABEL.indexed]: wanted ?? null } } }
  return [{ type: 'mark', policy, patch }]
}
