import fc from 'fast-check'
import { flag, listOf, type Model, oneOf, resources, some } from './generated-values.ts'

const probe = some(
  {
    initialDelaySeconds: oneOf(0, 1),
    periodSeconds: oneOf(5, 10),
    failureThreshold: oneOf(3),
    timeoutSeconds: oneOf(1),
  },
  {
    httpGet: some(
      { path: oneOf('', '/'), scheme: oneOf('HTTP', 'HTTPS'), host: oneOf('') },
      { port: oneOf(80, 'web') },
    ),
  },
)
const environment = fc.oneof(
  some({ value: oneOf('', 'x') }, { name: oneOf('A') }),
  some(
    {},
    {
      name: oneOf('B'),
      valueFrom: some({}, { fieldRef: some({ apiVersion: oneOf('v1') }, { fieldPath: oneOf('metadata.name') }) }),
    },
  ),
  some(
    {},
    {
      name: oneOf('C'),
      valueFrom: some(
        {},
        { resourceFieldRef: some({ divisor: oneOf('1m', '0', 0, '1', '1000m') }, { resource: oneOf('limits.cpu') }) },
      ),
    },
  ),
)
const containerPort = some({ protocol: oneOf('TCP'), name: oneOf('web') }, { containerPort: oneOf(80) })
const container = (name: string, more: Model = {}) =>
  some(
    {
      command: listOf(oneOf('a')),
      args: oneOf([], ['x']),
      env: fc.uniqueArray(environment, { maxLength: 3, selector: entry => entry['name'] }),
      envFrom: oneOf([], [{ configMapRef: { name: 'x' } }]),
      ports: listOf(containerPort, 1),
      resources,
      securityContext: oneOf(
        {},
        { privileged: false },
        { runAsNonRoot: true, capabilities: { drop: ['ALL'], add: [] } },
      ),
      imagePullPolicy: oneOf('Always', 'IfNotPresent'),
      stdin: flag,
      tty: oneOf(false),
      workingDir: oneOf(''),
      terminationMessagePath: oneOf('/dev/termination-log'),
      volumeMounts: oneOf(
        [],
        [{ name: 'v', mountPath: '/v' }],
        [{ name: 'v', mountPath: '/v', readOnly: false, subPath: '' }],
      ),
      ...more,
    },
    { name: oneOf(name), image: oneOf('image', 'image:1') },
  )
const lifecycle = oneOf({}, { preStop: { exec: { command: ['x'] } } }, { preStop: { httpGet: { port: 80 } } })
const VOLUMES = [
  { emptyDir: {} },
  { emptyDir: { sizeLimit: '1024Mi', medium: '' } },
  { emptyDir: { sizeLimit: 1048576 } },
  { configMap: { name: 'x' } },
  { configMap: { name: 'x', items: [], optional: false } },
  { secret: { secretName: 'x', defaultMode: 0 } },
  { hostPath: { path: '/x' } },
  { hostPath: { path: '/x', type: '' } },
  { projected: { sources: [{ downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.labels' } }] } }] } },
  { persistentVolumeClaim: { claimName: 'x', readOnly: false } },
  { nfs: { server: 's', path: '/' } },
  {
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } } },
    },
  },
]
/** A Pod with one container and one volume; `required` when it must say when it restarts. */
export const podSpec = (restartPolicies: readonly string[], required: boolean) =>
  some(
    {
      initContainers: fc.oneof(oneOf([]), fc.tuple(container('init', { restartPolicy: oneOf('Always') }))),
      nodeSelector: oneOf({}, { a: '' }),
      tolerations: oneOf(
        [],
        [{ operator: 'Exists' }],
        [{ key: 'a', operator: 'Equal', value: '', effect: 'NoSchedule' }],
        [{ key: 'b', value: 'c', effect: 'NoExecute', tolerationSeconds: 0 }],
      ),
      affinity: oneOf(
        {},
        { nodeAffinity: {} },
        {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'zone', labelSelector: {}, namespaces: [] },
            ],
          },
        },
        {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
            ],
          },
        },
      ),
      securityContext: oneOf({}, { runAsUser: 0, fsGroup: 0, sysctls: [], supplementalGroups: [] }),
      hostNetwork: oneOf(false),
      hostPID: oneOf(false),
      serviceAccountName: oneOf('default'),
      automountServiceAccountToken: flag,
      topologySpreadConstraints: oneOf([], [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }]),
      imagePullSecrets: oneOf([], [{ name: 'x' }], [{}]),
      schedulerName: oneOf('default-scheduler', 'other'),
      terminationGracePeriodSeconds: oneOf(0, 30),
      dnsPolicy: oneOf('Default', 'ClusterFirst'),
      dnsConfig: oneOf({}, { options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }], searches: [] }),
      hostAliases: oneOf([], [{ ip: '1.2.3.4', hostnames: ['a'] }]),
      enableServiceLinks: flag,
      readinessGates: oneOf([]),
      hostname: oneOf(''),
      ...(required ? {} : { restartPolicy: oneOf(...restartPolicies) }),
    },
    {
      containers: fc.tuple(container('main', { lifecycle, livenessProbe: probe, readinessProbe: probe })),
      volumes: oneOf(...VOLUMES).map(source => [{ name: 'v', ...Object(source) }]),
      ...(required ? { restartPolicy: oneOf(...restartPolicies) } : {}),
    },
  )
const always = podSpec(['Always'], false)
const once = podSpec(['Never', 'OnFailure'], true)
const selector = oneOf(
  { matchLabels: { app: 'x' } },
  { matchLabels: { app: 'x' }, matchExpressions: [] },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['x'] }] },
)
const podTemplate = (spec: fc.Arbitrary<unknown>) =>
  some(
    {},
    {
      metadata: some(
        { annotations: oneOf({}, { a: '' }), creationTimestamp: oneOf(null) },
        { labels: oneOf({ app: 'x' }, { app: 'x', empty: '' }) },
      ),
      spec,
    },
  )
/** What all kinds with Pods that keep running must have. */
export const workload = { selector, template: podTemplate(always) }
/** What those of them that are scaled may have. */
export const scaled = { replicas: oneOf(0, 1, 3), minReadySeconds: oneOf(0, 1), revisionHistoryLimit: oneOf(0, 10) }

/** A Job that is over after one Pod. */
export const jobSpec = some(
  {
    parallelism: oneOf(0, 1),
    completions: oneOf(1),
    backoffLimit: oneOf(0, 6),
    suspend: flag,
    completionMode: oneOf('NonIndexed', 'Indexed'),
    activeDeadlineSeconds: oneOf(1),
  },
  { template: some({ metadata: oneOf({}, { labels: {} }) }, { spec: once }) },
).map(spec => (spec['completionMode'] === 'Indexed' ? { completions: 1, ...spec } : spec))
