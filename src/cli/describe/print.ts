import type { KubeObject } from '../../object/kube-object.ts'
import { printable } from '../../object/printable.ts'
import type { ToldEvent } from '../read-events.ts'
import { formatAge, printTable } from '../table.ts'
import { writeYaml } from '../yaml.ts'

export interface Description {
  readonly cluster: string
  readonly object: KubeObject
  readonly events: readonly ToldEvent[]
  readonly nowMs: number
}

const WIDTH = 14
const INDENT = ' '.repeat(WIDTH + 1)
/** Written by every kubectl apply: nobody wants to read it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** What a Secret keeps is not for a screen. */
const SECRET_FIELDS: readonly string[] = ['data', 'stringData']

/** One object for people: what it is called, its fields, its events. Values of Secrets are not printed. */
export function printDescription({ cluster, object, events, nowMs }: Description): string {
  const { apiVersion, kind, metadata, ...fields } = object
  const { name, namespace, labels, annotations = {}, creationTimestamp, deletionTimestamp, ownerReferences } = metadata
  const { [LAST_APPLIED]: _applied, ...others } = annotations
  const lines = [
    ...row('Cluster', cluster),
    ...row('Kind', `${kind} (${apiVersion})`),
    ...row('Name', name),
    ...(namespace === undefined ? [] : row('Namespace', namespace)),
    ...row('Created', `${creationTimestamp ?? '<unknown>'} (${formatAge(creationTimestamp, nowMs)} ago)`),
    ...(deletionTimestamp === undefined ? [] : row('Deleting', `since ${deletionTimestamp}`)),
    ...(ownerReferences ?? []).flatMap(owner => row('Controlled by', `${owner.kind}/${owner.name}`)),
    ...pairs('Labels', labels),
    ...pairs('Annotations', others),
    ...Object.entries(fields).flatMap(([field, value]) => section(kind, field, value)),
    ...printEvents(events, nowMs),
  ]
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

/** A value of several lines stays in its column: none of them looks like a row of its own. */
function row(name: string, value: string): readonly string[] {
  const [first = '', ...rest] = value.split('\n').map(printable)
  return [`${`${printable(name)}:`.padEnd(WIDTH)} ${first}`, ...rest.map(line => `${INDENT}${line}`)]
}

function pairs(name: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  const texts = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  // Deeper than keys are: no line of a value looks like another pair.
  const lines = texts.toSorted().map(text => text.replaceAll('\n', '\n  '))
  return row(name, lines.join('\n') || '<none>')
}

function section(kind: string, field: string, value: unknown): readonly string[] {
  const title = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  const isHidden = kind === 'Secret' && SECRET_FIELDS.includes(field)
  const shown = isHidden ? sizesOf(value) : value
  if (shown === null || shown === undefined) return []
  if (typeof shown !== 'object') return row(title, String(shown))
  return [
    `${printable(title)}:`,
    ...writeYaml(shown)
      .trimEnd()
      .split('\n')
      .map(line => `  ${line}`),
  ]
}

function sizesOf(value: unknown): unknown {
  const entries = Object.entries(value ?? {})
  return Object.fromEntries(entries.map(([key, text]) => [key, `${Buffer.from(String(text), 'base64').length} bytes`]))
}

function printEvents(events: readonly ToldEvent[], nowMs: number): readonly string[] {
  if (events.length === 0) return row('Events', '<none>')
  const rows = events
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ type, reason, message, count, atMs }) => {
      const age = formatAge(atMs === 0 ? undefined : new Date(atMs).toISOString(), nowMs)
      return [type, reason, count > 1 ? `${age} (x${count})` : age, message.replaceAll('\n', ' ')]
    })
  return ['Events:', ...printTable(['TYPE', 'REASON', 'AGE', 'MESSAGE'], rows).map(line => `  ${line}`)]
}
