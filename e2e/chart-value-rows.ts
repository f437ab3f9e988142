// For each value of the chart what it changes in what is installed.
import { isDeepStrictEqual } from 'node:util'
import { listAt, objectAt, stringAt, valueAt } from '../src/object/field.ts'
import { findObject } from './render-chart.ts'

export interface ValueRow {
  /** The value's path: `image.tag`. */
  readonly value: string
  readonly set: unknown
  /** Finds in the rendered objects what is to change. */
  readonly look: (objects: readonly unknown[]) => unknown
  readonly want: unknown
  /** Rendered alone with these other values, because it excludes others. */
  readonly with?: Readonly<Record<string, unknown>>
}

type Look = ValueRow['look']

const at =
  (kind: string, ...path: readonly string[]): Look =>
  objects =>
    valueAt(findObject(objects, kind), ...path)
const named =
  (kind: string, ending: string, ...path: readonly string[]): Look =>
  objects =>
    valueAt(findObject(objects, kind, ending), ...path)
const deployment = (...path: readonly string[]): Look => at('Deployment', 'spec', ...path)
const pod = (...path: readonly string[]): Look => deployment('template', 'spec', ...path)
const containers = (objects: readonly unknown[]): readonly unknown[] =>
  listAt(findObject(objects, 'Deployment'), 'spec', 'template', 'spec', 'containers')
const container =
  (...path: readonly string[]): Look =>
  objects =>
    valueAt(containers(objects)[0], ...path)
const hasEntry =
  (look: Look, entry: unknown): Look =>
  objects =>
    listAt({ list: look(objects) }, 'list').some(item => isDeepStrictEqual(item, entry))
const has =
  (kind: string, ending = ''): Look =>
  objects =>
    findObject(objects, kind, ending) !== undefined
const configuration: Look = objects => stringAt(findObject(objects, 'ConfigMap', 'flotilla'), 'data', 'config.yaml')
const mayHandle =
  (group: string, resource: string): Look =>
  objects =>
    listAt(findObject(objects, 'ClusterRole', '-templates'), 'rules').some(
      rule => listAt(rule, 'apiGroups').includes(group) && listAt(rule, 'resources').includes(resource),
    )
const endpoint =
  (...path: readonly string[]): Look =>
  objects =>
    valueAt(listAt(findObject(objects, 'ServiceMonitor'), 'spec', 'endpoints')[0], ...path)
const alerts: Look = objects =>
  listAt(listAt(findObject(objects, 'PrometheusRule'), 'spec', 'groups')[0], 'rules').map(rule =>
    stringAt(rule, 'alert'),
  )
const runbook: Look = objects => {
  const [rule] = listAt(listAt(findObject(objects, 'PrometheusRule'), 'spec', 'groups')[0], 'rules')
  return stringAt(rule, 'annotations', 'runbook_url')
}
const everywhere =
  (field: 'labels' | 'annotations', name: string): Look =>
  objects =>
    objects.every(object => valueAt(object, 'metadata', field, name) !== undefined)

const DIGEST = `sha256:${'0'.repeat(64)}`
const VOLUME = { name: 'tokens', emptyDir: {} }
const MOUNT = { name: 'tokens', mountPath: '/tokens' }
const SIDECAR = { name: 'tunnel', image: 'tunnel:1' }
const OWN_PODS = {
  matchLabels: { 'app.kubernetes.io/name': 'flotilla', 'app.kubernetes.io/instance': 'flotilla' },
}
const TOLERATION = { key: 'fleet', operator: 'Exists' }
const RELABELING = { action: 'labeldrop', regex: 'pod' }
const PEER = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }
const EGRESS = { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }
const OWN_RULE = { record: 'fleet:members', expr: 'count(flotilla_cluster_ready)' }
const EXTRA = { apiVersion: 'v1', kind: 'Secret', metadata: { name: '{{ .Release.Name }}-extra' } }

const IMAGE_ROWS: readonly ValueRow[] = [
  { value: 'replicas', set: 3, look: deployment('replicas'), want: 3 },
  {
    value: 'image.registry',
    set: 'mirror.example.com/cache/',
    look: container('image'),
    want: 'mirror.example.com/cache/flotilla:0.1.0',
    with: {},
  },
  { value: 'image.repository', set: 'fleet/op', look: container('image'), want: 'fleet/op:0.1.0', with: {} },
  { value: 'image.tag', set: 'v9', look: container('image'), want: 'flotilla:v9', with: {} },
  {
    value: 'image.digest',
    set: DIGEST,
    look: container('image'),
    want: `flotilla@${DIGEST}`,
    with: { 'image.tag': 'v9' },
  },
  { value: 'image.pullPolicy', set: 'Always', look: container('imagePullPolicy'), want: 'Always' },
  { value: 'imagePullSecrets', set: [{ name: 'r' }], look: pod('imagePullSecrets'), want: [{ name: 'r' }] },
]

const NAME_ROWS: readonly ValueRow[] = [
  { value: 'nameOverride', set: 'fleet', look: at('Deployment', 'metadata', 'name'), want: 'flotilla-fleet', with: {} },
  { value: 'fullnameOverride', set: 'fleet', look: at('Deployment', 'metadata', 'name'), want: 'fleet', with: {} },
  { value: 'commonLabels', set: { team: 'fleet' }, look: everywhere('labels', 'team'), want: true, with: {} },
  { value: 'commonAnnotations', set: { note: 'x' }, look: everywhere('annotations', 'note'), want: true, with: {} },
  {
    value: 'config',
    set: { logLevel: 'debug' },
    look: objects => String(configuration(objects)).includes('logLevel: debug'),
    want: true,
  },
  {
    value: 'crds.install',
    set: false,
    look: objects => String(configuration(objects)).includes('installCrds: false'),
    want: true,
  },
  { value: 'parking.policies', set: 'chart', look: has('MutatingAdmissionPolicy'), want: true },
  { value: 'clusterNamespace.create', set: false, look: has('Namespace'), want: false },
  { value: 'extraObjects', set: [EXTRA], look: has('Secret', 'flotilla-extra'), want: true },
]

const RIGHT_ROWS: readonly ValueRow[] = [
  {
    value: 'templates.kinds',
    set: { apps: { deployments: false } },
    look: mayHandle('apps', 'deployments'),
    want: false,
  },
  { value: 'rbac.create', set: false, look: has('ClusterRole'), want: false, with: {} },
  {
    value: 'rbac.propagate',
    set: ['secrets', 'widgets.example.com/status'],
    look: objects => [
      mayHandle('', 'secrets')(objects),
      mayHandle('example.com', 'widgets')(objects),
      mayHandle('example.com', 'widgets/status')(objects),
    ],
    want: [true, true, true],
  },
  { value: 'rbac.aggregate', set: false, look: has('ClusterRole', '-aggregated'), want: false },
  { value: 'rbac.userRoles', set: false, look: has('ClusterRole', '-edit'), want: false },
  { value: 'serviceAccount.create', set: false, look: has('ServiceAccount'), want: false, with: {} },
  { value: 'serviceAccount.name', set: 'captain', look: pod('serviceAccountName'), want: 'captain' },
  {
    value: 'serviceAccount.annotations',
    set: { a: 'b' },
    look: at('ServiceAccount', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  { value: 'serviceAccount.automount', set: false, look: pod('automountServiceAccountToken'), want: false },
]

const CONTAINER_ROWS: readonly ValueRow[] = [
  { value: 'resources', set: { limits: { cpu: '2' } }, look: container('resources', 'limits', 'cpu'), want: '2' },
  { value: 'env', set: [{ name: 'A', value: 'b' }], look: container('env'), want: [{ name: 'A', value: 'b' }] },
  {
    value: 'envFrom',
    set: [{ secretRef: { name: 'proxy' } }],
    look: container('envFrom'),
    want: [{ secretRef: { name: 'proxy' } }],
  },
  {
    value: 'extraArgs',
    set: ['--log-format=text'],
    look: hasEntry(container('args'), '--log-format=text'),
    want: true,
  },
  { value: 'extraVolumes', set: [VOLUME], look: hasEntry(pod('volumes'), VOLUME), want: true },
  { value: 'extraVolumeMounts', set: [MOUNT], look: hasEntry(container('volumeMounts'), MOUNT), want: true },
  {
    value: 'securityContext',
    set: { runAsUser: 1234 },
    look: container('securityContext'),
    want: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      runAsUser: 1234,
    },
  },
  {
    value: 'startupProbe',
    set: { failureThreshold: 7 },
    look: container('startupProbe'),
    want: { httpGet: { path: '/livez', port: 'http' }, periodSeconds: 2, failureThreshold: 7 },
  },
  { value: 'livenessProbe', set: { periodSeconds: 7 }, look: container('livenessProbe', 'periodSeconds'), want: 7 },
  {
    value: 'readinessProbe',
    set: { periodSeconds: 7, httpGet: { path: '/' } },
    look: container('readinessProbe'),
    want: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 7, timeoutSeconds: 5 },
  },
  { value: 'initContainers', set: [SIDECAR], look: pod('initContainers'), want: [SIDECAR] },
  { value: 'extraContainers', set: [SIDECAR], look: hasEntry(containers, SIDECAR), want: true },
]

const POD_ROWS: readonly ValueRow[] = [
  {
    value: 'podAnnotations',
    set: { a: 'b' },
    look: deployment('template', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  {
    value: 'podLabels',
    set: { team: 'fleet', 'app.kubernetes.io/name': 'other' },
    look: objects => [
      deployment('template', 'metadata', 'labels', 'team')(objects),
      deployment('template', 'metadata', 'labels', 'app.kubernetes.io/name')(objects),
    ],
    want: ['fleet', 'flotilla'],
  },
  {
    value: 'podSecurityContext',
    set: { fsGroup: 9 },
    look: pod('securityContext'),
    want: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, fsGroup: 9 },
  },
  { value: 'terminationGracePeriodSeconds', set: 33, look: pod('terminationGracePeriodSeconds'), want: 33 },
  { value: 'nodeSelector', set: { pool: 'a' }, look: pod('nodeSelector', 'pool'), want: 'a' },
  { value: 'tolerations', set: [TOLERATION], look: pod('tolerations'), want: [TOLERATION] },
  {
    value: 'affinity',
    set: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'rack' }] } },
    look: pod('affinity'),
    want: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: 'topology.kubernetes.io/zone', labelSelector: OWN_PODS } },
        ],
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'rack', labelSelector: OWN_PODS }],
      },
    },
  },
  {
    value: 'topologySpreadConstraints',
    set: [{ maxSkew: 2, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }],
    look: pod('topologySpreadConstraints'),
    want: [
      {
        maxSkew: 2,
        topologyKey: 'rack',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: OWN_PODS,
      },
    ],
  },
  { value: 'priorityClassName', set: 'high', look: pod('priorityClassName'), want: 'high' },
  { value: 'schedulerName', set: 'other', look: pod('schedulerName'), want: 'other' },
  { value: 'runtimeClassName', set: 'gvisor', look: pod('runtimeClassName'), want: 'gvisor' },
  { value: 'dnsPolicy', set: 'None', look: pod('dnsPolicy'), want: 'None' },
  { value: 'dnsConfig', set: { nameservers: ['10.0.0.9'] }, look: pod('dnsConfig', 'nameservers'), want: ['10.0.0.9'] },
  {
    value: 'hostAliases',
    set: [{ ip: '10.0.0.8', hostnames: ['m1'] }],
    look: pod('hostAliases'),
    want: [{ ip: '10.0.0.8', hostnames: ['m1'] }],
  },
  {
    value: 'hostNetwork',
    set: true,
    look: objects => [pod('hostNetwork')(objects), pod('dnsPolicy')(objects)],
    want: [true, 'ClusterFirstWithHostNet'],
    with: {},
  },
  {
    value: 'deploymentAnnotations',
    set: { a: 'b' },
    look: at('Deployment', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  { value: 'strategy', set: { type: 'Recreate' }, look: deployment('strategy', 'type'), want: 'Recreate' },
  { value: 'revisionHistoryLimit', set: 2, look: deployment('revisionHistoryLimit'), want: 2 },
  {
    value: 'podDisruptionBudget.enabled',
    set: false,
    look: has('PodDisruptionBudget'),
    want: false,
    with: { replicas: 2 },
  },
  {
    value: 'podDisruptionBudget.maxUnavailable',
    set: '50%',
    look: at('PodDisruptionBudget', 'spec', 'maxUnavailable'),
    want: '50%',
    with: { replicas: 2 },
  },
  {
    value: 'podDisruptionBudget.minAvailable',
    set: 1,
    look: objects => [
      at('PodDisruptionBudget', 'spec', 'minAvailable')(objects),
      at('PodDisruptionBudget', 'spec', 'maxUnavailable')(objects),
    ],
    want: [1, undefined],
    with: { replicas: 2 },
  },
]

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

export const VALUE_ROWS: readonly ValueRow[] = [
  ...IMAGE_ROWS,
  ...NAME_ROWS,
  ...RIGHT_ROWS,
  ...CONTAINER_ROWS,
  ...POD_ROWS,
  ...SERVICE_ROWS,
  ...MONITORING_ROWS,
]
