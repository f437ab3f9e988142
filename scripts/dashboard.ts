// The dashboard of Grafana that the chart installs: which panels, and what each asks Prometheus.

export const DASHBOARD_FILE = 'charts/flotilla/files/dashboard.json'

interface Panel {
  readonly title: string
  readonly description: string
  readonly kind: 'stat' | 'timeseries'
  /** A unit of Grafana. */
  readonly unit: string
  /** Queries by legend. */
  readonly queries: Readonly<Record<string, string>>
  /** Above it the number is bad. Stats only. */
  readonly badFrom?: number
}

interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

const OURS = 'namespace=~"$namespace"'
const rate = (metric: string, ...labels: readonly string[]): string =>
  `rate(${metric}{${[OURS, ...labels].join(', ')}}[$__rate_interval])`
const p99 = (metric: string, by: string): string =>
  `histogram_quantile(0.99, sum by (${by}, le) (${rate(`${metric}_bucket`)}))`
/** A standby runs the same process: what it uses does not matter. */
const ofLeader = (metric: string): string =>
  `${metric}{${OURS}} and on (namespace, job, instance) flotilla_leader{${OURS}} == 1`

interface Stat extends Pick<Panel, 'title' | 'description' | 'badFrom'> {
  readonly query: string
}

const stat = ({ query, ...rest }: Stat): Panel => ({
  ...rest,
  kind: 'stat',
  unit: 'none',
  queries: { [rest.title]: query },
})
const series = (title: string, unit: string, rest: Pick<Panel, 'description' | 'queries'>): Panel => ({
  title,
  unit,
  kind: 'timeseries',
  ...rest,
})

const FLEET: Row = {
  title: 'Fleet',
  panels: [
    stat({
      title: 'Leaders',
      description: 'Exactly one operator works.',
      query: `sum(flotilla_leader{${OURS}})`,
      badFrom: 2,
    }),
    stat({ title: 'Members', description: 'Joined clusters.', query: `count(flotilla_cluster_ready{${OURS}})` }),
    stat({
      title: 'Members not Ready',
      description: 'kubectl get clusters',
      query: `sum(1 - flotilla_cluster_ready{${OURS}})`,
      badFrom: 1,
    }),
    stat({
      title: 'Bindings',
      description: 'Templates that a policy has claimed.',
      query: `sum(flotilla_bindings{${OURS}, condition="Scheduled"})`,
    }),
    stat({
      title: 'Not scheduled',
      description: 'They fit on no cluster.',
      query: `sum(flotilla_bindings{${OURS}, condition="Scheduled", status="False"})`,
      badFrom: 1,
    }),
    stat({
      title: 'Not applied everywhere',
      description: 'Some member does not have them as they should be.',
      query: `sum(flotilla_bindings{${OURS}, condition="FullyApplied", status="False"})`,
      badFrom: 1,
    }),
  ],
}

const CONTROLLERS: Row = {
  title: 'Controllers',
  panels: [
    series('Reconciles', 'ops', {
      description: 'A panic is a mistake of the program, an error is tried again, terminal waits for a change.',
      queries: { '{{controller}} {{result}}': `sum by (controller, result) (${rate('flotilla_reconcile_total')})` },
    }),
    series('Reconcile time, p99', 's', {
      description: 'From the start of a reconcile to its end.',
      queries: { '{{controller}}': p99('flotilla_reconcile_duration_seconds', 'controller') },
    }),
    series('Queue depth', 'none', {
      description: 'Keys that wait; of all members together.',
      queries: { '{{controller}}': `sum by (controller) (flotilla_workqueue_depth{${OURS}})` },
    }),
    series('Time in queue, p99', 's', {
      description: 'From a change to the start of its reconcile.',
      queries: { '{{controller}}': p99('flotilla_workqueue_wait_seconds', 'controller') },
    }),
    series('Retries', 'ops', {
      description: 'Keys that failed and are tried again.',
      queries: { '{{controller}}': `sum by (controller) (${rate('flotilla_workqueue_retries_total')})` },
    }),
    series('Running', 'none', {
      description: 'Reconciles under way.',
      queries: { '{{controller}}': `sum by (controller) (flotilla_reconciles_running{${OURS}})` },
    }),
  ],
}

const SCHEDULING: Row = {
  title: 'Scheduling',
  panels: [
    series('Not scheduled, by reason', 'none', {
      description: 'NoClusterFit: no cluster passes all filters. Unschedulable: there is too little room.',
      queries: { '{{reason}}': `sum by (reason) (flotilla_bindings_unscheduled{${OURS}})` },
    }),
    series('Runs of the scheduler', 'ops', {
      description: 'By what they came to.',
      queries: { '{{result}}': `sum by (result) (${rate('flotilla_schedules_total')})` },
    }),
    series('Clusters kept out', 'ops', {
      description: 'By the filter that did it first.',
      queries: { '{{filter}}': `sum by (filter) (${rate('flotilla_schedule_rejections_total')})` },
    }),
  ],
}

const CLUSTERS: Row = {
  title: 'Apiservers',
  panels: [
    series('Requests', 'reqps', {
      description: 'To the host and to members.',
      queries: { '{{cluster}} {{verb}}': `sum by (cluster, verb) (${rate('flotilla_client_requests_total')})` },
    }),
    series('Failed requests', 'reqps', {
      description: 'Answers of 400 and above, and requests without an answer.',
      queries: {
        '{{cluster}} {{code}}': `sum by (cluster, code) (${rate('flotilla_client_requests_total', 'code!~"[123].."')})`,
      },
    }),
    series('Request time, p99', 's', {
      description: 'To the end of the answer; of a watch, to its beginning.',
      queries: { '{{cluster}} {{verb}}': p99('flotilla_client_request_duration_seconds', 'cluster, verb') },
    }),
    series('Failed lists and watches', 'ops', {
      description: 'While it fails, the cache is as it was.',
      queries: {
        '{{cluster}} {{resource}}': `sum by (cluster, resource) (${rate('flotilla_informer_failures_total')})`,
      },
    }),
    series('Objects cached', 'none', {
      description: 'Memory follows them.',
      queries: { '{{cluster}} {{resource}}': `sum by (cluster, resource) (flotilla_informer_objects{${OURS}})` },
    }),
    series('Watch events', 'ops', {
      description: 'What clusters tell.',
      queries: { '{{cluster}} {{type}}': `sum by (cluster, type) (${rate('flotilla_informer_events_total')})` },
    }),
  ],
}

const PROCESS: Row = {
  title: 'Process',
  panels: [
    series('Memory', 'bytes', {
      description: 'Resident, of the operator that leads.',
      queries: { '{{instance}}': ofLeader('process_resident_memory_bytes') },
    }),
    series('CPU', 'short', {
      description: 'Cores.',
      queries: { '{{instance}}': `sum by (instance) (${rate('process_cpu_seconds_total')})` },
    }),
    series('Event loop delay, p99', 's', {
      description: 'How late it answers.',
      queries: { '{{instance}}': ofLeader('nodejs_eventloop_lag_p99_seconds') },
    }),
    series('Events', 'ops', {
      description: 'Kubernetes Events written and lost.',
      queries: {
        'sent {{verb}}': `sum by (verb) (${rate('flotilla_events_sent_total')})`,
        'lost: {{type}} {{reason}}': `sum by (type, reason) (${rate('flotilla_events_dropped_total')})`,
      },
    }),
  ],
}

const ROWS: readonly Row[] = [FLEET, CONTROLLERS, SCHEDULING, CLUSTERS, PROCESS]

/** Of Grafana's 24 columns. */
const WIDTHS = { stat: 4, timeseries: 12 } as const
const HEIGHTS = { stat: 4, timeseries: 8 } as const
const COLUMNS = 24
const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

/** @returns the file's text: a dashboard as Grafana 9 and later import it. */
export function renderDashboard(): string {
  const dashboard = {
    uid: 'flotilla',
    title: 'Flotilla',
    description: 'Members, bindings, controllers and requests of the operator.',
    tags: ['flotilla', 'kubernetes', 'multi-cluster'],
    schemaVersion: 38,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: VARIABLES },
    panels: placePanels(),
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}

const VARIABLES = [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
  {
    name: 'namespace',
    label: 'Namespace',
    type: 'query',
    datasource: DATASOURCE,
    query: { query: 'label_values(flotilla_leader, namespace)', refId: 'namespace' },
    refresh: 2,
    multi: true,
    includeAll: true,
    // An installation that is scraped without that label is shown too.
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  },
]

/** Row under row; in a row from left to right, as many as fit. */
function placePanels(): readonly object[] {
  let y = 0
  let id = 0
  return ROWS.flatMap(row => {
    const head = {
      id: ++id,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: y++, w: COLUMNS, h: 1 },
    }
    let x = 0
    const placed = row.panels.map(panel => {
      const [w, h] = [WIDTHS[panel.kind], HEIGHTS[panel.kind]]
      if (x + w > COLUMNS) {
        x = 0
        y += h
      }
      const gridPos = { x, y, w, h }
      x += w
      return renderPanel(panel, ++id, gridPos)
    })
    y += HEIGHTS[row.panels[0]?.kind ?? 'stat']
    return [head, ...placed]
  })
}

function renderPanel(panel: Panel, id: number, gridPos: object): object {
  const { title, description, kind, unit, queries, badFrom } = panel
  const steps = [{ color: 'green', value: null }, ...(badFrom === undefined ? [] : [{ color: 'red', value: badFrom }])]
  return {
    id,
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] } } : { legend: { showLegend: true } },
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  }
}
