import { compareTold, type ToldEvent } from '../read-events.ts'
import type { Finding, Observed } from './observed.ts'

/** The last event of some reasons; events stand with the latest first. */
export function latest(events: readonly ToldEvent[], reasons: readonly string[]): ToldEvent | undefined {
  return events.find(({ reason }) => reasons.includes(reason))
}

/** Failures that no condition tells of, each with what tells that it is over. */
const FAILURES: readonly {
  readonly reason: string
  readonly over: readonly string[]
  readonly code: string
  readonly level: Finding['level']
  readonly words: string
  readonly remedy: string
}[] = [
  {
    reason: 'GetReplicasFailed',
    over: ['ApplyPolicySucceed', 'ScheduleBindingSucceed', 'ScheduleBindingFailed'],
    code: 'InterpreterError',
    level: 'cause',
    words: 'Its replicas cannot be read',
    remedy:
      'Mend the ResourceInterpreterCustomization or webhook that is named; try it with: flotilla interpret -f FILE.',
  },
  {
    reason: 'ApplyPolicyFailed',
    over: ['ApplyPolicySucceed'],
    code: 'PolicyNotApplied',
    level: 'cause',
    words: 'The policy could not be applied',
    remedy: 'What is missing stands in the message; it is tried again by itself.',
  },
  {
    reason: 'SyncWorkFailed',
    over: ['SyncSucceed', 'ApplyPolicySucceed'],
    code: 'WorkNotMade',
    level: 'cause',
    words: 'A Work could not be made',
    remedy: 'It is tried again by itself; the message says what refused it.',
  },
  {
    reason: 'GetDependenciesFailed',
    over: ['SyncScheduleResultToDependenciesSucceed'],
    code: 'InterpreterError',
    level: 'cause',
    words: 'What it needs cannot be found out',
    remedy: 'Mend the script or webhook that is named.',
  },
  {
    reason: 'SyncScheduleResultToDependenciesFailed',
    over: ['SyncScheduleResultToDependenciesSucceed'],
    code: 'DependencyNotSent',
    level: 'cause',
    words: 'What it needs is not sent along',
    remedy: 'Give the right that is named (chart value templates.kinds), or mend what is named.',
  },
  {
    reason: 'DependencyPolicyConflict',
    over: [],
    code: 'DependencyPolicyConflict',
    level: 'note',
    words: 'Those that need it disagree',
    remedy: 'Give conflictResolution and preserveResourcesOnDeletion the same value in their policies.',
  },
  {
    reason: 'AggregateStatusFailed',
    over: ['AggregateStatusSucceed'],
    code: 'StatusNotAggregated',
    level: 'note',
    words: 'The status of members is not summed up',
    remedy: 'Mend the script or webhook that is named, or give the right that is named.',
  },
  {
    reason: 'StatusContested',
    over: [],
    code: 'StatusContested',
    level: 'note',
    words: 'Somebody else keeps writing its status',
    remedy: 'The binding has the status of the fleet; see docs/reference/host.md.',
  },
]

interface Told {
  readonly said: string
  readonly finding: Finding
}

/** What events alone tell of. One that was told before its opposite is over. */
export function findEvents({ events, subject }: Observed): readonly Finding[] {
  const findings = FAILURES.flatMap(({ reason, over, code, level, words, remedy }): readonly Told[] => {
    const about = events.filter(event => event.about.kind === subject.gvk.kind || isOfBinding(event))
    const failed = latest(about, [reason])
    const since = latest(about, over)
    if (failed === undefined || (since !== undefined && compareTold(since, failed) > 0)) return []
    return [{ said: failed.message, finding: { level, code, message: `${words}: ${failed.message}`, remedy } }]
  })
  // One failure makes another one say the same.
  const isFirst = ({ said }: Told, index: number): boolean => findings.findIndex(each => each.said === said) === index
  return findings.filter(isFirst).map(({ finding }) => finding)
}

function isOfBinding({ about }: ToldEvent): boolean {
  return about.kind.endsWith('ResourceBinding')
}
