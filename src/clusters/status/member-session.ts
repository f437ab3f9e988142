import type { Member } from '../../members/member.ts'
import type { HealthMemory } from './health.ts'
import type { MemberResources } from './member-resources.ts'

/** What is remembered of one connection between two looks at it; a new connection begins anew. */
export interface MemberSession {
  readonly member: Member | undefined
  memory?: HealthMemory
  /** UID of kube-system; it cannot change while the connection stands. */
  clusterId?: string | undefined
  /** Started with the first good answer. */
  resources?: MemberResources
}

/** The sessions by cluster name. */
export interface MemberSessions {
  /** The session of this connection, begun if need be; that of a former connection ends. */
  of(name: string, member: Member | undefined): MemberSession
  end(name: string): void
  endAll(): void
}

export function newMemberSessions(): MemberSessions {
  const sessions = new Map<string, MemberSession>()
  const end = (name: string): void => {
    sessions.get(name)?.resources?.stop()
    sessions.delete(name)
  }
  return {
    of: (name, member) => {
      const current = sessions.get(name)
      if (current !== undefined && current.member === member) return current
      end(name)
      const session: MemberSession = { member }
      sessions.set(name, session)
      return session
    },
    end,
    endAll: () => {
      for (const name of [...sessions.keys()]) end(name)
    },
  }
}
