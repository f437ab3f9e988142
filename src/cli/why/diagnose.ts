import { foundIn } from '../../kube/look.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ToldEvent } from '../read-events.ts'
import { type Decision, decisionOf } from './decision.ts'
import { findDependencies } from './find-dependencies.ts'
import { findEvents } from './find-events.ts'
import { findOperator, findTemplate } from './find-host.ts'
import { findMember } from './find-member.ts'
import { findOverrides } from './find-overrides.ts'
import { findPlace, listNames } from './find-place.ts'
import { findPolicy, subjectName } from './find-policy.ts'
import { type MemberRow, rowsOf, sightsOf } from './members.ts'
import type { Finding, Observed } from './observed.ts'
import { type Choice, choiceOf, nameOf } from './policies.ts'

/** An Event's times are whole seconds: what was told at once may stand in two of them. */
const AT_ONCE_MS = 1000

/** Everything that there is to say of one template. */
export interface Diagnosis {
  readonly subject: string
  /** What the first line tells: the cause nearest to the root, or that all is well. */
  readonly headline: Finding
  /** In the order of a template's way; the headline is one of them, unless all is well. */
  readonly findings: readonly Finding[]
  readonly choice: Choice | undefined
  readonly decision: Decision | undefined
  readonly members: readonly MemberRow[]
  /** The last that went wrong, whether it is over or not. */
  readonly lastWarning: ToldEvent | undefined
}

/**
 * Why a template is where it is, and not elsewhere: a pure reading of what the host holds. Findings stand in the order of the
 * template's way (operator, policy, place, Works, members), so the first of the causes is the one to see to first.
 */
export function diagnose(observed: Observed): Diagnosis {
  const template = foundIn(observed.template)
  const binding = foundIn(observed.binding)
  const choice = template && choiceOf(observed, template)
  const findings =
    template === undefined || choice === undefined
      ? findTemplate(observed)
      : findAll(observed, { template, choice, binding })
  return {
    subject: subjectName(observed.subject),
    headline: headlineOf(findings) ?? allWell(observed, { choice, binding }),
    findings,
    choice,
    decision: binding && decisionOf(binding),
    members: rowsOf(observed, binding),
    lastWarning: lastWarningOf(observed),
  }
}

/** One failure is told of binding and template: then the user is shown the one about the template, whichever was written later. */
function lastWarningOf({ events, subject }: Observed): ToldEvent | undefined {
  const last = events.find(({ type }) => type === 'Warning')
  if (last === undefined) return undefined
  const isSame = ({ type, reason, message, atMs }: ToldEvent): boolean =>
    type === last.type && reason === last.reason && message === last.message && last.atMs - atMs <= AT_ONCE_MS
  return events.find(event => isSame(event) && event.about.kind === subject.gvk.kind) ?? last
}

interface Known {
  readonly template: KubeObject
  readonly choice: Choice
  readonly binding: Binding | undefined
}

function findAll(observed: Observed, { template, choice, binding }: Known): readonly Finding[] {
  const sights = binding === undefined ? [] : sightsOf(observed, binding)
  const overrides = findOverrides(observed, template, sights)
  const held = new Set(overrides.map(({ cluster }) => cluster))
  const members = sights.flatMap(sight =>
    // Without a Work because an override fails: that is told already.
    findMember(sight, observed.events).filter(({ code, cluster }) => code !== 'NoWork' || !held.has(cluster)),
  )
  return [
    ...findOperator(observed),
    ...findTemplate(observed),
    ...findPolicy(observed, template, choice),
    ...(binding === undefined ? [] : findPlace(observed, binding)),
    ...overrides,
    ...members,
    ...findEvents(observed),
    ...(binding === undefined ? findNoBinding(choice) : findDependencies(observed, binding)),
  ]
}

/** It is claimed; what else is known comes from events. */
function findNoBinding({ winner }: Choice): readonly Finding[] {
  if (winner?.claims !== true) return []
  const lazy = winner.policy.spec.activationPreference === 'Lazy'
  const message = lazy
    ? `${nameOf(winner)} is lazy: it waits for the next change of the object by its user.`
    : 'It is claimed, and its binding has not been made yet.'
  const remedy = lazy
    ? 'Change the object, or take activationPreference: Lazy out of the policy.'
    : 'If it stays so, look at events and at the log of the operator.'
  return [{ level: lazy ? 'cause' : 'wait', code: lazy ? 'Lazy' : 'NoBinding', message, remedy }]
}

function headlineOf(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ level }) => level === 'cause') ?? findings.find(({ level }) => level === 'wait')
}

interface Settled {
  readonly choice: Choice | undefined
  readonly binding: Binding | undefined
}

function allWell(observed: Observed, { choice, binding }: Settled): Finding {
  const names = (binding === undefined ? [] : sightsOf(observed, binding)).map(({ name }) => name)
  const winner = choice?.winner
  const by = winner === undefined ? '' : `, by ${nameOf(winner)}`
  const rivals = choice?.candidates.filter(candidate => candidate !== winner) ?? []
  const before = rivals.length === 0 ? '' : `, which comes before ${listNames(rivals.map(nameOf))} (${rivals[0]?.why})`
  const where = names.length === 0 ? 'there is nothing to send to members' : `it is in ${listNames(names)} as declared`
  const message = `Nothing is wrong with ${subjectName(observed.subject)}: ${where}${by}${before}.`
  return { level: 'note', code: 'AllWell', message }
}
