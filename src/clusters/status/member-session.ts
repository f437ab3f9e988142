import type { Candidate } from '../../members/member.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { FactsRead } from './facts-due.ts'
import type { HealthMemory } from './health.ts'
import type { MemberResources } from './member-resources.ts'
import type { ServedKinds } from './served-kinds.ts'

/** What is remembered of one connection between two looks at it; a new connection begins anew. */
export interface MemberSession {
  readonly candidate: Candidate | undefined
  /** Replaced when the credentials are: what was seen with the old ones says nothing of the new ones. */
  health: { memory?: HealthMemory | undefined }
  /** The first look has come to its end. */
  reported?: boolean
  /** UID of kube-system as last read: what the member says it is. */
  clusterId?: string | undefined
  /** The id that was last compared with spec.id, and noted there. */
  notedId?: string
  /** Forgotten when the member may serve something else by now. */
  factsRead?: FactsRead | undefined
  /** Started with the first good answer. */
  resources?: MemberResources
  /** The same. */
  kinds?: ServedKinds
}

/** The sessions by cluster name. */
export interface MemberSessions {
  /** The session of this connection, begun if need be; that of a former connection ends. */
  of(name: string, candidate: Candidate | undefined): MemberSession
  /** The next observation counts at once. */
  renew(name: string): void
  /** Whose cluster it is by its own word: as read through its connection, else as noted in spec.id. */
  idOf(cluster: Cluster): string | undefined
  end(name: string): void
  endAll(): void
}

/** @param onEnd told of each session that ends, by name of its cluster. */
export function newMemberSessions(onEnd: (name: string) => void): MemberSessions {
  const sessions = new Map<string, MemberSession>()
  const end = (name: string): void => {
    sessions.get(name)?.resources?.stop()
    sessions.get(name)?.kinds?.stop()
    if (sessions.delete(name)) onEnd(name)
  }
  return {
    of: (name, candidate) => {
      const current = sessions.get(name)
      if (current !== undefined && current.candidate === candidate) return current
      end(name)
      const session: MemberSession = { candidate, health: {} }
      sessions.set(name, session)
      return session
    },
    renew: name => {
      const session = sessions.get(name)
      if (session !== undefined) session.health = {}
    },
    idOf: ({ metadata, spec }) => {
      const id = sessions.get(metadata.name)?.clusterId ?? spec.id
      return id === '' ? undefined : id
    },
    end,
    endAll: () => {
      for (const name of [...sessions.keys()]) end(name)
    },
  }
}
