import { ANNOTATION } from '../api/names.ts'
import { listAt, numberAt, objectAt, stringAt } from '../object/field.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { JsonObject } from '../object/kube-object.ts'

/** That failover took a workload from a cluster. */
export interface Move {
  readonly from: string
  /** Where its replicas went; empty when there was no room for them. */
  readonly to: readonly string[]
  readonly replicas?: number
  /** RFC 3339. */
  readonly at: string
  /** Of the graceful eviction task. */
  readonly reason: string
  /** That it came back, and who asked for it. */
  readonly returned?: { readonly at: string; readonly by: ReturnCause }
}

/** A WorkloadRebalancer or an annotation asked for it, or another placement led there. */
export type ReturnCause = 'Requested' | 'Rescheduled' | 'Placement'

const MOST_KEPT = 10

/** The moves that a binding tells of, oldest first; what cannot be read is none. */
export function movesOf({ metadata }: Pick<Binding, 'metadata'>): readonly Move[] {
  const moves = listAt({ moves: parse(metadata.annotations?.[ANNOTATION.moves]) }, 'moves')
  return moves.flatMap(move => decodeMove(move) ?? [])
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '[]')
  } catch {
    return []
  }
}

function decodeMove(value: unknown): Move | undefined {
  const [from, at, reason] = [stringAt(value, 'from'), stringAt(value, 'at'), stringAt(value, 'reason')]
  if (from === undefined || at === undefined || reason === undefined) return undefined
  const replicas = numberAt(value, 'replicas')
  const returned = decodeReturn(objectAt(value, 'returned'))
  const to = listAt(value, 'to').filter(name => typeof name === 'string')
  return { from, to, at, reason, ...(replicas !== undefined && { replicas }), ...(returned && { returned }) }
}

function decodeReturn(value: JsonObject | undefined): Move['returned'] {
  const [at, by] = [stringAt(value, 'at'), stringAt(value, 'by')]
  if (at === undefined || (by !== 'Requested' && by !== 'Rescheduled' && by !== 'Placement')) return undefined
  return { at, by }
}

/** @returns the binding with other moves on record, the last ten; the same object when nothing differs. */
export function withMoves(binding: Binding, moves: readonly Move[]): Binding {
  const text = JSON.stringify(moves.slice(-MOST_KEPT))
  if (text === (binding.metadata.annotations?.[ANNOTATION.moves] ?? '[]')) return binding
  const annotations = { ...binding.metadata.annotations, [ANNOTATION.moves]: text }
  return { ...binding, metadata: { ...binding.metadata, annotations } }
}

/** @returns the binding with those moves closed whose cluster is a target again. */
export function withReturns(binding: Binding, returned: NonNullable<Move['returned']>): Binding {
  const targets = new Set((binding.spec.clusters ?? []).map(({ name }) => name))
  const moves = movesOf(binding)
  const isBack = (move: Move): boolean => move.returned === undefined && targets.has(move.from)
  return moves.some(isBack)
    ? withMoves(
        binding,
        moves.map(move => (isBack(move) ? { ...move, returned } : move)),
      )
    : binding
}
