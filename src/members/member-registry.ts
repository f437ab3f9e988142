import type { Client } from '../kube/client.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import type { InformerDeps } from '../runtime/informer.ts'
import type { MemberConnection } from './connection.ts'
import { newManagedInformers } from './managed-informers.ts'
import type { Member, MemberChange, MemberHandler, Members } from './member.ts'

/** The members as the controller that connects them sees them. */
export interface MemberRegistry extends Members {
  /**
   * Makes a member reachable through `connection`. Nothing happens when it already is; a connection that differs only by
   * its token goes on with the new token; any other replaces the member (removed, then added).
   */
  connect(name: string, connection: MemberConnection): void
  disconnect(name: string): void
  /** Disconnects all. */
  stop(): void
}

export interface MemberRegistryDeps extends Omit<InformerDeps, 'client'> {
  /** Opens a client with the limits and the fence that hold for members. */
  readonly newClient: (config: ServerConfig) => Client
  readonly newDiscovery: (client: Client) => Discovery
  /** Whether the Cluster of that name was last seen with condition Ready True. */
  readonly isReady: (name: string) => boolean
}

interface Connected {
  readonly member: Member
  readonly digest: string
  replaceToken(token: string | undefined): void
  stop(): void
}

/** @returns a registry without members. */
export function newMemberRegistry(deps: MemberRegistryDeps): MemberRegistry {
  const connected = new Map<string, Connected>()
  const handlers = new Set<MemberHandler>()
  const tell = (type: MemberChange['type'], member: Member): void => {
    for (const handler of [...handlers]) handler({ type, member })
  }

  const disconnect = (name: string): void => {
    const entry = connected.get(name)
    if (entry === undefined || !connected.delete(name)) return
    deps.log.info('member disconnected', { cluster: name })
    tell('removed', entry.member)
    entry.stop()
  }

  const connect = (name: string, connection: MemberConnection): void => {
    const current = connected.get(name)
    if (current?.digest === connection.digest) {
      current.replaceToken(connection.token)
      return
    }
    disconnect(name)
    const entry = openConnection(name, connection, deps)
    connected.set(name, entry)
    // Only the host: an address may carry a password.
    deps.log.info('member connected', { cluster: name, server: new URL(connection.config.server).host })
    tell('added', entry.member)
  }

  return {
    connect,
    disconnect,
    get: name => connected.get(name)?.member,
    list: () => [...connected.values()].map(entry => entry.member),
    addHandler: handler => {
      handlers.add(handler)
      for (const { member } of connected.values()) handler({ type: 'added', member })
      return () => handlers.delete(handler)
    },
    stop: () => {
      for (const name of [...connected.keys()]) disconnect(name)
    },
  }
}

function openConnection(name: string, connection: MemberConnection, deps: MemberRegistryDeps): Connected {
  let token = connection.token
  const { config, digest } = connection
  const client = deps.newClient(
    token === undefined ? config : { ...config, token: { type: 'provider', token: () => token ?? '' } },
  )
  const informers = newManagedInformers({ ...deps, client })
  return {
    digest,
    member: {
      name,
      client,
      discovery: deps.newDiscovery(client),
      informer: informers.ensure,
      addChangeHandler: informers.addHandler,
      get ready() {
        return deps.isReady(name)
      },
    },
    replaceToken: next => {
      token = next
    },
    stop: () => {
      informers.stop()
      // Requests in flight reject where they were sent from; nobody waits for the sockets.
      void client.close().catch(error => deps.log.debug('closing a member connection', { cluster: name, error }))
    },
  }
}
