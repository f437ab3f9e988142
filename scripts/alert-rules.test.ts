import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parser } from '@prometheus-io/lezer-promql'
import { newPlacementMetrics } from '../src/rendering/placement-metrics.ts'
import { newMetrics } from '../src/runtime/metrics.ts'
import { ALERTS_FILE, checkAlerts, listAlerts, listDashboardQueries, metricsIn, RUNBOOKS } from './alert-rules.ts'
import { renderDashboard } from './dashboard.ts'

const root = join(import.meta.dirname, '..')
const alerts = listAlerts(readFileSync(join(root, ALERTS_FILE), 'utf8'))
const queries = listDashboardQueries(renderDashboard())

/** Where the text is no PromQL. */
function mistakes(expr: string): readonly string[] {
  const found: string[] = []
  parser.parse(expr).iterate({
    enter: node => {
      if (node.type.isError) found.push(expr.slice(Math.max(0, node.from - 20), node.to + 20))
    },
  })
  return found
}

/** Grafana puts its variables in before Prometheus sees the query. */
const filledIn = (query: string): string =>
  query.replaceAll('$__rate_interval', '5m').replaceAll('$namespace', 'flotilla-system')

async function everyMetric(): Promise<string> {
  const metrics = newMetrics()
  metrics.watchLeadership(() => true)
  newPlacementMetrics(metrics.registry)
  return metrics.render()
}

describe('alerts', () => {
  it.each(alerts)('$name asks in PromQL for metrics that there are', async ({ expr }) => {
    expect(mistakes(expr)).toEqual([])
    const served = await everyMetric()
    for (const metric of metricsIn(expr)) expect(served).toContain(`# TYPE ${metric} `)
  })

  it.each(alerts)('$name says what is wrong, how bad it is, and has a page', ({ name, labels, annotations }) => {
    expect(['critical', 'warning', 'info']).toContain(labels['severity'])
    expect(annotations['summary']).toMatch(/\S/)
    expect(annotations['description']).toMatch(/\.$/)
    const page = readFileSync(join(root, RUNBOOKS, `${name}.md`), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${name}\n[^]+\n## Look\n[^]+\n## Do\n`))
  })

  it('has no page for an alert that is gone', () => {
    const pages = globSync(`${RUNBOOKS}/*.md`, { cwd: root }).map(path => basename(path, '.md'))
    expect(pages.sort()).toEqual(alerts.map(alert => alert.name).sort())
  })
})

describe('the dashboard', () => {
  it.each(queries)('asks %s', async query => {
    expect(mistakes(filledIn(query))).toEqual([])
    const served = await everyMetric()
    for (const metric of metricsIn(query)) expect(served).toContain(`# TYPE ${metric} `)
  })
})

describe('the parser', () => {
  it('finds mistakes', () => {
    expect(mistakes('sum by (a (b)')).not.toEqual([])
  })
})

describe('the check of the documents', () => {
  const alert = { name: 'A', expr: 'flotilla_leader == 0', labels: {}, annotations: {} }
  const fine = { alerts: [alert], queries: [], pages: ['A'], documented: new Set(['flotilla_leader']) }
  it.each([
    { name: 'takes what agrees', given: fine, want: [] },
    { name: 'asks for a page', given: { ...fine, pages: [] }, want: ['docs/runbooks: no page for the alert A'] },
    {
      name: 'finds a page without an alert',
      given: { ...fine, pages: ['A', 'B'] },
      want: ['docs/runbooks/B.md: there is no such alert'],
    },
    {
      name: 'knows the parts of a histogram',
      given: {
        ...fine,
        queries: ['rate(flotilla_wait_bucket[1m])'],
        documented: new Set(['flotilla_leader', 'flotilla_wait']),
      },
      want: [],
    },
    {
      name: 'finds a metric that the reference lacks',
      given: { ...fine, queries: ['flotilla_new'] },
      want: [
        'charts/flotilla/files/alerts.yaml or the dashboard asks for flotilla_new, which docs/reference/metrics.md does not have',
      ],
    },
  ])('$name', ({ given, want }) => expect(checkAlerts(given)).toEqual(want))
})
