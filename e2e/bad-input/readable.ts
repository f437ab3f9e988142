import type { AnyObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'
import type { NastyRequest } from './nasty-requests.ts'

/** What the operator says of an object, in a condition or an event. */
export interface Words {
  readonly where: string
  readonly reason: unknown
  readonly message: unknown
}

const READ_MS = 60_000
/** Nobody reads more of a condition. */
const LONGEST = 4096
/**
 * What acts on a terminal, shows a text as another one, or cannot be seen; between two emoji a joiner is neither. Line feeds and
 * tabs move nothing but the next word: messages of apiservers and the excerpts of scripts have them.
 */
const HIDDEN =
  /(?![\n\t])\p{Cc}|\u00ad|\u061c|\u180e|[\u200b\u200c\u200e\u200f]|[\u2028-\u202e]|[\u2060-\u206f]|\ufeff|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d/u
/** Reasons whose messages quote names and kinds, and nothing that has lines. */
const IN_ONE_LINE: ReadonlySet<unknown> = new Set([
  ...['KindNotPropagated', 'SecretNotFound', 'SecretNamespaceForbidden', 'FullyAppliedFailed'],
  ...['MemberDrifted', 'MemberChanged', 'FieldContested'],
])

/** @returns what is wrong with a condition's or event's words; undefined when everybody can read them. */
export function unreadable({ where, reason, message }: Words): string | undefined {
  const isReason = typeof reason === 'string' && /^[A-Z]\w+$/.test(reason)
  const isGood = isReason && isReadable(message) && !(IN_ONE_LINE.has(reason) && message.includes('\n'))
  return isGood ? undefined : `${where}: ${JSON.stringify({ reason, message })}`
}

function isReadable(message: unknown): message is string {
  if (typeof message !== 'string' || message.length > LONGEST) return false
  return /\w/.test(message) && message.isWellFormed() && !HIDDEN.test(message)
}

/** Conditions of all that has some from the operator, Works of users among it, and its events. */
export async function allWords(host: ControlPlane): Promise<readonly Words[]> {
  const paths = [
    '/apis/cluster.karmada.io/v1alpha1/clusters',
    '/apis/work.karmada.io/v1alpha1/works?labelSelector=fuzz%3Dyes',
    '/apis/work.karmada.io/v1alpha2/resourcebindings',
    '/apis/work.karmada.io/v1alpha2/clusterresourcebindings',
  ]
  const lists = await Promise.all(paths.map(path => itemsAt(host, path)))
  return [...lists.flat().flatMap(conditionsOf), ...[...(await eventsByUid(host)).values()].flat()]
}

function conditionsOf({ metadata, status }: AnyObject): readonly Words[] {
  return (status?.conditions ?? []).map(({ type, reason, message }: AnyObject) => {
    return { where: `${metadata.name}, condition ${type}`, reason, message }
  })
}

/** Events of the operator, by the UID of what they are about. */
async function eventsByUid(host: ControlPlane): Promise<ReadonlyMap<string, readonly Words[]>> {
  const events = new Map<string, Words[]>()
  for (const { involvedObject, reason, message, source } of await itemsAt(host, '/api/v1/events')) {
    if (source?.component !== 'flotilla') continue
    const { kind, name, uid } = involvedObject
    const told = events.get(uid) ?? []
    told.push({ where: `event on ${kind} ${name}`, reason, message })
    events.set(uid, told)
  }
  return events
}

async function itemsAt(host: ControlPlane, path: string): Promise<readonly AnyObject[]> {
  const list: AnyObject = await host.request(path, { timeoutMs: READ_MS })
  return list.items
}

/** What is to be said of an object that nobody can use, whatever is wrong with it. @returns what is missing */
type Verdict = (object: AnyObject, told: Told) => string | undefined

interface Told {
  readonly events: readonly Words[]
  /** Whether all events that were told are there. */
  readonly complete: boolean
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  Work: object => conditionIn(object, { type: 'Applied', isAnyOf: ['False'] }),
  Cluster: object => conditionIn(object, { type: 'Ready', isAnyOf: ['False', 'Unknown'] }),
  ResourceInterpreterCustomization: (_, told) => eventIn(told, 'ScriptInvalid'),
  PropagationPolicy: ({ spec: { resourceSelectors } }, told) =>
    resourceSelectors.some(isNeverPropagated) ? eventIn(told, 'KindNotPropagated') : undefined,
}

/** @returns what should be said of the objects of `requests`, and is not. @param complete whether no event was dropped */
export async function missingVerdicts(
  host: ControlPlane,
  requests: readonly NastyRequest[],
  complete: boolean,
): Promise<readonly { readonly request: NastyRequest; readonly verdict: string }[]> {
  const events = await eventsByUid(host)
  const missing: { request: NastyRequest; verdict: string }[] = []
  for (const request of requests) {
    const object = await readBack(host, request)
    const told = { events: events.get(object?.metadata.uid) ?? [], complete }
    const verdict = object && VERDICTS[object.kind]?.(object, told)
    if (verdict) missing.push({ request, verdict: `${object.kind} ${object.metadata.name}: ${verdict}` })
  }
  return missing
}

function conditionIn(
  { status }: AnyObject,
  { type, isAnyOf }: { readonly type: string; readonly isAnyOf: readonly string[] },
): string | undefined {
  const conditions: readonly AnyObject[] = status?.conditions ?? []
  const isThere = conditions.some(condition => condition.type === type && isAnyOf.includes(condition.status))
  return isThere ? undefined : `no condition ${type} that is ${isAnyOf.join(' or ')}`
}

function eventIn({ events, complete }: Told, wanted: string): string | undefined {
  return !complete || events.some(({ reason }) => reason === wanted) ? undefined : `no event ${wanted}`
}

/** Of those that the requests select. */
function isNeverPropagated({ kind }: AnyObject): boolean {
  return ['PropagationPolicy', 'Lease', 'Event'].includes(kind)
}

/** @returns undefined for one that is gone. */
async function readBack(host: ControlPlane, { path, object }: NastyRequest): Promise<AnyObject> {
  try {
    return await host.request(`${path}/${object.metadata.name}`, { timeoutMs: READ_MS })
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}
