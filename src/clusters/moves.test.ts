import { describe, expect, it } from '@jest/globals'
import { ANNOTATION } from '../api/names.ts'
import { a } from '../testing/builders.ts'
import { type Move, movesOf, withMoves, withReturns } from './moves.ts'

const move = (from: string, more: Partial<Move> = {}): Move => ({
  ...{ from, to: ['m2'], at: '2026-01-01T00:00:00Z', reason: 'TaintUntolerated' },
  ...more,
})
const returned = { at: '2026-01-02T00:00:00Z', by: 'Requested' } as const

describe('the moves on a binding', () => {
  it('are read as they were written', () => {
    const moves = [move('m1', { replicas: 2 }), move('m3', { returned })]
    expect(movesOf(withMoves(a.binding(), moves))).toEqual(moves)
  })

  it('are the last ten', () => {
    const moves = Array.from({ length: 12 }, (_, i) => move(`m${i}`))
    expect(movesOf(withMoves(a.binding(), moves)).map(({ from }) => from)).toEqual(
      moves.slice(2).map(({ from }) => from),
    )
  })

  it.each(['', '{', '{}', '[1,{"from":"m1"}]'])('%j tells of none', text => {
    expect(movesOf(a.binding({ annotations: { [ANNOTATION.moves]: text } }))).toEqual([])
  })

  it('no moves leave no mark', () => {
    const binding = a.binding()
    expect(withMoves(binding, [])).toBe(binding)
  })
})

describe('withReturns', () => {
  it('closes the moves from clusters that are targets again', () => {
    const moves = [move('m1'), move('m3')]
    const binding = withMoves(a.binding({ spec: { clusters: [{ name: 'm1' }] } }), moves)
    expect(movesOf(withReturns(binding, returned))).toEqual([move('m1', { returned }), move('m3')])
  })

  it('changes nothing when none is back, and closes a move once', () => {
    const binding = withMoves(a.binding({ spec: { clusters: [{ name: 'm1' }] } }), [
      move('m1', { returned }),
      move('m3'),
    ])
    expect(withReturns(binding, { at: 'later', by: 'Placement' })).toBe(binding)
  })
})
