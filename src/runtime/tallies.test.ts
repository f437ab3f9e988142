import { describe, expect, it } from '@jest/globals'
import { type Labels, Tallies } from './tallies.ts'

describe('tallies', () => {
  it('are told by series, each count once', () => {
    const tallies = new Tallies()
    const taken = (): readonly (readonly [Labels, number])[] => {
      const told: [Labels, number][] = []
      tallies.take((labels, count) => told.push([labels, count]))
      return told
    }
    for (const verb of ['get', 'list', 'get']) tallies.add(verb, () => ({ verb }))
    expect(taken()).toEqual([
      [{ verb: 'get' }, 2],
      [{ verb: 'list' }, 1],
    ])
    expect(taken()).toEqual([])
    tallies.add('get', () => ({ verb: 'get' }))
    expect(taken()).toEqual([[{ verb: 'get' }, 1]])
  })
})
