import { describe, expect, it } from '@jest/globals'
import { type Chain, isOwner, type Own, planStep, type Standing, type Step } from './plan.ts'
import { newView } from './view.ts'

const [A, AB, ABC] = [newView(['a']), newView(['a', 'b']), newView(['a', 'b', 'c'])]
const standing = (replica: string, fields: Partial<Standing> = {}): Standing => ({
  ...{ replica, publication: 1, prepared: '', view: '' },
  ...fields,
})
const own = (fields: Partial<Own> = {}): Own => ({ ...standing('a'), activated: false, ...fields })
/** Told as it was written. */
const toldOf = ({ activated, ...told }: Own): Standing => told

describe('the next step of a replica', () => {
  const settled = own({ prepared: AB.id, view: AB.id, activated: true })
  const handedOver = own({ prepared: AB.id, view: AB.id })
  it.each<{ name: string; own: Own; others: readonly Standing[]; want: string }>([
    { name: 'alone it needs nobody', own: own(), others: [], want: `handOver ${A.id}` },
    {
      name: 'alone it takes all at once',
      own: own({ prepared: A.id, view: A.id }),
      others: [],
      want: `activate ${A.id}`,
    },
    {
      name: 'a newcomer is prepared for, and nothing is let go of',
      own: settled,
      others: [standing('b', { prepared: AB.id, view: AB.id }), standing('c')],
      want: `prepare ${ABC.id}`,
    },
    {
      name: 'who has prepared waits for the others',
      own: own({ prepared: ABC.id, view: AB.id, activated: true }),
      others: [standing('b', { prepared: ABC.id, view: AB.id }), standing('c')],
      want: 'wait',
    },
    {
      name: 'when all others have prepared it lets go, and tells both at once',
      own: settled,
      others: [standing('b', { prepared: ABC.id, view: AB.id }), standing('c', { prepared: ABC.id })],
      want: `handOver ${ABC.id}`,
    },
    {
      name: 'who acts by it already need not prepare again',
      own: own({ prepared: ABC.id, view: ABC.id, activated: true }),
      others: [standing('b', { prepared: ABC.id, view: AB.id })],
      want: `handOver ${AB.id}`,
    },
    {
      name: 'who has let go waits for the others',
      own: handedOver,
      others: [standing('b', { prepared: AB.id, view: 'former' })],
      want: 'wait',
    },
    {
      name: 'when all others have let go it takes',
      own: handedOver,
      others: [standing('b', { prepared: AB.id, view: AB.id })],
      want: `activate ${AB.id}`,
    },
    {
      name: 'who has taken is done',
      own: settled,
      others: [standing('b', { prepared: AB.id, view: AB.id })],
      want: 'wait',
    },
  ])('$name', ({ own, others, want }) => expect(textOf(planStep(own, [toldOf(own), ...others]))).toBe(want))

  it('is none while its own words have not come back: what others say may be older', () => {
    const told = [standing('a', { publication: 1, prepared: A.id, view: A.id })]
    expect(planStep(own({ publication: 2, prepared: A.id, view: A.id }), told)).toEqual({ type: 'wait' })
    expect(planStep(own(), [])).toEqual({ type: 'wait' })
  })
})

function textOf(step: Step): string {
  return step.type === 'wait' ? step.type : `${step.type} ${step.view.id}`
}

/** All Leases as the apiserver had them, one state after the other. */
type History = (readonly Standing[])[]

/** A replica that sees the history late, and does its steps in parts. */
class SimulatedReplica {
  readonly name: string
  readonly #history: History
  #seen: number
  #own: Own
  #chain: Chain = []
  #writing: Chain = []
  /** What is left of the step that it is at. */
  #rest: (() => void)[] = []
  isAlive = true

  constructor(name: string, history: History) {
    this.name = name
    this.#history = history
    this.#own = own({ replica: name, publication: 0 })
    this.#seen = history.length
    this.#write()
  }

  writesTo(cluster: string): boolean {
    return this.isAlive && isOwner(this.#writing, this.name, cluster)
  }

  /** Sees some more of what has happened, or does the next part of what it is at. */
  move(random: () => number): void {
    const part = this.#rest.shift()
    if (part !== undefined) {
      part()
      return
    }
    const last = this.#history.length - 1
    this.#seen += Math.ceil((last - this.#seen) * random())
    this.#begin(planStep(this.#own, this.#history[this.#seen] ?? []))
  }

  /** Everything is let go of, and its Lease taken away; or it is dead, and its Lease was removed after its deadline. */
  end(): void {
    this.isAlive = false
    this.#history.push((this.#history.at(-1) ?? []).filter(({ replica }) => replica !== this.name))
  }

  #begin(step: Step): void {
    if (step.type === 'prepare') this.#rest = [() => this.#tell({ prepared: step.view.id })]
    if (step.type === 'activate') {
      this.#rest = [
        () => {
          this.#chain = [step.view]
          this.#writing = this.#chain
          this.#own = { ...this.#own, activated: true }
        },
      ]
    }
    if (step.type !== 'handOver') return
    if (this.#chain.length > 0) this.#chain = [...this.#chain, step.view]
    this.#rest = [
      () => {
        this.#writing = this.#chain
      },
      () => this.#tell({ prepared: step.view.id, view: step.view.id, activated: false }),
    ]
  }

  #tell(what: Partial<Own>): void {
    this.#own = { ...this.#own, ...what, publication: this.#own.publication + 1 }
    // The answer, and its arrival, are two things.
    this.#rest.push(() => this.#write())
  }

  #write(): void {
    const others = (this.#history.at(-1) ?? []).filter(({ replica }) => replica !== this.name)
    this.#history.push([...others, toldOf(this.#own)])
  }
}

/** mulberry32 */
function newRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const CLUSTERS = Array.from({ length: 12 }, (_, index) => `member${index}`)
const SEEDS = Array.from({ length: 150 }, (_, index) => index + 1)

class SimulatedFleet {
  readonly replicas: SimulatedReplica[] = []
  readonly #history: History = [[]]

  get #alive(): readonly SimulatedReplica[] {
    return this.replicas.filter(({ isAlive }) => isAlive)
  }

  /** Now and then somebody comes or goes; somebody is always there. */
  disturb(random: () => number): void {
    const chance = random()
    if (this.#alive.length === 0 || (chance < 0.02 && this.#alive.length < 5)) this.add()
    else if (chance > 0.985 && this.#alive.length > 1) this.#any(random)?.end()
  }

  add(): SimulatedReplica {
    const replica = new SimulatedReplica(`replica${this.replicas.length}`, this.#history)
    this.replicas.push(replica)
    return replica
  }

  move(random: () => number): void {
    this.#any(random)?.move(random)
  }

  /** All see everything, and do what there is to do. */
  settle(afterMove: () => void = () => {}): void {
    for (let move = 0; move < 200; move++) {
      for (const replica of this.#alive) {
        replica.move(() => 1)
        afterMove()
      }
    }
  }

  #any(random: () => number): SimulatedReplica | undefined {
    return this.#alive[Math.floor(random() * this.#alive.length)]
  }
}

function writersOf(replicas: readonly SimulatedReplica[], cluster: string): readonly string[] {
  return replicas.filter(replica => replica.writesTo(cluster)).map(({ name }) => name)
}

describe('replicas that come, go and see everything late', () => {
  it.each(SEEDS)('never write to one cluster at once, and in the end every cluster has one: walk %i', seed => {
    const random = newRandom(seed)
    const fleet = new SimulatedFleet()
    const shared: unknown[] = []
    for (let move = 0; move < 600; move++) {
      if (move < 400) fleet.disturb(random)
      fleet.move(random)
      for (const cluster of CLUSTERS) {
        const writers = writersOf(fleet.replicas, cluster)
        if (writers.length > 1) shared.push({ move, cluster, writers })
      }
    }
    fleet.settle()
    expect(shared).toEqual([])
    expect(CLUSTERS.map(cluster => writersOf(fleet.replicas, cluster).length)).toEqual(CLUSTERS.map(() => 1))
  })

  it('go on without a break with what stays theirs', () => {
    const fleet = new SimulatedFleet()
    fleet.add()
    fleet.add()
    fleet.settle()
    const before = new Map(CLUSTERS.map(cluster => [cluster, writersOf(fleet.replicas, cluster)]))
    const newcomer = fleet.add()
    const after = newView(fleet.replicas.map(({ name }) => name))
    const stay = CLUSTERS.filter(cluster => after.ownerOf(cluster) === before.get(cluster)?.[0])
    fleet.settle(() => {
      for (const cluster of stay) expect(writersOf(fleet.replicas, cluster)).toEqual(before.get(cluster))
    })
    expect(CLUSTERS.filter(cluster => newcomer.writesTo(cluster)).length).toBe(CLUSTERS.length - stay.length)
  })
})
