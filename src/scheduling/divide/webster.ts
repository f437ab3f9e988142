import { newHeap } from './heap.ts'

/** A cluster that takes part in a division. */
export interface Party {
  readonly name: string
  /** Its weight, 0 or more. */
  readonly votes: number
}

export interface WebsterOptions {
  /** Between equal claims the larger name wins instead of the smaller. */
  readonly descendingTies?: boolean
  /** Seats that parties hold already; new ones come on top. */
  readonly initialSeats?: ReadonlyMap<string, number>
}

interface Contender {
  readonly name: string
  readonly votes: number
  seats: number
  claim: number
}

/**
 * Divides whole seats by weight with Webster's method: each seat goes to the party with the largest
 * votes / (2 × seats + 1); between equals to the one with fewer seats, then by name.
 *
 * @returns seats by name, in ascending order of names, parties without seats included. Nothing is allocated when all
 *   votes are 0.
 * @source spec/behaviour/scheduling.md §8.1
 * @example allocateSeats(9, [{ name: 'a', votes: 1 }, { name: 'b', votes: 2 }]) // a 3, b 6
 */
export function allocateSeats(
  seats: number,
  parties: readonly Party[],
  options: WebsterOptions = {},
): ReadonlyMap<string, number> {
  const all = parties.map(party => newContender(party, options.initialSeats?.get(party.name) ?? 0))
  all.sort((a, b) => (a.name < b.name ? -1 : 1))
  const voted = all.filter(contender => contender.votes > 0)
  if (voted.length > 0) allocate(seats - skipAhead(voted, seats), voted, options.descendingTies ?? false)
  return new Map(all.map(contender => [contender.name, contender.seats]))
}

function newContender({ name, votes }: Party, seats: number): Contender {
  return { name, votes, seats, claim: claimOf(votes, seats) }
}

function claimOf(votes: number, seats: number): number {
  return votes / (2 * seats + 1)
}

function allocate(seats: number, contenders: readonly Contender[], descendingTies: boolean): void {
  const heap = newHeap(contenders, (a, b) => {
    if (a.claim !== b.claim) return a.claim > b.claim
    if (a.seats !== b.seats) return a.seats < b.seats
    return descendingTies ? a.name > b.name : a.name < b.name
  })
  for (let left = seats; left > 0; left--) {
    const { top } = heap
    if (top === undefined) return
    giveSeats(top, top.seats + 1)
    heap.replaceTop(top)
  }
}

function giveSeats(contender: Contender, seats: number): void {
  contender.seats = seats
  contender.claim = claimOf(contender.votes, seats)
}

/**
 * Gives at once all seats whose claim is above a threshold that leaves at least as many seats over as it gives: these
 * come first in any order of single steps, so the result is the same and the cost no longer grows with the seats.
 *
 * @returns how many were given.
 */
function skipAhead(contenders: readonly Contender[], seats: number): number {
  const held = contenders.reduce((sum, contender) => sum + contender.seats, 0)
  const room = seats + held - contenders.length
  if (room <= 0) return 0
  const votes = contenders.reduce((sum, contender) => sum + contender.votes, 0)
  const threshold = votes / (2 * room)
  const targets = contenders.map(contender => Math.max(contender.seats, seatsAbove(contender.votes, threshold)))
  const given = targets.reduce((sum, target) => sum + target, 0) - held
  if (given > seats) return 0
  for (const [index, contender] of contenders.entries()) giveSeats(contender, targets[index] ?? contender.seats)
  return given
}

/** How many seats a party takes before its claim falls to `threshold`: the estimate is put right by at most a few steps. */
function seatsAbove(votes: number, threshold: number): number {
  let seats = Math.max(0, Math.ceil((votes / threshold - 1) / 2))
  while (seats > 0 && claimOf(votes, seats - 1) <= threshold) seats--
  while (claimOf(votes, seats) > threshold) seats++
  return seats
}
