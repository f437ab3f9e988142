// What the chart's alerts and dashboard ask Prometheus, for the checks that they and the documents agree.
import { parse } from 'yaml'
import { listAt, stringAt, stringsAt } from '../src/object/field.ts'

export const ALERTS_FILE = 'charts/flotilla/files/alerts.yaml'
export const RUNBOOKS = 'docs/runbooks'

export interface Alert {
  readonly name: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** @param text of a file of rules, as Prometheus loads it. */
export function listAlerts(text: string): readonly Alert[] {
  const groups = listAt(parse(text), 'groups')
  return groups.flatMap(group =>
    listAt(group, 'rules').map(rule => ({
      name: stringAt(rule, 'alert') ?? '',
      expr: stringAt(rule, 'expr') ?? '',
      labels: stringsAt(rule, 'labels'),
      annotations: stringsAt(rule, 'annotations'),
    })),
  )
}

/** @param text of a dashboard. @returns what its panels ask; variables of Grafana are in it. */
export function listDashboardQueries(text: string): readonly string[] {
  const panels = listAt(JSON.parse(text), 'panels')
  return panels.flatMap(panel => listAt(panel, 'targets').map(target => stringAt(target, 'expr') ?? ''))
}

/** @returns the metrics of ours and of the process that an expression names, without the suffixes of a histogram. */
export function metricsIn(expr: string): ReadonlySet<string> {
  const names = [...expr.matchAll(/\b(?:flotilla|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name)
  return new Set(names.map(name => name.replace(/_(bucket|sum|count)$/, '')))
}

/** @returns a line for each alert without a page, each page without an alert, and each metric that the reference lacks. */
export function checkAlerts(given: {
  readonly alerts: readonly Alert[]
  readonly queries: readonly string[]
  readonly pages: readonly string[]
  readonly documented: ReadonlySet<string>
}): readonly string[] {
  const names = given.alerts.map(alert => alert.name)
  const ours = [...given.alerts.map(alert => alert.expr), ...given.queries]
    .flatMap(expr => [...metricsIn(expr)])
    .filter(name => name.startsWith('flotilla_'))
  return [
    ...names.filter(name => !given.pages.includes(name)).map(name => `${RUNBOOKS}: no page for the alert ${name}`),
    ...given.pages.filter(page => !names.includes(page)).map(page => `${RUNBOOKS}/${page}.md: there is no such alert`),
    ...[...new Set(ours)]
      .filter(name => !given.documented.has(name))
      .map(name => `${ALERTS_FILE} or the dashboard asks for ${name}, which docs/reference/metrics.md does not have`),
  ]
}
