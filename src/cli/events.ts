import { listedEvents } from './events/list.ts'
import type { AskedFleet } from './fleet/on-fleet.ts'
import { CORE_EVENT, type ToldEvent, toldDocument, toldEvent } from './read-events.ts'
import { resolveSubject } from './subject.ts'
import { formatAge, printTable } from './table.ts'

export interface EventsOptions {
  /** '' for all. */
  readonly namespace: string
  /** `KIND/NAME`: only events about it. */
  readonly about?: string
  /** Only of a type: Normal or Warning. */
  readonly only?: string
  readonly output: 'table' | 'json'
}

export interface EventsDeps {
  readonly asked: AskedFleet
  readonly nowMs: number
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

/** Events of every cluster together, the latest last. @returns the exit code. */
export async function events(deps: EventsDeps, options: EventsOptions): Promise<number> {
  const { asked, nowMs, write, warn } = deps
  const { namespace, about, only } = options
  const answers = await asked.ask(async ({ client }): Promise<readonly ToldEvent[]> => {
    const { signal } = asked
    const fieldSelector = about === undefined ? undefined : await selectorOf(client, { about, namespace }, signal)
    const query = { namespace, ...(fieldSelector !== undefined && { fieldSelector }) }
    return (await client.list(CORE_EVENT, query, { signal })).items.map(toldEvent)
  })
  const listed = listedEvents(answers, only)
  if (options.output === 'json') {
    write(`${JSON.stringify(listed.map(toDocument), undefined, 2)}\n`)
    return 0
  }
  if (listed.length === 0) {
    if (answers.length > 0) warn('No events found.\n')
    return 0
  }
  const columns = [
    'CLUSTER',
    ...(namespace === '' ? ['NAMESPACE'] : []),
    'LAST SEEN',
    'TYPE',
    'REASON',
    'OBJECT',
    'MESSAGE',
  ]
  const rows = listed.map(event => rowOf(event, { nowMs, withNamespace: namespace === '' }))
  write(
    printTable(columns, rows)
      .map(line => `${line}\n`)
      .join(''),
  )
  return 0
}

async function selectorOf(
  client: Parameters<typeof resolveSubject>[0],
  { about, namespace }: { readonly about: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<string> {
  const { resource, key } = await resolveSubject(client, { words: [about], namespace }, signal)
  return `involvedObject.kind=${resource.kind},involvedObject.name=${key.name}`
}

type Listed = ReturnType<typeof listedEvents>[number]

function toDocument({ cluster, ...event }: Listed): object {
  return { cluster, ...toldDocument(event) }
}

function rowOf(
  { cluster, about, type, reason, message, count, atMs }: Listed,
  { nowMs, withNamespace }: { readonly nowMs: number; readonly withNamespace: boolean },
): readonly string[] {
  const age = formatAge(atMs === 0 ? undefined : new Date(atMs).toISOString(), nowMs)
  const times = count > 1 ? ` (x${count})` : ''
  const object = `${about.kind.toLowerCase()}/${about.name}`
  const line = message.replaceAll(/\s*\n\s*/g, ' ').trim()
  return [cluster, ...(withNamespace ? [about.namespace] : []), `${age}${times}`, type, reason, object, line]
}
