import { printable } from '../../object/printable.ts'
import { type Paint, plain, type Tone } from '../colour.ts'
import { printTable } from '../table.ts'
import type { Finding, Level, MemberFinding, Report } from './examine.ts'

const WORD: Readonly<Record<Level, string>> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM', unread: 'not read' }
const TONE: Readonly<Record<Level, Tone>> = { ok: 'good', warning: 'care', problem: 'bad', unread: 'faint' }
const WIDTH = 12

/** The report for people: what was looked at, how it stands, and what follows. */
export function printReport(report: Report, paint: Paint = plain): string {
  const { host, parking, operator, api, admission, members, checks } = report
  const told = (what: string, { level, message }: Finding): string =>
    row(what, paint(WORD[level].padEnd(WIDTH), TONE[level]), message)
  const lines = [
    told('Host', { level: host.level, message: `${host.kind}, Kubernetes ${host.version}` }),
    ...host.reasons.map(reason => row('', '', reason)),
    ...host.consequences.map(consequence => row('', '', `-> ${consequence}`)),
    ...host.unread.map(what => row('', 'not read', what)),
    ...(parking === undefined ? [] : [told('Parking', parking)]),
    told('Operator', operator),
    told('API', api),
    told('Admission', admission),
    ...checks.map(check => told(check.name, check)),
    told('Members', members),
    ...printMembers(members.clusters),
    '',
    verdict(report),
  ]
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

function row(what: string, level: string, message: string): string {
  return `${what.padEnd(WIDTH)}${level.padEnd(WIDTH)}${printable(message)}`
}

function printMembers(clusters: readonly MemberFinding[]): readonly string[] {
  if (clusters.length === 0) return []
  const rows = clusters.map(({ name, ready, connected, version, cause }) => [
    name,
    ready || '-',
    connected || '-',
    version || '-',
    cause,
  ])
  return ['', ...printTable(['NAME', 'READY', 'CONNECTED', 'VERSION', 'CAUSE'], rows, '  ')]
}

function verdict({ host, parking, operator, api, admission, members, checks }: Report): string {
  const others = [...(parking === undefined ? [] : [parking]), operator, api, admission, ...checks]
  const levels = [host, ...others, ...(members.clusters.length > 0 ? members.clusters : [members])].map(
    ({ level }) => level,
  )
  const count = (level: Level): number => levels.filter(each => each === level).length
  const unread = count('unread') + (host.unread.length > 0 ? 1 : 0)
  const problems = count('problem')
  const parts = [
    problems === 0 ? 'No problems' : problems === 1 ? '1 problem' : `${problems} problems`,
    ...(count('warning') > 0 ? [`${count('warning')} to know`] : []),
    ...(unread > 0 ? [`${unread} that your rights do not reach`] : []),
  ]
  return `${parts.join(', ')}.`
}
