import { ANNOTATION } from '../../api/names.ts'
import { listAt, numberAt, stringAt, stringsAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'

/** What annotation `flotilla.dev/decision` says of one cluster. */
export interface ClusterDecision {
  readonly name: string
  /** Reason by filter; empty for a cluster that fits. */
  readonly rejected: Readonly<Record<string, string>>
  readonly score: number | undefined
  readonly available: number | undefined
  readonly replicas: number | undefined
  /** Why a cluster that fits is no target. */
  readonly note: string
}

/** The scheduler's last decision, as the binding tells it. */
export interface Decision {
  readonly result: string
  readonly message: string
  readonly affinity: string | undefined
  readonly selection: string | undefined
  readonly division: string | undefined
  readonly clusters: readonly ClusterDecision[]
  /** Clusters for which the annotation had no room. */
  readonly omitted: number
}

/** @returns undefined where there is none, or one that is not ours to read. */
export function decisionOf({ metadata }: Pick<Binding, 'metadata'>): Decision | undefined {
  const text = metadata.annotations?.[ANNOTATION.decision]
  if (text === undefined) return undefined
  try {
    return decode(JSON.parse(text))
  } catch {
    return undefined
  }
}

function decode(value: unknown): Decision {
  return {
    result: stringAt(value, 'result') ?? '',
    message: stringAt(value, 'message') ?? '',
    affinity: stringAt(value, 'affinity'),
    selection: stringAt(value, 'selection'),
    division: stringAt(value, 'division'),
    clusters: listAt(value, 'clusters').map(entry => ({
      name: stringAt(entry, 'name') ?? '',
      rejected: stringsAt(entry, 'rejected'),
      score: numberAt(entry, 'score'),
      available: numberAt(entry, 'available'),
      replicas: numberAt(entry, 'replicas'),
      note: stringAt(entry, 'note') ?? '',
    })),
    omitted: numberAt(value, 'omitted') ?? 0,
  }
}
