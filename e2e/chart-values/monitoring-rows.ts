// What each value about monitoring and the network changes (scripts/chart-monitoring-values.ts).
import { listAt, objectAt, stringAt, valueAt } from '../../src/object/field.ts'
import { findObject } from '../render-chart.ts'
import { alerts, at, endpoint, has, named, runbook, type ValueRow } from './look.ts'

const RELABELING = { action: 'labeldrop', regex: 'pod' }

const PEER = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }

const EGRESS = { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }

const OWN_RULE = { record: 'fleet:members', expr: 'count(flotilla_cluster_ready)' }

const SERVICE_ROWS: readonly ValueRow[] = [
  { value: 'service.enabled', set: false, look: has('Service'), want: false, with: {} },
  {
    value: 'service.port',
    set: 9999,
    look: objects => valueAt(listAt(findObject(objects, 'Service'), 'spec', 'ports')[0], 'port'),
    want: 9999,
  },
  { value: 'service.annotations', set: { a: 'b' }, look: at('Service', 'metadata', 'annotations', 'a'), want: 'b' },
  { value: 'service.labels', set: { a: 'b' }, look: at('Service', 'metadata', 'labels', 'a'), want: 'b' },
  { value: 'networkPolicy.enabled', set: true, look: has('NetworkPolicy'), want: true },
  {
    value: 'networkPolicy.ingressFrom',
    set: [PEER],
    look: at('NetworkPolicy', 'spec', 'ingress'),
    want: [{ ports: [{ port: 'http', protocol: 'TCP' }], from: [PEER] }],
  },
  {
    value: 'networkPolicy.egress',
    set: [EGRESS],
    look: objects => [
      at('NetworkPolicy', 'spec', 'egress')(objects),
      at('NetworkPolicy', 'spec', 'policyTypes')(objects),
    ],
    want: [[EGRESS], ['Ingress', 'Egress']],
  },
]

const MONITORING_ROWS: readonly ValueRow[] = [
  { value: 'serviceMonitor.enabled', set: true, look: has('ServiceMonitor'), want: true },
  { value: 'serviceMonitor.namespace', set: 'mon', look: at('ServiceMonitor', 'metadata', 'namespace'), want: 'mon' },
  { value: 'serviceMonitor.interval', set: '15s', look: endpoint('interval'), want: '15s' },
  { value: 'serviceMonitor.scrapeTimeout', set: '5s', look: endpoint('scrapeTimeout'), want: '5s' },
  { value: 'serviceMonitor.labels', set: { a: 'b' }, look: at('ServiceMonitor', 'metadata', 'labels', 'a'), want: 'b' },
  {
    value: 'serviceMonitor.annotations',
    set: { a: 'b' },
    look: at('ServiceMonitor', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  { value: 'serviceMonitor.relabelings', set: [RELABELING], look: endpoint('relabelings'), want: [RELABELING] },
  {
    value: 'serviceMonitor.metricRelabelings',
    set: [RELABELING],
    look: endpoint('metricRelabelings'),
    want: [RELABELING],
  },
  { value: 'prometheusRule.enabled', set: true, look: has('PrometheusRule'), want: true },
  { value: 'prometheusRule.namespace', set: 'mon', look: at('PrometheusRule', 'metadata', 'namespace'), want: 'mon' },
  { value: 'prometheusRule.labels', set: { a: 'b' }, look: at('PrometheusRule', 'metadata', 'labels', 'a'), want: 'b' },
  {
    value: 'prometheusRule.annotations',
    set: { a: 'b' },
    look: at('PrometheusRule', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  {
    value: 'prometheusRule.runbookUrl',
    set: 'https://docs.example.com/runbooks/',
    look: runbook,
    want: 'https://docs.example.com/runbooks/FlotillaDown.md',
  },
  {
    value: 'prometheusRule.disabled',
    set: ['FlotillaEventsDropped'],
    look: objects => {
      const names = listAt({ names: alerts(objects) }, 'names')
      return [names.includes('FlotillaDown'), names.includes('FlotillaEventsDropped')]
    },
    want: [true, false],
  },
  {
    value: 'prometheusRule.additionalRules',
    set: [OWN_RULE],
    look: objects =>
      listAt(listAt(findObject(objects, 'PrometheusRule'), 'spec', 'groups')[0], 'rules')
        .map(rule => stringAt(rule, 'record'))
        .at(-1),
    want: 'fleet:members',
  },
  { value: 'grafanaDashboard.enabled', set: true, look: has('ConfigMap', '-dashboard'), want: true },
  {
    value: 'grafanaDashboard.namespace',
    set: 'mon',
    look: named('ConfigMap', '-dashboard', 'metadata', 'namespace'),
    want: 'mon',
  },
  {
    value: 'grafanaDashboard.labels',
    set: { a: 'b' },
    look: objects => objectAt(findObject(objects, 'ConfigMap', '-dashboard'), 'metadata', 'labels')?.['a'],
    want: 'b',
  },
  {
    value: 'grafanaDashboard.annotations',
    set: { grafana_folder: 'Fleet' },
    look: named('ConfigMap', '-dashboard', 'metadata', 'annotations', 'grafana_folder'),
    want: 'Fleet',
  },
]

export const MONITORING_VALUE_ROWS: readonly ValueRow[] = [...SERVICE_ROWS, ...MONITORING_ROWS]
