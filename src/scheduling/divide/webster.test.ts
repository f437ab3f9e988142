import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { allocateSeats, type Party, type WebsterOptions } from './webster.ts'

const parties = (votes: Readonly<Record<string, number>>): Party[] =>
  Object.entries(votes).map(([name, count]) => ({ name, votes: count }))
const divide = (seats: number, votes: Readonly<Record<string, number>>, options?: WebsterOptions) =>
  Object.fromEntries(allocateSeats(seats, parties(votes), options))

describe('allocateSeats (scheduling.md §8.1)', () => {
  it.each([
    { name: 'example: 9 over 1:2', seats: 9, votes: { a: 1, b: 2 }, want: { a: 3, b: 6 } },
    {
      name: 'example: 5 over three equals, even UID',
      seats: 5,
      votes: { a: 1, b: 1, c: 1 },
      want: { a: 2, b: 2, c: 1 },
    },
    {
      name: 'example: 5 over three equals, odd UID',
      seats: 5,
      votes: { a: 1, b: 1, c: 1 },
      options: { descendingTies: true },
      want: { a: 1, b: 2, c: 2 },
    },
    { name: 'equal claims: fewer seats first', seats: 3, votes: { a: 3, b: 1 }, want: { a: 2, b: 1 } },
    {
      name: 'one seat over two equals goes to the smaller name',
      seats: 1,
      votes: { b: 1, a: 1 },
      want: { a: 1, b: 0 },
    },
    { name: 'without votes nothing is allocated', seats: 5, votes: { a: 0, b: 0 }, want: { a: 0, b: 0 } },
    { name: 'zero votes get nothing beside others', seats: 5, votes: { a: 1, b: 0 }, want: { a: 5, b: 0 } },
    { name: 'no seats', seats: 0, votes: { a: 1, b: 2 }, want: { a: 0, b: 0 } },
    { name: 'no parties', seats: 5, votes: {}, want: {} },
    {
      name: 'seats held already count in the claims',
      seats: 4,
      votes: { a: 1, b: 1 },
      options: { initialSeats: new Map([['a', 2]]) },
      want: { a: 3, b: 3 },
    },
    { name: 'many seats', seats: 1_000_000, votes: { a: 1, b: 2, c: 7 }, want: { a: 100_000, b: 200_000, c: 700_000 } },
  ])('$name', ({ seats, votes, want, options }) => expect(divide(seats, votes, options)).toEqual(want))

  it('lists parties in ascending order of names', () => {
    expect([...allocateSeats(3, parties({ c: 1, a: 1, b: 1 })).keys()]).toEqual(['a', 'b', 'c'])
  })
})

const someParties = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.nat(1000)), { selector: ([name]) => name, minLength: 1 })
  .map(entries => entries.map(([name, votes]) => ({ name, votes })))
  .filter(list => list.some(party => party.votes > 0))

describe('properties', () => {
  it('the sum of seats is what was to be divided', () => {
    fc.assert(
      fc.property(fc.nat(3000), someParties, fc.boolean(), (seats, list, descendingTies) => {
        const result = allocateSeats(seats, list, { descendingTies })
        expect([...result.values()].reduce((sum, count) => sum + count, 0)).toBe(seats)
      }),
    )
  })

  it('more votes never give fewer seats', () => {
    fc.assert(
      fc.property(fc.nat(3000), someParties, (seats, list) => {
        const result = allocateSeats(seats, list)
        const byVotes = [...list].sort((a, b) => a.votes - b.votes)
        for (const [index, party] of byVotes.slice(1).entries()) {
          const poorer = byVotes[index]
          if (poorer !== undefined && poorer.votes < party.votes) {
            expect(result.get(party.name)).toBeGreaterThanOrEqual(result.get(poorer.name) ?? 0)
          }
        }
      }),
    )
  })

  it('gives the same as one seat after the other', () => {
    fc.assert(
      fc.property(fc.nat(400), someParties, fc.boolean(), (seats, list, descendingTies) => {
        expect(allocateSeats(seats, list, { descendingTies })).toEqual(stepByStep(seats, list, descendingTies))
      }),
    )
  })

  it('does not depend on the order of parties', () => {
    fc.assert(
      fc.property(fc.nat(300), someParties, (seats, list) => {
        expect(allocateSeats(seats, [...list].reverse())).toEqual(allocateSeats(seats, list))
      }),
    )
  })
})

/** The definition, word by word. */
function stepByStep(seats: number, list: readonly Party[], descendingTies: boolean): ReadonlyMap<string, number> {
  const order = [...list].sort((a, b) => (a.name < b.name ? -1 : 1))
  const held = new Map(order.map(party => [party.name, 0]))
  const seatsOf = (party: Party): number => held.get(party.name) ?? 0
  for (let left = seats; left > 0; left--) {
    const ranked = [...order].sort((a, b) => {
      const claims = b.votes / (2 * seatsOf(b) + 1) - a.votes / (2 * seatsOf(a) + 1)
      if (claims !== 0) return claims
      if (seatsOf(a) !== seatsOf(b)) return seatsOf(a) - seatsOf(b)
      return a.name < b.name === descendingTies ? 1 : -1
    })
    const [winner] = ranked
    if (winner) held.set(winner.name, seatsOf(winner) + 1)
  }
  return held
}
