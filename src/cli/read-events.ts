import type { Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { foundIn, look } from '../kube/look.ts'
import { numberAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** Events of the core group: the same objects as those of events.k8s.io, and fields by which they can be selected. */
export const CORE_EVENT: Resource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true }
/** Events of what has no namespace. */
const CLUSTER_SCOPED_NAMESPACE = 'default'

/** What an Event tells. */
export interface ToldEvent {
  readonly about: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  /** When it was told last, in milliseconds since the epoch; 0 when that is not known. */
  readonly atMs: number
  /** When it was told first, in nanoseconds since the epoch, where the Event's name tells it. */
  readonly firstNanos?: number
}

/**
 * Orders events by time, the earliest first. An Event's times are whole seconds: of those told last within the same
 * one, that comes later which was told first later, and this their names tell more finely.
 */
export function compareTold(a: ToldEvent, b: ToldEvent): number {
  return a.atMs - b.atMs || (a.firstNanos ?? 0) - (b.firstNanos ?? 0)
}

/** An object that events are about. */
export interface EventsOf {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** Events of an earlier object of that name do not count. */
  readonly uid?: string | undefined
}

/** Events about one object, none where the rights do not reach. @throws StatusError, TransportError */
export async function readEvents(
  client: Pick<Client, 'list'>,
  { kind, namespace, name, uid }: EventsOf,
  signal: AbortSignal,
): Promise<readonly ToldEvent[]> {
  const query = {
    namespace: namespace === '' ? CLUSTER_SCOPED_NAMESPACE : namespace,
    fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`,
  }
  const looked = await look('events', () => client.list(CORE_EVENT, query, { signal }))
  const isOfAnother = (event: KubeObject): boolean => {
    const theirs = stringAt(event, 'involvedObject', 'uid') ?? ''
    return uid !== undefined && theirs !== '' && theirs !== uid
  }
  return (foundIn(looked)?.items ?? []).filter(event => !isOfAnother(event)).map(toldEvent)
}

/** What an Event object tells. */
export function toldEvent(event: KubeObject): ToldEvent {
  return {
    about: {
      kind: stringAt(event, 'involvedObject', 'kind') ?? '',
      namespace: stringAt(event, 'involvedObject', 'namespace') ?? '',
      name: stringAt(event, 'involvedObject', 'name') ?? '',
    },
    type: stringAt(event, 'type') ?? '',
    reason: stringAt(event, 'reason') ?? '',
    message: stringAt(event, 'message') ?? '',
    count: numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
    atMs: lastToldMs(event),
    ...firstTold(event.metadata.name),
  }
}

/** By the custom of recorders, an Event's name is that of its object, a dot, and hexadecimal nanoseconds. */
function firstTold(name: string): Pick<ToldEvent, 'firstNanos'> {
  const [, nanos] = /\.([0-9a-f]{14,16})$/.exec(name) ?? []
  return nanos === undefined ? {} : { firstNanos: Number.parseInt(nanos, 16) }
}

function lastToldMs(event: KubeObject): number {
  const times = [
    stringAt(event, 'series', 'lastObservedTime'),
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ]
  const [time] = times.flatMap(text => (text === undefined || text === '' ? [] : [Date.parse(text)]))
  return time === undefined || Number.isNaN(time) ? 0 : time
}

/** An event as commands write it with -o json or yaml. */
export function toldDocument({ atMs, firstNanos: _finer, ...event }: ToldEvent): object {
  return { ...event, ...(atMs > 0 && { at: new Date(atMs).toISOString() }) }
}
