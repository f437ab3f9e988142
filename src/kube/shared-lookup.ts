import { type LookupAddress, type LookupAllOptions, lookup as resolveName } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Timing } from './timing.ts'

export interface SharedLookupOptions {
  /** Lookups at once: each keeps a thread of Node's pool busy until the resolver gives up, and the pool has other work too. */
  readonly limit: number
  readonly timing: Pick<Timing, 'monotonicMs'>
  /** Default: that of the system (getaddrinfo), with its hosts file and search domains. */
  readonly resolve?: Resolve
}

type Resolve = (
  name: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** How a name answered the last time. */
type Record = 'quick' | 'untried' | 'slow'

const SLOW_MS = 2_000
/** Part of the lookups that may be under way when one for such a name begins. */
const SHARE: Readonly<{ [record in Record]: number }> = { quick: 1, untried: 0.75, slow: 0.5 }
const ORDER: readonly Record[] = ['quick', 'untried', 'slow']
const MOST_NAMES = 4096

/**
 * A `lookup` for sockets, shared by all connections, so that names which nobody answers cannot hold up the others: a name is
 * looked up once however many dial it, and those that were slow the last time never take more than half of the lookups.
 */
export function newSharedLookup(options: SharedLookupOptions): LookupFunction {
  const shared = new SharedLookup(options)
  return (name, { all, family = 0 }, callback) => {
    const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family
    shared.look(name, (error, addresses) => {
      const fitting = addresses.filter(address => wanted === 0 || address.family === wanted)
      const [first] = fitting
      if (error !== null || first === undefined) return callback(error ?? notFound(name), '', 0)
      return all === true ? callback(null, fitting) : callback(null, first.address, first.family)
    })
  }
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address of this family: ${name}`), { code: 'ENOTFOUND' })
}

type Answer = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void

class SharedLookup {
  readonly #options: SharedLookupOptions
  /** Who waits for a name: it is looked up, or in the queue. */
  readonly #asking = new Map<string, Answer[]>()
  readonly #queues: Readonly<{ [record in Record]: string[] }> = { quick: [], untried: [], slow: [] }
  readonly #records = new Map<string, Record>()
  #running = 0

  constructor(options: SharedLookupOptions) {
    this.#options = options
  }

  look(name: string, answer: Answer): void {
    const asking = this.#asking.get(name)
    if (asking !== undefined) {
      asking.push(answer)
      return
    }
    this.#asking.set(name, [answer])
    this.#queues[this.#records.get(name) ?? 'untried'].push(name)
    this.#startNext()
  }

  #startNext(): void {
    for (const record of ORDER) {
      const queue = this.#queues[record]
      const limit = Math.max(1, Math.floor(this.#options.limit * SHARE[record]))
      while (this.#running < limit) {
        const name = queue.shift()
        if (name === undefined) break
        this.#start(name)
      }
    }
  }

  #start(name: string): void {
    const { resolve = resolveName, timing } = this.#options
    this.#running++
    const startMs = timing.monotonicMs()
    resolve(name, { all: true }, (error, addresses) => {
      this.#running--
      this.#note(name, timing.monotonicMs() - startMs >= SLOW_MS ? 'slow' : 'quick')
      const asking = this.#asking.get(name) ?? []
      this.#asking.delete(name)
      for (const answer of asking) answer(error, addresses ?? [])
      this.#startNext()
    })
  }

  #note(name: string, record: Record): void {
    this.#records.delete(name)
    this.#records.set(name, record)
    if (this.#records.size <= MOST_NAMES) return
    for (const oldest of this.#records.keys()) {
      this.#records.delete(oldest)
      return
    }
  }
}
