import type { AnyObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'

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
  ...['KindNotPropagated', 'KindNotServed', 'SecretNotFound', 'SecretNamespaceForbidden', 'FullyAppliedFailed'],
  ...['MemberDrifted', 'MemberChanged', 'FieldContested', 'ApplyOverridePolicyFailed'],
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
export async function eventsByUid(host: ControlPlane): Promise<ReadonlyMap<string, readonly Words[]>> {
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

/** @returns the objects of a collection. */
export async function itemsAt(host: ControlPlane, path: string): Promise<readonly AnyObject[]> {
  const list: AnyObject = await host.request(path, { timeoutMs: READ_MS })
  return list.items
}
