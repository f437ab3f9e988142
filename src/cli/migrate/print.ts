import { printable } from '../../object/printable.ts'
import { printTable } from '../table.ts'
import { type Finding, type HostRow, isAccepted, type MemberRow, type Report } from './report.ts'

const LEVELS = { error: 'PROBLEM', warning: 'warning', note: 'note' } as const

/** @returns the report for people: every object, then what needs care, then what comes next. */
export function printReport(report: Report, accepted: readonly string[]): string {
  const sections = [
    printSource(report),
    printHost(report.host),
    printMembers(report.members),
    printFindings(report.findings, accepted),
    report.outcome.map(line => `${printable(line)}\n`).join(''),
  ]
  return sections.filter(section => section !== '').join('\n')
}

function printSource({ source, dryRun }: Report): string {
  const running = source.running.length === 0 ? 'its controllers are stopped' : `at work: ${source.running.join(', ')}`
  const lines = [`Karmada   ${source.clusters.length} clusters (${source.clusters.join(', ')}); ${running}`]
  return `${[...lines.map(printable), ...(dryRun ? ['Dry run: nothing is written.'] : [])].join('\n')}\n`
}

function printHost(rows: readonly HostRow[]): string {
  if (rows.length === 0) return ''
  return table(
    ['ON THE HOST', 'ACTION', 'NOTE'],
    rows.map(({ object, action, note }) => [object, action, note]),
  )
}

function printMembers(rows: readonly MemberRow[]): string {
  if (rows.length === 0) return ''
  return table(
    ['IN MEMBER', 'OBJECT', 'VERDICT', 'CHANGES'],
    rows.map(({ cluster, object, verdict, changes }) => [cluster, object, verdict, changes.join('; ')]),
  )
}

function printFindings(findings: readonly Finding[], accepted: readonly string[]): string {
  return findings
    .map(finding => {
      const { level, code, message } = finding
      const word = isAccepted(finding, accepted) ? 'accepted' : LEVELS[level]
      return `${word.padEnd(9)} ${code}: ${printable(message)}\n`
    })
    .join('')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return printTable(head, rows, '  ')
    .map(line => `${line}\n`)
    .join('')
}
