import { ANNOTATION } from '../../src/api/names.ts'
import { selectsObject } from '../../src/override/select.ts'
import type { AnyObject } from '../cluster-view.ts'
import type { Words } from './readable.ts'

/** What the operator says of an object that nobody can use, where its user looks. */
export type Verdict =
  | { readonly type: 'said'; readonly how: string }
  /** Nothing has to be said. */
  | { readonly type: 'silent'; readonly why: string }
  /** @param byEvent whether an event would say it, of which the operator drops some when too many wait */
  | { readonly type: 'missing'; readonly what: string; readonly byEvent: boolean }

/** What verdicts are based on. */
export interface Scene {
  /** Of the operator, by the UID of what they are about. */
  readonly events: ReadonlyMap<string, readonly Words[]>
  /** Those that cases made. */
  readonly clusters: readonly AnyObject[]
  /** Templates that override policies may select. */
  readonly overridable: readonly Overridable[]
}

export interface Overridable {
  readonly template: AnyObject
  /** Of the Work that takes it to the member; undefined without one. */
  readonly annotations: Readonly<Record<string, string>> | undefined
}

type Judge = (object: AnyObject, scene: Scene) => Verdict

const said = (how: string): Verdict => ({ type: 'said', how })
const silent = (why: string): Verdict => ({ type: 'silent', why })

/** By kind: all that cases make and that is no template. */
const JUDGES: Readonly<Record<string, Judge>> = {
  Work: condition('Applied', ['False']),
  Cluster: condition('Ready', ['False', 'Unknown']),
  // Made by users, so no policy stands for them: they are not scheduled. What they name is not there.
  ResourceBinding: condition('FullyApplied', ['False']),
  ClusterResourceBinding: condition('FullyApplied', ['False']),
  ResourceInterpreterCustomization: (object, scene) => event(object, scene, 'ScriptInvalid'),
  PropagationPolicy: judgePolicy,
  ClusterPropagationPolicy: judgePolicy,
  OverridePolicy: judgeOverride,
  ClusterOverridePolicy: judgeOverride,
  Secret: judgeSecret,
}

/** The kinds that {@link judge} knows. */
export const JUDGED_KINDS: readonly string[] = Object.keys(JUDGES)

/** @throws Error for a kind of which nobody has said what has to be said. */
export function judge(object: AnyObject, scene: Scene): Verdict {
  const judgeKind = JUDGES[object.kind]
  if (judgeKind === undefined) throw new Error(`no verdict for ${object.kind}: add to JUDGES what is told of it`)
  return judgeKind(object, scene)
}

function condition(type: string, isAnyOf: readonly string[]): Judge {
  return object =>
    hasCondition(object, type, isAnyOf)
      ? said(`condition ${type}`)
      : { type: 'missing', what: `no condition ${type} that is ${isAnyOf.join(' or ')}`, byEvent: false }
}

function hasCondition({ status }: AnyObject, type: string, isAnyOf: readonly string[]): boolean {
  const conditions: readonly AnyObject[] = status?.conditions ?? []
  return conditions.some(each => each.type === type && isAnyOf.includes(each.status))
}

function event(object: AnyObject, scene: Scene, reason: string): Verdict {
  return eventsOn(object, scene, reason).length > 0
    ? said(`event ${reason}`)
    : { type: 'missing', what: `no event ${reason}`, byEvent: true }
}

function eventsOn({ metadata }: AnyObject, { events }: Scene, reason: string): readonly Words[] {
  return (events.get(metadata.uid) ?? []).filter(words => words.reason === reason)
}

/** What is wrong with its placement is told of the templates that it selects. */
function judgePolicy(object: AnyObject, scene: Scene): Verdict {
  const { resourceSelectors }: { resourceSelectors: readonly AnyObject[] } = object.spec
  const reasons = [
    ...(resourceSelectors.some(isNeverPropagated) ? ['KindNotPropagated'] : []),
    ...(resourceSelectors.some(isNotServed) ? ['KindNotServed'] : []),
  ]
  const verdicts = reasons.map(reason => event(object, scene, reason))
  const verdict = verdicts.find(({ type }) => type === 'missing') ?? verdicts[0]
  return verdict ?? silent('it may select something some day')
}

/** Of those that the cases select. */
function isNeverPropagated({ kind }: AnyObject): boolean {
  return ['PropagationPolicy', 'Lease', 'Event'].includes(kind)
}

/** The same: what is neither that nor a Ledger is a text that no kind is called by. */
function isNotServed(selector: AnyObject): boolean {
  return selector.kind !== 'Ledger' && !isNeverPropagated(selector)
}

/** Each template that it selects carries it, or is told that an override cannot be made; the policy at fault is told so, too. */
function judgeOverride(policy: AnyObject, scene: Scene): Verdict {
  if (eventsOn(policy, scene, FAILED).length > 0) return said(`event ${FAILED}`)
  const selected = scene.overridable.filter(({ template }) => selectsObject(policy, template))
  if (selected.length === 0) return silent('nothing that it selects is there')
  // What goes nowhere is its own case, and none of the policy's.
  const placed = selected.filter(({ annotations }) => annotations !== undefined)
  if (selected.some(each => isBlamed(each, policy, scene))) return event(policy, scene, FAILED)
  if (placed.length === 0) return silent('nothing that it selects goes anywhere')
  const others = placed.filter(each => !isRecorded(policy, each))
  if (others.length === 0) return said('record on Works')
  const open = others.find(each => !isHeldUp(each, policy, scene))
  if (open === undefined) return said('event on what it selects')
  const { kind, metadata } = open.template
  return { type: 'missing', what: `no event ${FAILED}, and no record for ${kind} ${metadata.name}`, byEvent: true }
}

const FAILED = 'ApplyOverridePolicyFailed'

function isRecorded({ kind, metadata }: AnyObject, { annotations }: Overridable): boolean {
  const record =
    annotations?.[kind === 'OverridePolicy' ? ANNOTATION.appliedOverrides : ANNOTATION.appliedClusterOverrides]
  const rules: readonly AnyObject[] = JSON.parse(record ?? '[]')
  return rules.some(({ policyName }) => policyName === metadata.name)
}

/** Why a Work stays as it was: another policy's fault, or nobody can write it. */
const HOLD_UPS: ReadonlySet<unknown> = new Set([FAILED, 'SyncWorkFailed', 'ApplyPolicyFailed'])

function isHeldUp({ template }: Overridable, policy: AnyObject, { events }: Scene): boolean {
  const told = events.get(template.metadata.uid) ?? []
  return told.some(words => HOLD_UPS.has(words.reason) && !isAbout(policy, words))
}

/** What it selects is told that the policy is at fault: then the policy has to be told as well. */
function isBlamed({ template }: Overridable, policy: AnyObject, scene: Scene): boolean {
  return eventsOn(template, scene, FAILED).some(words => isAbout(policy, words))
}

function isAbout({ metadata: { namespace, name } }: AnyObject, { message }: Words): boolean {
  return String(message).includes(`override policy(${namespace === undefined ? name : `${namespace}/${name}`})`)
}

/** Only Clusters read it, and say what is wrong with it. */
function judgeSecret({ metadata }: AnyObject, { clusters }: Scene): Verdict {
  const { name, namespace } = metadata
  const readers = clusters.filter(
    ({ spec: { secretRef } }) => secretRef?.name === name && secretRef?.namespace === namespace,
  )
  if (readers.length === 0) return silent('no Cluster reads it')
  const open = readers.find(cluster => !hasCondition(cluster, 'Ready', ['False', 'Unknown']))
  if (open === undefined) return said('condition Ready of Clusters')
  return { type: 'missing', what: `Cluster ${open.metadata.name} has no condition Ready`, byEvent: false }
}
