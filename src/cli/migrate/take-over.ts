import { BINDING_KINDS, CLUSTER, type Resource } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isConflict } from '../../kube/status-error.ts'
import { findCondition, isConditionTrue } from '../../object/condition.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import { sleep, timestamp } from '../../runtime/clock.ts'
import { isOf } from '../plan/world.ts'
import { type Expected, targetsOf } from './expected.ts'
import { inTurn } from './in-turn.ts'
import { formatMark, markOf } from './mark.ts'
import { type Seen, seeMember } from './member-check.ts'
import type { OpenMembers } from './members.ts'
import { movingBindings, movingFindings } from './placement.ts'
import { nameOf } from './read-source.ts'
import { error, type Finding, note, warning } from './report.ts'
import type { Survey } from './survey.ts'
import { type WriteDeps, writeItems } from './write-host.ts'

export interface TakeOverDeps extends WriteDeps {
  readonly host: Pick<Client, 'apply' | 'create' | 'patch' | 'list' | 'get'>
  readonly members: OpenMembers
  readonly timeoutMs: number
  /** Tells how far it is. */
  readonly tell: (text: string) => void
}

export interface TakeOver {
  readonly survey: Survey
  /** UID of Karmada's namespace kube-system. */
  readonly source: string
  /** Members to take over now. */
  readonly names: readonly string[]
  readonly expected: readonly Expected[]
  /** Codes of errors that are accepted. */
  readonly accepted: readonly string[]
}

const LOOK_MS = 500

/**
 * Gives members to the operator: their Secrets and Clusters, then, when it has written each object there, what was held. May be
 * run again after an interruption: what is done stays done.
 *
 * @returns what is left to be looked at.
 */
export async function takeOver(deps: TakeOverDeps, whole: TakeOver): Promise<readonly Finding[]> {
  const due = whole.survey.members.filter(({ name }) => whole.names.includes(name))
  // Those in Pull mode are reached by nobody before they have registered.
  const names = whole.names.filter(name => deps.members.has(name))
  const input = { ...whole, names }
  const before = await seeAll(deps, input)
  const secrets = due.flatMap(each => each.secrets)
  await writeItems(deps, secrets)
  const clusters = due.map(({ cluster }) => cluster)
  await writeItems(deps, clusters)
  deps.tell(`Clusters on the host: ${whole.names.join(', ')}`)
  const notReady = await untilReady(deps, names)
  if (notReady.length > 0) return notReady
  const left = await untilWritten(deps, input)
  if (left.length > 0) return left
  const after = await seeAll(deps, input)
  const released = await release(deps, input)
  return [...differing(before, after), ...released]
}

/** What is in the members now, by cluster and object. */
async function seeAll(deps: TakeOverDeps, { expected, names }: TakeOver): Promise<ReadonlyMap<string, Seen>> {
  const seen = await inTurn(ofMembers(expected, names), async each => {
    const found = await see(deps, each)
    return found === undefined ? [] : [[keyOfExpected(each), found] as const]
  })
  return new Map(seen.flat())
}

function ofMembers(expected: readonly Expected[], names: readonly string[]): readonly Expected[] {
  return expected.filter(({ cluster, manifest }) => names.includes(cluster) && manifest !== undefined)
}

async function see({ members, signal }: TakeOverDeps, { cluster, manifest }: Expected): Promise<Seen | undefined> {
  const member = members.get(cluster)
  if (member === undefined || typeof member === 'string' || manifest === undefined) return undefined
  return seeMember(member, manifest, signal)
}

function keyOfExpected({ cluster, object }: Expected): string {
  return `${object} in ${cluster}`
}

async function untilReady(deps: TakeOverDeps, names: readonly string[]): Promise<readonly Finding[]> {
  const look = async (name: string): Promise<Finding | undefined> => {
    const cluster = await findOrUndefined(() => deps.host.get(CLUSTER, { namespace: '', name }, deps))
    if (cluster === undefined || !isOf<Cluster>(CLUSTER)(cluster))
      return error('NotReady', `Cluster ${name} is not there`)
    const conditions = cluster.status?.conditions
    if (isConditionTrue(conditions, 'Ready')) return undefined
    const why = findCondition(conditions, 'Connected')?.message ?? 'the operator has not looked at it yet'
    return error('NotReady', `Cluster ${name} is not Ready on the host: ${why}`)
  }
  return untilNone(deps, names, look)
}

async function untilWritten(deps: TakeOverDeps, { expected, names, accepted }: TakeOver): Promise<readonly Finding[]> {
  const look = async (each: Expected): Promise<Finding | undefined> => {
    const seen = await see(deps, each)
    if (seen?.isOurs === true) return undefined
    return error(
      'NotTakenOver',
      `${keyOfExpected(each)} is not written by the operator yet: look at its Work in karmada-es-${each.cluster}`,
    )
  }
  const due = accepted.includes('NotTakenOver') ? [] : ofMembers(expected, names)
  return untilNone(deps, due, look)
}

/** Looks again and again at those that are not as they should be. @returns what is left when the time is up. */
async function untilNone<T>(
  { clock, signal, timeoutMs }: TakeOverDeps,
  all: readonly T[],
  look: (one: T) => Promise<Finding | undefined>,
): Promise<readonly Finding[]> {
  const deadlineMs = clock.monotonicMs() + timeoutMs
  let left = all
  for (;;) {
    const found = await inTurn(left, async one => ({ one, finding: await look(one) }))
    const open = found.filter(({ finding }) => finding !== undefined)
    left = open.map(({ one }) => one)
    if (left.length === 0 || clock.monotonicMs() > deadlineMs) return open.flatMap(({ finding }) => finding ?? [])
    await sleep(clock, LOOK_MS, signal)
  }
}

/** The proof: no object was made again, none has another desired state. */
function differing(before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): readonly Finding[] {
  return [...before].flatMap(([object, { uid, substance }]) => {
    const now = after.get(object)
    if (now !== undefined && now.uid === uid && now.substance === substance) return []
    const how = now?.uid === uid ? 'changed' : now === undefined ? 'was deleted' : 'was made again'
    return [warning('WouldChange', `${object} ${how} while it was taken over: look at who did that`)]
  })
}

/** Lets bindings go of which all members are there, and which stay where they are. */
async function release(deps: TakeOverDeps, { source, accepted }: TakeOver): Promise<readonly Finding[]> {
  const clusters = (await deps.host.list(CLUSTER, {}, deps)).items.filter(isOf<Cluster>(CLUSTER))
  const ready = new Set(
    clusters.filter(each => isConditionTrue(each.status?.conditions, 'Ready')).map(each => each.metadata.name),
  )
  const judge = (held: readonly Binding[]): ReturnType<typeof movingBindings> =>
    accepted.includes('WouldMove')
      ? new Map()
      : movingBindings({ bindings: held, clusters, now: timestamp(deps.clock) })
  const findings = await Promise.all(BINDING_KINDS.map(kind => releaseKind(deps, { kind, source, ready, judge })))
  return findings.flat()
}

interface Release {
  readonly kind: Resource
  readonly source: string
  readonly ready: ReadonlySet<string>
  /** Which of them would be placed elsewhere, and why. */
  readonly judge: (held: readonly Binding[]) => ReturnType<typeof movingBindings>
}

/** The operator writes the status of bindings meanwhile: one that has changed since it was read is read and judged again. */
async function releaseKind(deps: TakeOverDeps, { kind, source, ready, judge }: Release): Promise<readonly Finding[]> {
  const deadlineMs = deps.clock.monotonicMs() + deps.timeoutMs
  let released = 0
  for (;;) {
    const listed = (await deps.host.list(kind, {}, deps)).items.filter(isOf<Binding>(kind))
    const held = listed.filter(binding => markOf(binding)?.held === true && markOf(binding)?.source === source)
    const whole = held.filter(binding => targetsOf(binding).every(({ name }) => ready.has(name)))
    const moving = judge(whole)
    const free = whole.filter(binding => !moving.has(binding))
    const conflicts = (await inTurn(free, binding => letGo(deps, kind, binding))).filter(isConflict)
    released += free.length - conflicts.length
    if (conflicts.length === 0) {
      deps.tell(`${kind.kind}s let go: ${released} of ${released + held.length - free.length}`)
      return [...movingFindings(moving), ...waiting(held, ready)]
    }
    if (deps.clock.monotonicMs() > deadlineMs) throw conflicts[0]
  }
}

function waiting(held: readonly Binding[], ready: ReadonlySet<string>): readonly Finding[] {
  return held.flatMap(binding => {
    const missing = targetsOf(binding).flatMap(({ name }) => (ready.has(name) ? [] : name))
    return missing.length === 0
      ? []
      : [note('Held', `${nameOf(binding)} is held until ${missing.join(', ')} is taken over too`)]
  })
}

/**
 * The patch that lets a binding go: placed by the operator from now on, unless its user suspended that.
 *
 * @returns the conflict, if it has changed since it was read.
 */
async function letGo({ host, signal }: TakeOverDeps, kind: Resource, binding: Binding): Promise<unknown> {
  const mark = markOf(binding)
  if (mark === undefined) return undefined
  const { source, uid, suspended } = mark
  const { scheduling: _held, ...others } = binding.spec.suspension ?? {}
  const isEmpty = Object.keys(others).length === 0
  const suspension = suspended === true ? {} : { suspension: isEmpty ? null : { scheduling: null } }
  const body = {
    metadata: {
      resourceVersion: binding.metadata.resourceVersion,
      annotations: { [ANNOTATION.migration]: formatMark({ source, uid }) },
    },
    spec: suspension,
  }
  try {
    await host.patch(kind, keyOf(binding), { type: 'merge', body }, { signal })
    return undefined
  } catch (failure) {
    if (isConflict(failure)) return failure
    throw failure
  }
}
