// What each value about the Pods changes (scripts/chart-pod-values.ts).
import { at, container, containers, deployment, has, hasEntry, pod, type ValueRow } from './look.ts'

const VOLUME = { name: 'tokens', emptyDir: {} }

const MOUNT = { name: 'tokens', mountPath: '/tokens' }

const SIDECAR = { name: 'tunnel', image: 'tunnel:1' }

const OWN_PODS = {
  matchLabels: { 'app.kubernetes.io/name': 'flotilla', 'app.kubernetes.io/instance': 'flotilla' },
}

const TOLERATION = { key: 'fleet', operator: 'Exists' }

const CONTAINER_ROWS: readonly ValueRow[] = [
  { value: 'resources', set: { limits: { cpu: '2' } }, look: container('resources', 'limits', 'cpu'), want: '2' },
  {
    value: 'env',
    set: [{ name: 'A', value: 'b' }],
    look: container('env'),
    want: [
      { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
      { name: 'A', value: 'b' },
    ],
  },
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
    want: { httpGet: { path: '/livez', port: 'http' }, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 7 },
  },
  { value: 'livenessProbe', set: { periodSeconds: 7 }, look: container('livenessProbe', 'periodSeconds'), want: 7 },
  {
    value: 'readinessProbe',
    set: { periodSeconds: 7, httpGet: { path: '/' } },
    look: container('readinessProbe'),
    want: {
      httpGet: { path: '/readyz?wait=2', port: 'http' },
      periodSeconds: 7,
      timeoutSeconds: 5,
      failureThreshold: 10,
    },
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

export const POD_VALUE_ROWS: readonly ValueRow[] = [...CONTAINER_ROWS, ...POD_ROWS]
