import { API_VERSION } from '../../api/generated/crds.ts'
import { ANNOTATION } from '../../api/names.ts'
import { foundIn } from '../../kube/look.ts'
import { listAt, stringAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { assessHost, type HostAssessment, type HostKind, parkingConsequences } from '../../parking/host-kind.ts'
import { type ParkedBy, type ParkingState, parseParkingState } from '../../parking/parking-state.ts'
import type { Check } from './checks/check.ts'
import { CRD_NAMES, type Observed } from './observe.ts'

/** `unread`: the user's rights do not go so far. */
export type Level = 'ok' | 'warning' | 'problem' | 'unread'

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level
  /** Sentences: what is so, and where something is wrong, what to do. */
  readonly message: string
}

/** A member as its Cluster tells. */
export interface MemberFinding {
  readonly name: string
  readonly level: Level
  /** Status of the condition; '' when nobody has set it yet. */
  readonly ready: string
  readonly connected: string
  readonly version: string
  /** Why it is not ready or not connected: reason and message of the condition that says most. */
  readonly cause: string
}

/** All that `doctor` tells; with `-o json` exactly this. */
export interface Report {
  readonly healthy: boolean
  readonly host: HostAssessment & {
    readonly version: string
    readonly level: Level
    readonly unread: readonly string[]
  }
  /** Who keeps templates from running there; absent when no operator tells. */
  readonly parking?: Finding
  readonly operator: Finding
  readonly api: Finding
  readonly admission: Finding
  readonly members: Finding & { readonly clusters: readonly MemberFinding[] }
  /** What else was looked at, in the order in which it is told. */
  readonly checks: readonly Check[]
}

/** The admission policies and bindings that this release has where the apiserver parks, and where it does not. */
export type ExpectedAdmission = (parks: boolean) => readonly KubeObject[]

export interface ExamineOptions {
  readonly nowMs: number
  /** `<namespace>/<name>` of the operator's Lease. */
  readonly lease: string
  readonly admission: ExpectedAdmission
}

/** Judges what was seen. @param options.nowMs epoch */
export function examine(observed: Observed, options: ExamineOptions): Report {
  const state = toldParking(observed)
  const host = examineHost(observed, state)
  const parking = state && examineParking(state, host.kind)
  const operator = examineOperator(observed, options)
  const api = examineApi(observed)
  const parks = state === undefined ? host.kind === 'ordinary' : state.mode === 'policies'
  const admission = examineAdmission(observed, { expected: options.admission(parks), isCertain: state !== undefined })
  const members = examineMembers(observed)
  const levels = [host, operator, api, admission, members, ...members.clusters].map(({ level }) => level)
  return {
    healthy: !levels.includes('problem'),
    host,
    ...(parking && { parking }),
    operator,
    api,
    admission,
    members,
    checks: [],
  }
}

/** A report with what else was looked at. */
export function withChecks(report: Report, checks: readonly Check[]): Report {
  return { ...report, checks, healthy: report.healthy && checks.every(({ level }) => level !== 'problem') }
}

/** What the operator that leads says of parking, which settings may have decided; undefined when none does. */
function toldParking({ lease }: Observed): ParkingState | undefined {
  const held = foundIn(lease)
  return held?.live === true ? parseParkingState(held.annotations?.[ANNOTATION.parking]) : undefined
}

const PARKS: Readonly<Record<ParkedBy, string>> = {
  apiserver: 'The apiserver parks templates.',
  operator: 'The operator parks templates itself.',
  nobody: 'Nobody parks templates.',
}

function examineParking({ by, why }: ParkingState, host: HostKind): Finding {
  const isAsUsual = by === 'apiserver' || (by === 'nobody' && host === 'dedicated')
  return { level: isAsUsual ? 'ok' : 'warning', message: `${PARKS[by]} ${why}` }
}

const HOST_LEVEL: Readonly<Record<HostAssessment['kind'], Level>> = {
  ordinary: 'ok',
  'ordinary-without-policies': 'warning',
  dedicated: 'ok',
  karmada: 'problem',
}

function examineHost({ facts }: Observed, parking: ParkingState | undefined): Report['host'] {
  const seen = assessHost(facts)
  const { kind } = seen
  const follows =
    parking !== undefined && kind !== 'karmada' ? parkingConsequences(parking.by, kind) : seen.consequences
  const assessment = { ...seen, consequences: follows }
  const { version, ...looked } = facts
  const unread = Object.values(looked).flatMap(each => ('unread' in each ? [each.unread] : []))
  return { ...assessment, version, level: HOST_LEVEL[assessment.kind], unread }
}

function examineOperator({ lease }: Observed, options: ExamineOptions): Finding {
  if ('unread' in lease) return { level: 'unread', message: lease.unread }
  if (lease.found === undefined) {
    return {
      level: 'problem',
      message: `Nobody holds the Lease ${options.lease}: the operator is not installed, has ended, or could not start. See kubectl get pods -n ${options.lease.split('/')[0]}; --namespace names another namespace.`,
    }
  }
  const { holder, live, renewTime } = lease.found
  const age = ageOf(renewTime, options.nowMs)
  return live
    ? { level: 'ok', message: `${holder} leads: it holds the Lease ${options.lease}, renewed ${age}.` }
    : {
        level: 'problem',
        message: `${holder} led until it renewed the Lease ${options.lease} for the last time, ${age}.`,
      }
}

/** @returns e.g. `4 s ago`, in the largest unit that fills up. */
function ageOf(time: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(time)) / 1000))
  const [amount, unit] =
    seconds < 120
      ? [seconds, 's']
      : seconds < 7200
        ? [Math.floor(seconds / 60), 'min']
        : seconds < 172_800
          ? [Math.floor(seconds / 3600), 'h']
          : [Math.floor(seconds / 86_400), 'days']
  return `${amount} ${unit} ago`
}

function examineApi({ crds }: Observed): Finding {
  if ('unread' in crds) return { level: 'unread', message: crds.unread }
  const missing = CRD_NAMES.filter(name => !crds.found.some(crd => crd.metadata.name === name))
  if (missing.length > 0) {
    return {
      level: 'problem',
      message: `${missing.length} of ${CRD_NAMES.length} CRDs are missing: ${missing.join(', ')}.`,
    }
  }
  const unserved = crds.found.filter(crd => !isEstablished(crd)).map(crd => crd.metadata.name)
  if (unserved.length > 0) return { level: 'problem', message: `CRDs that are not served: ${unserved.join(', ')}.` }
  const versions = versionsOf(crds.found)
  const what = `${CRD_NAMES.length} CRDs are served, of version ${versions.join(', ')}.`
  return versions.length === 1 && versions[0] === API_VERSION
    ? { level: 'ok', message: what }
    : {
        level: 'warning',
        message: `${what} This command belongs to ${API_VERSION}: use that of the operator's release.`,
      }
}

function isEstablished(crd: KubeObject): boolean {
  return listAt(crd, 'status', 'conditions').some(
    condition => stringAt(condition, 'type') === 'Established' && stringAt(condition, 'status') === 'True',
  )
}

/** @returns each once: of the API that they were registered with. */
function versionsOf(objects: readonly KubeObject[]): readonly string[] {
  const versions = objects.map(object => object.metadata.annotations?.[ANNOTATION.apiVersion] ?? 'another installation')
  return [...new Set(versions)].sort()
}

interface AdmissionToExamine {
  readonly expected: readonly KubeObject[]
  /** Whether an operator has told who parks. */
  readonly isCertain: boolean
}

function examineAdmission({ admission }: Observed, { expected, isCertain }: AdmissionToExamine): Finding {
  const kinds = [...new Set(expected.map(({ kind }) => kind))]
  const served = new Map(kinds.map(kind => [kind, admission.get(kind) ?? { found: undefined }]))
  const unread = [...served.values()].flatMap(each => ('unread' in each ? [each.unread] : []))
  if (unread.length > 0) return { level: 'unread', message: unread.join('; ') }
  const found = new Map([...served].map(([kind, each]) => [kind, foundIn(each)]))
  const unserved = kinds.filter(kind => found.get(kind) === undefined)
  if (unserved.length > 0) {
    return {
      level: 'warning',
      message: `The apiserver does not serve ${unserved.join(', ')}: their rules are not enforced.`,
    }
  }
  const missing = expected.filter(
    ({ kind, metadata: { name } }) => !found.get(kind)?.some(object => object.metadata.name === name),
  )
  return missing.length === 0
    ? { level: 'ok', message: `All ${expected.length} admission policies and bindings are there.` }
    : examineMissing(missing, isCertain ? [] : expected)
}

/**
 * Who parks by other means has none of the policies that park; part of them is a mistake in any case.
 *
 * @param expected empty where it is known that all of them should be there.
 */
function examineMissing(missing: readonly KubeObject[], expected: readonly KubeObject[]): Finding {
  const isMutating = ({ kind }: KubeObject): boolean => kind.startsWith('Mutating')
  const parksByOtherMeans = missing.every(isMutating) && missing.length === expected.filter(isMutating).length
  return parksByOtherMeans
    ? {
        level: 'warning',
        message: `The apiserver parks nothing here: none of the ${missing.length} policies and bindings for that is there. That is right where the operator has another parking.mode.`,
      }
    : {
        level: 'problem',
        message: `Missing: ${missing.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}.`,
      }
}

function examineMembers({ clusters }: Observed): Report['members'] {
  if ('unread' in clusters) return { level: 'unread', message: clusters.unread, clusters: [] }
  if (clusters.found === undefined) {
    return {
      level: 'problem',
      message: 'The kind Cluster is not served: the operator has never started here.',
      clusters: [],
    }
  }
  const found = clusters.found.map(examineMember).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (found.length === 0) return { level: 'ok', message: 'No member has joined yet.', clusters: [] }
  const well = found.filter(({ level }) => level === 'ok').length
  return {
    level: well === found.length ? 'ok' : 'problem',
    message: `${well} of ${found.length} are ready.`,
    clusters: found,
  }
}

function examineMember(cluster: KubeObject): MemberFinding {
  const conditions = listAt(cluster, 'status', 'conditions')
  const [ready, connected] = ['Ready', 'Connected'].map(type =>
    conditions.find(condition => stringAt(condition, 'type') === type),
  )
  const isWell = stringAt(ready, 'status') === 'True' && (stringAt(connected, 'status') ?? 'True') === 'True'
  const leaving = cluster.metadata.deletionTimestamp !== undefined
  return {
    name: cluster.metadata.name,
    level: leaving ? 'warning' : isWell ? 'ok' : 'problem',
    ready: stringAt(ready, 'status') ?? '',
    connected: stringAt(connected, 'status') ?? '',
    version: stringAt(cluster, 'status', 'kubernetesVersion') ?? '',
    cause: leaving ? 'It is being removed.' : isWell ? '' : causeOf(connected, ready),
  }
}

/** Connected names causes more closely than Ready. */
function causeOf(connected: unknown, ready: unknown): string {
  const said = [connected, ready].find(condition => (stringAt(condition, 'status') ?? 'True') !== 'True')
  if (said === undefined) return 'Nobody has looked at it yet: is the operator running?'
  return `${stringAt(said, 'reason') ?? ''}: ${stringAt(said, 'message') ?? ''}`
}
