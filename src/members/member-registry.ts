import type { Client } from '../kube/client.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import type { MemberConnection } from './connection.ts'
import { type ManagedInformersDeps, newManagedInformers } from './managed-informers.ts'
import type { Candidate, CandidateHandler, Candidates, Member, MemberChange, MemberHandler, Members } from './member.ts'

/** The members as the controllers see them that connect and admit them. */
export interface MemberRegistry extends Members, Candidates {
  /**
   * Connects to a member; it can be used once it is admitted. Nothing happens when it is connected so already; a connection
   * that differs only by its token goes on with the new token; any other replaces the member (removed, then to be admitted).
   */
  connect(name: string, connection: MemberConnection): void
  disconnect(name: string): void
  /** Disconnects in order: what is being written there is finished first. */
  retire(name: string): Promise<void>
  isConnected(name: string): boolean
  /** The names of all that are connected, in use or not. */
  connected(): readonly string[]
  /** Disconnects all. */
  stop(): void
}

export interface MemberRegistryDeps extends Omit<ManagedInformersDeps, 'client'> {
  /** Opens a client with the limits and the fence that hold for members. */
  readonly newClient: (config: ServerConfig) => Client
  readonly newDiscovery: (client: Client) => Discovery
  /** Whether the Cluster of that name was last seen with condition Ready True. */
  readonly isReady: (name: string) => boolean
}

/** One open connection. */
interface Connected {
  readonly connection: MemberConnection
  readonly candidate: Candidate
  readonly member: Member
  admitted: boolean
  /** @returns whether it is another one than before. */
  replaceToken(token: string | undefined): boolean
  stop(): void
}

/** @returns a registry without members. */
export function newMemberRegistry(deps: MemberRegistryDeps): MemberRegistry {
  return new Registry(deps)
}

class Registry implements MemberRegistry {
  readonly #deps: MemberRegistryDeps
  readonly #connected = new Map<string, Connected>()
  readonly #handlers = new Set<MemberHandler>()
  readonly #candidateHandlers = new Set<CandidateHandler>()

  constructor(deps: MemberRegistryDeps) {
    this.#deps = deps
  }

  connect(name: string, connection: MemberConnection): void {
    const current = this.#connected.get(name)
    if (current?.connection.digest === connection.digest) {
      if (current.replaceToken(connection.token)) this.#tellCandidate('renewed', name)
      return
    }
    this.#close(name)
    this.#open(name, connection)
  }

  disconnect(name: string): void {
    if (!this.#close(name)) return
    this.#deps.log.info('member disconnected', { cluster: name })
    this.#tellCandidate('disconnected', name)
  }

  async retire(name: string): Promise<void> {
    const entry = this.#connected.get(name)
    if (entry === undefined) return
    this.#connected.delete(name)
    if (entry.admitted) await Promise.all(this.#tell('removed', entry.member))
    entry.stop()
    this.#deps.log.info('member given away', { cluster: name })
    this.#tellCandidate('disconnected', name)
  }

  isConnected(name: string): boolean {
    return this.#connected.has(name)
  }

  connected(): readonly string[] {
    return [...this.#connected.keys()]
  }

  get(name: string): Member | undefined {
    const entry = this.#connected.get(name)
    return entry?.admitted === true ? entry.member : undefined
  }

  list(): readonly Member[] {
    return [...this.#connected.values()].flatMap(entry => (entry.admitted ? [entry.member] : []))
  }

  candidate(name: string): Candidate | undefined {
    return this.#connected.get(name)?.candidate
  }

  admit(candidate: Candidate): void {
    const entry = this.#connected.get(candidate.name)
    if (entry === undefined || entry.candidate !== candidate || entry.admitted) return
    entry.admitted = true
    this.#tell('added', entry.member)
  }

  withdraw(candidate: Candidate): void {
    const entry = this.#connected.get(candidate.name)
    if (entry === undefined || entry.candidate !== candidate || !entry.admitted) return
    const { name } = candidate
    this.#deps.log.warn('member taken out of use', { cluster: name })
    this.#close(name)
    // With the token of now: that of its beginning may have been replaced.
    this.#open(name, entry.connection)
  }

  addHandler(handler: MemberHandler): () => void {
    this.#handlers.add(handler)
    for (const member of this.list()) void handler({ type: 'added', member })
    return () => this.#handlers.delete(handler)
  }

  addCandidateHandler(handler: CandidateHandler): () => void {
    this.#candidateHandlers.add(handler)
    for (const name of this.#connected.keys()) handler({ type: 'connected', name })
    return () => this.#candidateHandlers.delete(handler)
  }

  stop(): void {
    for (const name of [...this.#connected.keys()]) this.disconnect(name)
  }

  #open(name: string, connection: MemberConnection): void {
    this.#connected.set(name, openConnection(name, connection, this.#deps))
    // Only the host: an address may carry a password.
    this.#deps.log.info('member connected', { cluster: name, server: new URL(connection.config.server).host })
    this.#tellCandidate('connected', name)
  }

  /** @returns whether there was one. */
  #close(name: string): boolean {
    const entry = this.#connected.get(name)
    if (entry === undefined) return false
    this.#connected.delete(name)
    if (entry.admitted) this.#tell('removed', entry.member)
    entry.stop()
    return true
  }

  #tell(type: MemberChange['type'], member: Member): readonly (Promise<void> | undefined)[] {
    return [...this.#handlers].map(handler => handler({ type, member }))
  }

  #tellCandidate(type: Parameters<CandidateHandler>[0]['type'], name: string): void {
    for (const handler of [...this.#candidateHandlers]) handler({ type, name })
  }
}

function openConnection(name: string, connection: MemberConnection, deps: MemberRegistryDeps): Connected {
  let { token } = connection
  const { config } = connection
  const client = deps.newClient(
    token === undefined ? config : { ...config, token: { type: 'provider', token: () => token ?? '' } },
  )
  const discovery = deps.newDiscovery(client)
  const informers = newManagedInformers({ ...deps, client })
  return {
    get connection() {
      return token === undefined ? connection : { ...connection, token }
    },
    candidate: { name, client, discovery, refusals: informers.refusals },
    member: {
      name,
      client,
      discovery,
      informer: informers.ensure,
      addChangeHandler: informers.addHandler,
      get ready() {
        return deps.isReady(name)
      },
    },
    admitted: false,
    replaceToken: next => {
      const differs = next !== token
      token = next
      return differs
    },
    stop: () => {
      informers.stop()
      // Requests in flight reject where they were sent from; nobody waits for the sockets.
      void client.close().catch(error => deps.log.debug('closing a member connection', { cluster: name, error }))
    },
  }
}
