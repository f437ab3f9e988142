import { executionNamespace } from '../../api/names.ts'
import { type Condition, findCondition, isConditionTrue } from '../../object/condition.ts'
import { objectAt } from '../../object/field.ts'
import type { Cluster, Work } from '../../object/karmada-objects.ts'
import type { ToldEvent } from '../read-events.ts'
import { latest } from './find-events.ts'
import type { Finding } from './observed.ts'
import { explainRefusal } from './refusal.ts'

/** What is known on the host of the object in one member. */
export interface MemberSight {
  readonly name: string
  readonly cluster: Cluster | undefined
  /** Whether Clusters could be read at all. */
  readonly clustersRead: boolean
  readonly work: Work | undefined
  /** Whether it is to leave this member. */
  readonly evicting: boolean
}

/** How the object stands in a member, in the words of a table. */
export interface MemberState {
  readonly applied: 'yes' | 'no' | 'waits' | 'suspended'
  readonly health: string
  readonly reason: string
}

export function memberState(sight: MemberSight): MemberState {
  const { work } = sight
  const down = unreadyReason(sight)
  const health = (down === '' ? work?.status?.manifestStatuses?.[0]?.health : undefined) ?? 'Unknown'
  if (work === undefined) return { applied: 'no', health: '-', reason: down || 'there is no Work for it' }
  if (isSuspended(work)) return { applied: 'suspended', health, reason: down || 'dispatching is suspended' }
  const applied = appliedOf(work)
  if (applied === undefined) return { applied: 'waits', health: '-', reason: down || 'it has not been tried yet' }
  if (applied.status === 'False') return { applied: 'no', health: '-', reason: down || withoutPreface(applied.message) }
  return { applied: 'yes', health, reason: down }
}

/** What keeps the object from being in one member as it is declared, the root first. */
export function findMember(sight: MemberSight, events: readonly ToldEvent[]): readonly Finding[] {
  const { name, cluster, clustersRead, work, evicting } = sight
  if (evicting) return []
  if (cluster === undefined && clustersRead) {
    const message = `It is to be in ${name}, and there is no Cluster of that name.`
    const remedy = `Join ${name}, or let the scheduler choose again: flotilla has no member of that name.`
    return [{ level: 'cause', code: 'NoSuchCluster', cluster: name, message, remedy }]
  }
  const down = findDown(sight)
  if (down !== undefined) return [down]
  if (work === undefined) return [noWork(name)]
  if (isSuspended(work)) return [suspended(name)]
  const applied = appliedOf(work)
  if (applied === undefined) return [untried(name)]
  if (applied.status === 'False') return [refused(name, applied)]
  return [...findLeft(name, work), ...findUnhealthy(name, work, events)]
}

function unreadyReason({ cluster }: MemberSight): string {
  const conditions = cluster?.status?.conditions
  const connected = findCondition(conditions, 'Connected')
  // Connected follows each look, Ready only after half a minute.
  const isReady = isConditionTrue(conditions, 'Ready') && connected?.status !== 'False'
  if (cluster === undefined || isReady) return ''
  const ready = findCondition(conditions, 'Ready')
  const told = connected?.status === 'False' ? connected : ready
  return told === undefined ? 'nobody has looked at the member yet' : `${told.reason}: ${told.message}`
}

function findDown(sight: MemberSight): Finding | undefined {
  const why = unreadyReason(sight)
  if (why === '') return undefined
  const { name, work } = sight
  const there = isConditionTrue(work?.status?.conditions, 'Applied')
  const stays = there
    ? ' What it has stays there, and its status is of the time before.'
    : ' It gets the object when it is back.'
  return {
    level: 'cause',
    code: 'MemberDown',
    cluster: name,
    message: `Member ${name} is not ready: ${why}${why.endsWith('.') ? '' : '.'}${stays}`,
    remedy: `Mend the way to ${name} (docs/reference/clusters.md, reasons of Connected); look with: flotilla doctor.`,
  }
}

function noWork(name: string): Finding {
  return {
    level: 'wait',
    code: 'NoWork',
    cluster: name,
    message: `There is no Work for ${name} yet.`,
    remedy: 'If it stays so, look at the log of the operator.',
  }
}

function suspended(name: string): Finding {
  return {
    level: 'cause',
    code: 'Suspended',
    cluster: name,
    message: `Its dispatching to ${name} is suspended: the member keeps what it has.`,
    remedy: 'Take spec.suspension out of the policy, or spec.suspendDispatching out of the Work.',
  }
}

function untried(name: string): Finding {
  const message = `The Work for ${name} has not been tried since it was changed last.`
  return { level: 'wait', code: 'NotTried', cluster: name, message, remedy: 'If it stays so, look at the operator.' }
}

function refused(name: string, { message }: Condition): Finding {
  const { code, words, remedy } = explainRefusal(message)
  return {
    level: code === 'Recreating' ? 'wait' : 'cause',
    code,
    cluster: name,
    message: `Member ${name} ${words}: ${withoutPreface(message)}`,
    remedy,
  }
}

/** A Work has one manifest as a rule: that it is none of one says nothing. */
function withoutPreface(message: string): string {
  return message.replace(/^Failed to apply all manifests \(0\/1\): /, '')
}

/** Of the Work as it is now; what was said of an earlier one counts as nothing. */
function appliedOf({ metadata, status }: Work): Condition | undefined {
  const applied = findCondition(status?.conditions, 'Applied')
  const isOld = (applied?.observedGeneration ?? metadata.generation ?? 0) < (metadata.generation ?? 0)
  // A failure stands until the next try ends it.
  return isOld && applied?.status === 'True' ? undefined : applied
}

function isSuspended({ spec, status }: Work): boolean {
  return spec.suspendDispatching === true || findCondition(status?.conditions, 'Dispatching')?.status === 'False'
}

function findLeft(name: string, { status }: Work): readonly Finding[] {
  const rows = [
    { type: 'Drifted', code: 'Drifted', words: `Member ${name} differs and is left so` },
    { type: 'Contested', code: 'Contested', words: `In ${name} somebody else holds what is declared` },
  ]
  return rows.flatMap(({ type, code, words }) => {
    const condition = findCondition(status?.conditions, type)
    if (condition?.status !== 'True') return []
    const remedy = 'See docs/reference/member-rules.md: take the field out of the template, or stop who writes it.'
    return [{ level: 'note' as const, code, cluster: name, message: `${words}: ${condition.message}`, remedy }]
  })
}

function findUnhealthy(name: string, work: Work, events: readonly ToldEvent[]): readonly Finding[] {
  const reported = work.status?.manifestStatuses?.[0]
  if (reported?.health === 'Unhealthy') {
    const numbers = scalars(reported.status)
    const said = numbers === '' ? '' : ` (${numbers})`
    return [
      {
        level: 'cause',
        code: 'Unhealthy',
        cluster: name,
        message: `Member ${name} has it, and it is not healthy there${said}.`,
        remedy: `Look into the member: flotilla events -C ${name}, flotilla logs -C ${name}, flotilla tree.`,
      },
    ]
  }
  const ofWork = events.filter(({ about }) => about.namespace === executionNamespace(name))
  const failed = latest(ofWork, ['InterpretHealthFailed', 'ReflectStatusFailed'])
  if (failed === undefined || (reported?.health ?? 'Unknown') !== 'Unknown') return []
  return [
    {
      level: 'cause',
      code: 'InterpreterError',
      cluster: name,
      message: `Member ${name} has it, and its state there cannot be read: ${failed.message}`,
      remedy: 'Mend the ResourceInterpreterCustomization or webhook that is named.',
    },
  ]
}

function scalars(status: unknown): string {
  return Object.entries(objectAt(status) ?? {})
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value))
    .map(([field, value]) => `${field} ${value}`)
    .slice(0, 8)
    .join(', ')
}
