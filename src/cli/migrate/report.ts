/** Something that whoever migrates has to know. An error stops what follows, unless its code is accepted. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'note'
  /** One word, for `--accept` (docs/how-to/migrate-from-karmada.md). */
  readonly code: FindingCode
  readonly message: string
}

/** What can be told, in the order of the how-to. */
export const FINDING_CODES = [
  'KarmadaRuns',
  'NoOperator',
  'HostIsMember',
  'OperatorRuns',
  'NotPermitted',
  'NotServed',
  'NotCarried',
  'Conflict',
  'HostClaimed',
  'Terminating',
  'PullCluster',
  'NoCredentials',
  'NoExecute',
  'Unreachable',
  'WouldRestart',
  'WouldChange',
  'WouldCreate',
  'WouldMove',
  'Refused',
  'Held',
  'NotTakenOver',
  'NotReady',
  'Unread',
] as const

export type FindingCode = (typeof FINDING_CODES)[number]

/** What becomes of an object on the host. */
export interface HostRow {
  /** `Deployment shop/web` */
  readonly object: string
  readonly action: 'create' | 'update' | 'keep' | 'conflict' | 'remove'
  readonly note: string
}

/** What an object in a member would become. */
export interface MemberRow {
  readonly cluster: string
  readonly object: string
  readonly verdict: MemberVerdict
  /** Fields with what is there and what would be, or why it is so. */
  readonly changes: readonly string[]
}

/**
 * `same`: but for marks of whoever keeps it. `changes`: its pods' template stays. `restarts`: it does not. `absent`: it would be made.
 * `foreign`: neither Karmada's nor ours, so it is left alone.
 */
export type MemberVerdict = 'same' | 'changes' | 'restarts' | 'absent' | 'foreign' | 'refused' | 'unreachable'

export interface Report {
  readonly phase: string
  readonly dryRun: boolean
  readonly source: { readonly id: string; readonly clusters: readonly string[]; readonly running: readonly string[] }
  readonly host: readonly HostRow[]
  readonly members: readonly MemberRow[]
  readonly findings: readonly Finding[]
  /** What was done, and what comes next. */
  readonly outcome: readonly string[]
}

export const error = (code: FindingCode, message: string): Finding => ({ level: 'error', code, message })
export const warning = (code: FindingCode, message: string): Finding => ({ level: 'warning', code, message })
export const note = (code: FindingCode, message: string): Finding => ({ level: 'note', code, message })

/** Two that write the same objects would fight; and without an operator nobody takes anything over. */
const UNACCEPTABLE: readonly string[] = ['KarmadaRuns', 'OperatorRuns', 'NoOperator', 'HostIsMember']

/** Whether an error was expected by whoever called. */
export function isAccepted({ level, code }: Finding, accepted: readonly string[]): boolean {
  return level === 'error' && accepted.includes(code) && !UNACCEPTABLE.includes(code)
}

/** @returns the errors that nobody has accepted. */
export function blocking(findings: readonly Finding[], accepted: readonly string[]): readonly Finding[] {
  return findings.filter(finding => finding.level === 'error' && !isAccepted(finding, accepted))
}
