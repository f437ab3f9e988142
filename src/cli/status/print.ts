import { printable } from '../../object/printable.ts'
import { formatAge, printTable } from '../table.ts'
import { type ReasonLine, STATES, type Summary, type TemplateState } from './summarise.ts'

const WORDS: Readonly<Record<TemplateState, string>> = {
  notScheduled: 'not scheduled',
  notApplied: 'not applied',
  unhealthy: 'unhealthy',
  stale: 'in members that are not ready',
  suspended: 'suspended',
  pending: 'on their way',
  unknown: 'of unknown health',
  healthy: 'healthy',
}

export interface PrintOptions {
  readonly nowMs: number
  /** Only where somebody sees them. */
  readonly colours: boolean
}

/** The summary for people, on one page. */
export function printSummary(summary: Summary, { nowMs, colours }: PrintOptions): string {
  const { members, templates } = summary
  const ready = members.filter(member => member.ready).length
  const mark = (isWell: boolean): string => paint(isWell ? 'ok' : 'PROBLEM', { isWell, colours })
  const lines = [
    `Operator   ${mark(summary.operator?.live === true)}   ${printable(operatorLine(summary, nowMs))}`,
    `Members    ${mark(ready === members.length)}   ${ready} of ${members.length} are ready`,
    `Templates  ${mark(isWell(summary))}   ${templatesLine(templates)}`,
    ...(members.length === 0 ? [] : ['', ...printMembers(summary)]),
    ...printReasons('Not scheduled', summary.notScheduled),
    ...printReasons('Not applied', summary.notApplied),
    ...printReasons('Unhealthy', summary.unhealthy),
  ]
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

function isWell({ templates: { byState } }: Summary): boolean {
  return byState.notScheduled + byState.notApplied + byState.unhealthy === 0
}

const [GREEN, RED, PLAIN] = ['\u001b[32m', '\u001b[31m', '\u001b[0m']

function paint(
  text: string,
  { isWell: well, colours }: { readonly isWell: boolean; readonly colours: boolean },
): string {
  const padded = text.padEnd(7)
  return colours ? `${well ? GREEN : RED}${padded}${PLAIN}` : padded
}

function operatorLine({ operator }: Summary, nowMs: number): string {
  if (operator === undefined) return 'nobody leads: look at its Pods, and run flotilla doctor'
  const age = formatAge(operator.renewTime, nowMs)
  return operator.live ? `${operator.holder} leads` : `${operator.holder} led until ${age} ago: run flotilla doctor`
}

function templatesLine({ total, byState }: Summary['templates']): string {
  const parts = STATES.flatMap(state => (byState[state] > 0 ? [`${byState[state]} ${WORDS[state]}`] : []))
  return total === 0 ? 'none is claimed by a policy' : `${total}: ${parts.join(', ')}`
}

function printMembers({ members }: Summary): readonly string[] {
  const rows = members.map(({ name, ready, version, nodes, templates, cause }) => [
    name,
    ready ? 'True' : 'False',
    version || '-',
    nodes,
    String(templates),
    cause,
  ])
  return printTable(['NAME', 'READY', 'VERSION', 'NODES', 'TEMPLATES', 'CAUSE'], rows)
}

function printReasons(title: string, reasons: readonly ReasonLine[]): readonly string[] {
  if (reasons.length === 0) return []
  const width = Math.max(...reasons.map(({ count }) => String(count).length))
  return [
    '',
    `${title}:`,
    ...reasons.flatMap(({ count, reason, example }) => [
      `  ${String(count).padStart(width)}  ${printable(reason)}`,
      `  ${' '.repeat(width)}  -> flotilla why ${printable(whyArguments(example))}`,
    ]),
  ]
}

/** `Deployment shop/web` as arguments of a command. */
function whyArguments(example: string): string {
  const [kind = '', key = ''] = example.split(' ')
  const [namespace, name] = key.includes('/') ? key.split('/') : [undefined, key]
  return `${kind.toLowerCase()}/${name ?? ''}${namespace === undefined ? '' : ` -n ${namespace}`}`
}
