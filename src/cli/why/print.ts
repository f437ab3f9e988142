import { formatKey } from '../../object/object-key.ts'
import { printable } from '../../object/printable.ts'
import type { ToldEvent } from '../read-events.ts'
import { formatAge, printTable } from '../table.ts'
import type { Decision } from './decision.ts'
import type { Diagnosis } from './diagnose.ts'
import type { MemberRow } from './members.ts'
import type { Finding, Level } from './observed.ts'
import { type Choice, nameOf } from './policies.ts'

const WORD: Readonly<Record<Level, string>> = { cause: 'cause', wait: 'waits', note: 'note' }
const COLUMNS = ['CLUSTER', 'VERDICT', 'REPLICAS', 'APPLIED', 'HEALTH', 'REASON'] as const
/** Longer reasons make a table that nobody reads; what is cut stands in a finding. */
const MOST_REASON = 120

/** The diagnosis for people. Its first line names the cause. */
export function printDiagnosis(diagnosis: Diagnosis, nowMs: number): string {
  const { headline, findings, choice, decision, members, lastWarning } = diagnosis
  const others = findings.filter(finding => finding !== headline)
  const lines = [
    ...printHeadline(headline, others),
    ...section('Besides', others.flatMap(printFinding)),
    ...section('Policies', choice === undefined ? [] : printChoice(choice)),
    ...section('Scheduling', decision === undefined ? [] : printDecision(decision)),
    ...(members.length === 0 ? [] : ['', ...printTable(COLUMNS, members.map(cellsOf))]),
    ...(lastWarning === undefined ? [] : ['', printWarning(lastWarning, nowMs)]),
  ]
  return lines.map(line => `${printable(line).trimEnd()}\n`).join('')
}

function printHeadline(headline: Finding, others: readonly Finding[]): readonly string[] {
  const more = others.filter(({ level }) => level === 'cause').length
  const also = more === 0 ? '' : ` (and ${more} more, below)`
  return [`${headline.message}${also}`, ...(headline.remedy === undefined ? [] : [`-> ${headline.remedy}`])]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)]
}

function printFinding({ level, message, remedy }: Finding): readonly string[] {
  return [`${WORD[level]}  ${message}`, ...(remedy === undefined ? [] : [`       -> ${remedy}`])]
}

function printChoice({ candidates, winner, misses }: Choice): readonly string[] {
  return [
    ...candidates.map(
      (candidate, index) =>
        `${index + 1}. ${nameOf(candidate)}${candidate === winner ? (candidate.claims ? ', which has claimed it' : ', which is to claim it') : ''}${candidate.why === '' ? '' : `: ${candidate.why}`}`,
    ),
    ...misses.map(miss => `-  ${miss}`),
  ]
}

function printDecision({ result, message, affinity, selection, division, omitted }: Decision): readonly string[] {
  return [
    `${result}${message === '' ? '' : `: ${message}`}`,
    ...(affinity === undefined ? [] : [`Term: ${affinity}`]),
    ...(selection === undefined ? [] : [`Selection: ${selection}`]),
    ...(division === undefined ? [] : [`Division: ${division}`]),
    ...(omitted === 0 ? [] : [`${omitted} more clusters are not listed.`]),
  ]
}

function cellsOf({ cluster, verdict, replicas, applied, health, reason }: MemberRow): readonly string[] {
  const short = reason.length > MOST_REASON ? `${reason.slice(0, MOST_REASON - 1)}…` : reason
  return [cluster, verdict, replicas === undefined ? '-' : String(replicas), applied, health, short]
}

function printWarning({ about, reason, message, count, atMs }: ToldEvent, nowMs: number): string {
  const age = atMs === 0 ? 'at a time that is not known' : `${formatAge(new Date(atMs).toISOString(), nowMs)} ago`
  const times = count > 1 ? `, ${count} times` : ''
  return `Last warning, ${age}${times}: ${reason} of ${about.kind} ${formatKey(about)}: ${message}`
}
