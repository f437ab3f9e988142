import type { Interpreter } from '../../interpreter/interpreter.ts'
import { StatusError, TransportError } from '../../kube/status-error.ts'
import type { Expected } from './expected.ts'
import { inTurn } from './in-turn.ts'
import { checkMember } from './member-check.ts'
import type { OpenMembers } from './members.ts'
import { error, type Finding, type MemberRow, warning } from './report.ts'

export interface VerifyDeps {
  readonly members: OpenMembers
  readonly interpreter: Pick<Interpreter, 'retain'>
  readonly signal: AbortSignal
}

/** Asks each member what would become of what it is to get. Nothing is written. */
export async function verify(deps: VerifyDeps, expected: readonly Expected[]): Promise<readonly MemberRow[]> {
  return inTurn(expected, async each => {
    const member = deps.members.get(each.cluster)
    const { cluster, object } = each
    if (member === undefined || typeof member === 'string')
      return { cluster, object, verdict: 'unreachable' as const, changes: [member ?? 'it is no member in Push mode'] }
    try {
      return await checkMember(member, each, deps)
    } catch (failure) {
      if (!(failure instanceof TransportError) && !(failure instanceof StatusError)) throw failure
      return { cluster, object, verdict: 'unreachable' as const, changes: [failure.message] }
    }
  })
}

/** What of that has to be looked at. */
export function memberFindings(rows: readonly MemberRow[]): readonly Finding[] {
  return rows.flatMap(row => findingOf(row) ?? [])
}

function findingOf({ cluster, object, verdict, changes }: MemberRow): Finding | undefined {
  const what = `${object} in ${cluster}`
  const why = changes.join('; ')
  switch (verdict) {
    case 'same':
      return undefined
    case 'restarts':
      return error('WouldRestart', `${what} would get other Pods: ${why}`)
    case 'changes':
      return error('WouldChange', `${what} would change: ${why}`)
    case 'absent':
      return error('WouldCreate', `${what} is not there and would be made`)
    case 'foreign':
      return warning('Refused', `${what} is neither Karmada's nor Flotilla's: it is left alone, as before`)
    case 'refused':
      return error('Refused', `${what} cannot be written: ${why}`)
    case 'unreachable':
      return error('Unreachable', `${what} cannot be looked at: ${why}`)
  }
}
