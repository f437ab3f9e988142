// Values of the chart about what watches the operator, and who reaches it.
import { count, flag, group, list, strings, text, texts, type Values } from './chart-value.ts'

const NAMESPACE = text('Empty: that of the release.', '', { maxLength: 63 })
const DURATION = { pattern: '^([0-9]+(ms|s|m|h))*$' }

export const MONITORING_VALUES: Values = {
  service: group('The Service for metrics.', {
    enabled: flag('Creates it.', true),
    port: count('Its port.', 8080, { minimum: 1, maximum: 65_535 }),
    annotations: strings('Annotations of it, for whatever collects metrics.'),
    labels: strings('Labels of it.'),
  }),
  networkPolicy: group('Who reaches the Pods, and whom they reach.', {
    enabled: flag('Creates it: nothing comes in but metrics and probes.', false),
    ingressFrom: list("Peers that may: the namespace of Prometheus, say. Empty: all, kubelets' probes included."),
    egress: list(
      'Rules for what goes out. Empty: everything, since a policy knows apiservers by address only, and members come and go.',
    ),
  }),
  serviceMonitor: group("For Prometheus' operator; needs `service.enabled`.", {
    enabled: flag('Creates it.', false),
    namespace: NAMESPACE,
    interval: text("Empty: Prometheus' own.", '', DURATION),
    scrapeTimeout: text("Empty: Prometheus' own.", '', DURATION),
    labels: strings('Labels by which Prometheus finds it.'),
    annotations: strings('Annotations of it.'),
    relabelings: list('Of the target.'),
    metricRelabelings: list('Of the samples.'),
  }),
  prometheusRule: group('Alerts for the same: [metrics.md](metrics.md#alerts).', {
    enabled: flag('Creates it.', false),
    namespace: NAMESPACE,
    labels: strings('Labels by which Prometheus finds it.'),
    annotations: strings('Annotations of it.'),
    runbookUrl: text('Where the pages of docs/runbooks can be read.', 'docs/runbooks', { minLength: 1 }),
    disabled: texts('Names of alerts to leave out.', { pattern: '^Flotilla' }),
    additionalRules: list('Rules of your own in the same group.'),
  }),
  grafanaDashboard: group('A ConfigMap for the sidecar of Grafana.', {
    enabled: flag('Creates it.', false),
    namespace: NAMESPACE,
    labels: strings('Labels by which the sidecar finds it.', { grafana_dashboard: '1' }),
    annotations: strings('Annotations of it: a folder, say.'),
  }),
}
