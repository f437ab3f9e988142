import type { Level, MemberFinding, Report } from './examine.ts'

const WORD: Readonly<Record<Level, string>> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM', unread: 'not read' }
const WIDTH = 12

/** The report for people: what was looked at, how it stands, and what follows. */
export function printReport(report: Report): string {
  const { host, parking, operator, api, admission, members, checks } = report
  const lines = [
    row('Host', WORD[host.level], `${host.kind}, Kubernetes ${host.version}`),
    ...host.reasons.map(reason => row('', '', reason)),
    ...host.consequences.map(consequence => row('', '', `-> ${consequence}`)),
    ...host.unread.map(what => row('', 'not read', what)),
    ...(parking === undefined ? [] : [row('Parking', WORD[parking.level], parking.message)]),
    row('Operator', WORD[operator.level], operator.message),
    row('API', WORD[api.level], api.message),
    row('Admission', WORD[admission.level], admission.message),
    ...checks.map(({ name, level, message }) => row(name, WORD[level], message)),
    row('Members', WORD[members.level], members.message),
    ...printMembers(members.clusters),
    '',
    verdict(report),
  ]
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

function row(what: string, level: string, message: string): string {
  return `${what.padEnd(WIDTH)}${level.padEnd(WIDTH)}${message}`
}

function printMembers(clusters: readonly MemberFinding[]): readonly string[] {
  if (clusters.length === 0) return []
  const rows = [
    ['NAME', 'READY', 'CONNECTED', 'VERSION', 'CAUSE'],
    ...clusters.map(({ name, ready, connected, version, cause }) => [
      name,
      ready || '-',
      connected || '-',
      version || '-',
      cause,
    ]),
  ]
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(cells => (cells[column] ?? '').length)))
  return ['', ...rows.map(cells => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))]
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
