import { conditionMessage } from '../../object/condition.ts'
import { listAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'

/** A condition as it is stated; its times follow from what was there before. */
export interface Stated {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

export interface ConditionStatement {
  /** The types that are ours to state: one that is not stated goes. All others stay as they are. */
  readonly owned: readonly string[]
  readonly stated: readonly Stated[]
  /** RFC 3339. */
  readonly now: string
  /** Whether the kind's conditions tell when they were last written. */
  readonly hasUpdateTime?: boolean
}

/**
 * @returns the conditions of a template with what is stated, those that were there in their order. One that says the same keeps
 *   its times, and that of the transition while only the words change.
 */
export function stateConditions(
  template: KubeObject,
  { owned, stated, now, hasUpdateTime = false }: ConditionStatement,
): readonly JsonObject[] {
  const before = listAt(template, 'status', 'conditions').filter(isJsonObject)
  const timed = (statement: Stated): JsonObject => {
    const wanted = { ...statement, message: conditionMessage(statement.message) }
    const former = before.find(({ type }) => type === wanted.type)
    const isSame = former !== undefined && former['reason'] === wanted.reason && former['message'] === wanted.message
    if (isSame && former['status'] === wanted.status) return former
    const since = former?.['status'] === wanted.status ? former['lastTransitionTime'] : undefined
    return { ...wanted, ...(hasUpdateTime && { lastUpdateTime: now }), lastTransitionTime: since ?? now }
  }
  const byType = new Map<unknown, JsonObject>(stated.map(wanted => [wanted.type, timed(wanted)]))
  const kept = before.flatMap((condition): JsonObject | readonly JsonObject[] => {
    const { type } = condition
    return byType.get(type) ?? (owned.some(name => name === type) ? [] : condition)
  })
  const added = [...byType.values()].filter(({ type }) => !before.some(condition => condition['type'] === type))
  return [...kept, ...added]
}
