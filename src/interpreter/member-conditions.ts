import { definedFields, listAt, stringAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'
import { latest } from './timestamps.ts'

export interface ConditionMerge {
  /** Types that are True as soon as one cluster says so: troubles, and what is going on. All others need every cluster. */
  readonly anyOf?: readonly string[]
  /** The template's generation that the merged conditions speak of; a member's own says nothing on the host. */
  readonly observedGeneration?: number
}

/** Whether a status has a condition of a type with status True. */
export function isConditionTrueIn(status: unknown, type: string): boolean {
  return conditionIn(status, type)?.['status'] === 'True'
}

/**
 * One condition for each type that some cluster reports. It says what the clusters with the decisive status say, with
 * their names where they differ.
 */
export function mergeConditions(
  items: readonly AggregatedStatusItem[],
  { anyOf = [], observedGeneration }: ConditionMerge = {},
): readonly JsonObject[] {
  const types = new Set(items.flatMap(item => listAt(item.status, 'conditions').map(each => stringAt(each, 'type'))))
  return [...types]
    .filter(type => type !== undefined)
    .map(type => mergeType(items, type, anyOf.includes(type)))
    .map(condition => (observedGeneration === undefined ? condition : { ...condition, observedGeneration }))
}

interface Said {
  readonly clusterName: string
  readonly condition: JsonObject
}

function mergeType(items: readonly AggregatedStatusItem[], type: string, needsOne: boolean): JsonObject {
  const said = items.flatMap(({ clusterName, status }): readonly Said[] => {
    const condition = conditionIn(status, type)
    return condition === undefined ? [] : [{ clusterName, condition }]
  })
  const isIncomplete = !needsOne && said.length < items.length
  const status = decisiveStatus(said, needsOne)
  // Some kinds tell states that come and go as conditions without a status.
  const isPlain = said.every(({ condition }) => condition['status'] === undefined)
  const decisive = isPlain ? said : said.filter(({ condition }) => condition['status'] === status)
  const { observedGeneration: _, ...first } = decisive[0]?.condition ?? {}
  return definedFields({
    ...first,
    type,
    status: isPlain ? undefined : isIncomplete && status === 'True' ? 'Unknown' : status,
    message: joinMessages(decisive),
    lastTransitionTime: latest(decisive.flatMap(({ condition }) => stringAt(condition, 'lastTransitionTime') ?? [])),
  })
}

function decisiveStatus(said: readonly Said[], needsOne: boolean): string {
  const order = needsOne ? ['True', 'Unknown', 'False'] : ['False', 'Unknown', 'True']
  return order.find(status => said.some(({ condition }) => condition['status'] === status)) ?? 'Unknown'
}

function joinMessages(said: readonly Said[]): string {
  const messages = said.map(({ condition }) => stringAt(condition, 'message') ?? '')
  if (new Set(messages).size <= 1) return messages[0] ?? ''
  return said.map(({ clusterName }, index) => `${clusterName}: ${messages[index]}`).join('; ')
}

function conditionIn(status: unknown, type: string): JsonObject | undefined {
  return listAt(status, 'conditions')
    .filter(isJsonObject)
    .find(condition => condition['type'] === type)
}
