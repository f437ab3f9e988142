import { type AgentSession, type AgentSessionDeps, startAgentSession } from './agent-session.ts'
import { SECRET } from './api/kinds.ts'
import { type HostAccess, readHostAccess } from './clusters/host-access/plan.ts'
import { ConnectionError } from './members/connection.ts'
import type { KubeObject } from './object/kube-object.ts'
import { formatKey } from './object/object-key.ts'
import { newInformer } from './runtime/informer.ts'

export type AgentDeps = Omit<AgentSessionDeps, 'connection' | 'secrets'>

/** The running agent of a member in Pull mode. */
export interface Agent {
  /** Why it is not ready yet; undefined when it is. */
  unready(): string | undefined
  stop(): Promise<void>
}

/**
 * The composition root of an agent: from the Secret in its own namespace it learns the way to the host, and does there what
 * the operator does for members in Push mode. A new token is taken up as it comes; another address or CA begins a new
 * session. A host that does not answer changes nothing here.
 */
export function startAgent(deps: AgentDeps): Agent {
  const { configuration, home, clock, log, metrics } = deps
  const key = { namespace: configuration.namespace, name: configuration.agent.hostSecret }
  const query = { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}` }
  const secrets = newInformer({ client: home, clock, log, metrics }, { resource: SECRET, query })
  let session: AgentSession | undefined
  let problem: string | undefined = `Secret ${formatKey(key)} is not there: it tells the way to the host`
  /** One session ends before the next begins: never do two write to the member. */
  let turn: Promise<void> = Promise.resolve()

  const begin = async ({ connection }: HostAccess): Promise<void> => {
    const ending = session
    session = undefined
    await ending?.stop()
    session = startAgentSession({ ...deps, connection, secrets })
  }
  const follow = (secret: KubeObject): void => {
    const access = readAccess(secret)
    problem = typeof access === 'string' ? `Secret ${formatKey(key)}: ${access}` : undefined
    if (problem !== undefined) log.error('the way to the host cannot be used', { problem })
    if (typeof access === 'string') return
    turn = turn.then(() => (session?.takesUp(access.connection) === true ? undefined : begin(access)))
  }
  secrets.addHandler(change => {
    // Without it everything goes on as long as the token lasts.
    if (change.type !== 'deleted') follow(change.object)
  })
  return {
    unready: () => problem ?? (session === undefined ? 'starting' : session.unready()),
    stop: async () => {
      secrets.stop()
      await turn
      await session?.stop()
    },
  }
}

/** @returns what is wrong with the Secret, if something is. */
function readAccess(secret: KubeObject): HostAccess | string {
  try {
    return readHostAccess(secret)
  } catch (error) {
    if (error instanceof ConnectionError) return error.message
    throw error
  }
}
