import fc from 'fast-check'
import type { Resource } from '../api/kinds.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { jobSpec, podSpec, scaled, workload } from './generated-pods.ts'
import { BYTES, COUNT, CPU, flag, listOf, type Model, oneOf, some } from './generated-values.ts'

/** A kind with objects of it as users write them: in any notation that an apiserver takes, and with much left out. */
export interface GeneratedKind {
  readonly title: string
  readonly resource: Resource
  readonly fields: fc.Arbitrary<JsonObject>
}

const intOrPercent = oneOf(0, 1, '25%', '0%')
const servicePort = (more: Model = {}) =>
  some(
    { protocol: oneOf('TCP'), targetPort: oneOf(80, 'web', 0), appProtocol: oneOf('http'), ...more },
    { name: oneOf('web'), port: oneOf(80) },
  )
const service = {
  sessionAffinity: oneOf('None', 'ClientIP'),
  selector: oneOf({}, { app: 'x' }),
  publishNotReadyAddresses: flag,
  internalTrafficPolicy: oneOf('Cluster'),
  externalIPs: oneOf([]),
  ipFamilyPolicy: oneOf('SingleStack'),
}
const serviceSpec = fc.oneof(
  some({ ...service, type: oneOf('ClusterIP'), clusterIP: oneOf('') }, { ports: fc.tuple(servicePort()) }),
  some(service, { clusterIP: oneOf('None'), ports: listOf(servicePort(), 1) }),
  some(
    { ...service, externalTrafficPolicy: oneOf('Cluster', 'Local') },
    { type: oneOf('NodePort'), ports: fc.tuple(servicePort({ nodePort: oneOf(0) })) },
  ),
  some(
    {
      ...service,
      allocateLoadBalancerNodePorts: flag,
      externalTrafficPolicy: oneOf('Cluster', 'Local'),
      loadBalancerSourceRanges: oneOf([], ['10.0.0.0/8']),
    },
    { type: oneOf('LoadBalancer'), ports: fc.tuple(servicePort()) },
  ),
  some({ ports: oneOf([]) }, { type: oneOf('ExternalName'), externalName: oneOf('a.example.com') }),
)

const ingressSpec = some(
  {
    ingressClassName: oneOf('x'),
    tls: oneOf([], [{ hosts: [], secretName: '' }], [{ hosts: ['a.example.com'] }]),
    rules: oneOf(
      [],
      [
        {
          host: '',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'web' } } } }],
          },
        },
      ],
      [{ host: 'a.example.com' }],
    ),
  },
  {
    defaultBackend: oneOf({ service: { name: 's', port: { number: 80 } } }, { resource: { kind: 'X', name: 'x' } }),
  },
)

const metricTarget = oneOf(
  { type: 'Utilization', averageUtilization: 50 },
  { type: 'AverageValue', averageValue: '1000m' },
  { type: 'AverageValue', averageValue: 2 },
)
const scalingRules = oneOf(
  {},
  { stabilizationWindowSeconds: 0 },
  { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
)
const autoscaler = some(
  {
    minReplicas: oneOf(1, 2),
    metrics: fc.oneof(
      oneOf([]),
      metricTarget.map(target => [{ type: 'Resource', resource: { name: 'cpu', target } }]),
      oneOf([
        {
          type: 'Object',
          object: {
            describedObject: { kind: 'X', name: 'x' },
            metric: { name: 'm', selector: {} },
            target: { type: 'Value', value: '1k' },
          },
        },
      ]),
    ),
    behavior: some({ scaleUp: scalingRules, scaleDown: scalingRules }).map(behavior =>
      Object.keys(behavior).length === 0 ? {} : behavior,
    ),
  },
  {
    maxReplicas: oneOf(3),
    scaleTargetRef: oneOf({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }),
  },
)

const networkPeer = oneOf(
  { podSelector: {} },
  { namespaceSelector: { matchLabels: {} } },
  { ipBlock: { cidr: '10.0.0.0/8', except: [] } },
)
const networkPort = oneOf({}, { port: 80 }, { port: 'web', protocol: 'TCP' }, { port: 80, endPort: 90 })
const networkRule = (peers: string) => some({ ports: listOf(networkPort), [peers]: listOf(networkPeer) })

const rules = oneOf(
  [],
  [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: [] }],
)
const subjects = oneOf(
  [],
  [{ kind: 'ServiceAccount', name: 'x', namespace: 'default' }],
  [{ kind: 'User', name: 'x' }],
  [{ kind: 'Group', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }],
)
const base64 = oneOf('', 'MQ==')
const hard = some({ pods: COUNT, 'requests.cpu': CPU, 'limits.memory': BYTES, 'count/secrets': COUNT })
const claimSpec = some(
  {
    storageClassName: oneOf('', 'fast'),
    volumeMode: oneOf('Filesystem', 'Block'),
    volumeName: oneOf(''),
    selector: oneOf({}, { matchLabels: { a: 'b' } }),
  },
  {
    accessModes: oneOf(['ReadWriteOnce']),
    resources: some({ limits: oneOf({}) }, { requests: some({}, { storage: BYTES }) }),
  },
)
const claimTemplate = some(
  { apiVersion: oneOf('v1'), kind: oneOf('PersistentVolumeClaim') },
  { metadata: oneOf({ name: 'c' }, { name: 'c', creationTimestamp: null, labels: {} }), spec: claimSpec },
)

const row = (type: string, plural: string, namespaced = true): Resource => {
  const [apiVersion = '', kind = ''] = type.split(' ')
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return { group, version, kind, plural, namespaced }
}
const kind = (resource: Resource, fields: fc.Arbitrary<JsonObject>, title: string = resource.kind): GeneratedKind => ({
  title,
  resource,
  fields,
})
const withSpec = (spec: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> => some({}, { spec })
const anything = fc.anything({
  maxDepth: 2,
  maxKeys: 3,
  withNullPrototype: false,
  key: fc.stringMatching(/^[a-z]{1,6}$/),
  values: [fc.boolean(), fc.integer(), fc.string(), fc.constantFrom('1000m', '', 0, 1.5)],
})

/** @source the kinds of which a fleet is expected to work whole (spec/behaviour/status.md §3-5, propagation.md §8.3, §9.1) */
export const GENERATED_KINDS: readonly GeneratedKind[] = [
  kind(
    row('apps/v1 Deployment', 'deployments'),
    withSpec(
      some(
        {
          ...scaled,
          strategy: oneOf(
            {},
            { type: 'Recreate' },
            { rollingUpdate: {} },
            { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
          ),
          paused: flag,
          progressDeadlineSeconds: oneOf(600),
        },
        workload,
      ),
    ),
  ),
  kind(
    row('apps/v1 StatefulSet', 'statefulsets'),
    withSpec(
      some(
        {
          ...scaled,
          updateStrategy: oneOf({}, { type: 'OnDelete' }, { rollingUpdate: { partition: 0 } }),
          podManagementPolicy: oneOf('Parallel'),
          persistentVolumeClaimRetentionPolicy: oneOf({}, { whenDeleted: 'Delete' }),
          ordinals: oneOf({}, { start: 0 }),
          volumeClaimTemplates: listOf(claimTemplate, 1),
        },
        { ...workload, serviceName: oneOf('s', '') },
      ),
    ),
  ),
  kind(
    row('apps/v1 DaemonSet', 'daemonsets'),
    withSpec(
      some(
        {
          minReadySeconds: oneOf(0),
          updateStrategy: fc.oneof(
            oneOf({}, { type: 'OnDelete' }),
            some(
              {},
              {
                type: oneOf('RollingUpdate'),
                rollingUpdate: some({}, { maxUnavailable: oneOf(1, '25%'), maxSurge: oneOf(0) }),
              },
            ),
          ),
        },
        workload,
      ),
    ),
  ),
  kind(
    row('apps/v1 ReplicaSet', 'replicasets'),
    withSpec(some({ replicas: oneOf(0, 2), minReadySeconds: oneOf(0) }, workload)),
  ),
  kind(row('batch/v1 Job', 'jobs'), withSpec(jobSpec)),
  kind(
    row('batch/v1 CronJob', 'cronjobs'),
    withSpec(
      some(
        {
          suspend: flag,
          concurrencyPolicy: oneOf('Forbid'),
          startingDeadlineSeconds: oneOf(0),
          successfulJobsHistoryLimit: oneOf(0, 3),
          timeZone: oneOf('Etc/UTC'),
        },
        { schedule: oneOf('* * * * *'), jobTemplate: some({ metadata: oneOf({}, { labels: {} }) }, { spec: jobSpec }) },
      ),
    ),
  ),
  kind(row('v1 Pod', 'pods'), withSpec(podSpec(['Always', 'Never'], false))),
  kind(row('v1 Service', 'services'), withSpec(serviceSpec)),
  kind(row('networking.k8s.io/v1 Ingress', 'ingresses'), withSpec(ingressSpec)),
  kind(
    row('v1 ConfigMap', 'configmaps'),
    some({
      data: some({ a: oneOf('', '1000m'), b: oneOf('x') }),
      binaryData: some({ c: base64 }),
      immutable: oneOf(false),
    }),
  ),
  kind(
    row('v1 Secret', 'secrets'),
    fc.oneof(
      some({ type: oneOf('Opaque', ''), data: some({ a: base64, b: base64 }), immutable: oneOf(false) }),
      some({}, { type: oneOf('kubernetes.io/tls'), data: some({}, { 'tls.crt': base64, 'tls.key': base64 }) }),
    ),
  ),
  kind(
    row('v1 ServiceAccount', 'serviceaccounts'),
    some({
      secrets: oneOf([], [{ name: 'a' }]),
      imagePullSecrets: oneOf([], [{ name: 'a' }]),
      automountServiceAccountToken: flag,
    }),
  ),
  kind(row('v1 PersistentVolumeClaim', 'persistentvolumeclaims'), withSpec(claimSpec)),
  kind(
    row('v1 PersistentVolume', 'persistentvolumes', false),
    withSpec(
      some(
        {
          volumeMode: oneOf('Filesystem'),
          mountOptions: oneOf([], ['ro']),
          persistentVolumeReclaimPolicy: oneOf('Delete', 'Retain'),
          storageClassName: oneOf('', 'fast'),
        },
        {
          capacity: some({}, { storage: BYTES }),
          accessModes: oneOf(['ReadWriteOnce']),
          hostPath: oneOf({ path: '/x' }, { path: '/x', type: '' }),
        },
      ),
    ),
  ),
  kind(row('autoscaling/v2 HorizontalPodAutoscaler', 'horizontalpodautoscalers'), withSpec(autoscaler)),
  kind(
    row('policy/v1 PodDisruptionBudget', 'poddisruptionbudgets'),
    withSpec(
      fc.oneof(
        some(
          { unhealthyPodEvictionPolicy: oneOf('AlwaysAllow') },
          { selector: oneOf({}, { matchLabels: { a: 'b' } }), minAvailable: intOrPercent },
        ),
        some({}, { maxUnavailable: intOrPercent }),
      ),
    ),
  ),
  kind(
    row('networking.k8s.io/v1 NetworkPolicy', 'networkpolicies'),
    withSpec(
      some(
        { policyTypes: oneOf([], ['Egress']), ingress: listOf(networkRule('from')), egress: listOf(networkRule('to')) },
        { podSelector: oneOf({}, { matchLabels: { a: '' } }) },
      ),
    ),
  ),
  kind(row('rbac.authorization.k8s.io/v1 Role', 'roles'), some({ rules })),
  kind(
    row('rbac.authorization.k8s.io/v1 RoleBinding', 'rolebindings'),
    some({ subjects }, { roleRef: oneOf({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' }) }),
  ),
  kind(
    row('rbac.authorization.k8s.io/v1 ClusterRole', 'clusterroles', false),
    fc.oneof(
      some({ rules, aggregationRule: oneOf({ clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }) }),
      some({}, { rules: oneOf([{ nonResourceURLs: ['/x'], verbs: ['get'] }]) }),
    ),
  ),
  kind(
    row('v1 ResourceQuota', 'resourcequotas'),
    withSpec(
      some(
        { scopes: oneOf([], ['NotTerminating']) },
        { hard: hard.map(({ 'count/secrets': _count, ...kept }) => kept) },
      ),
    ),
  ),
  kind(
    row('v1 LimitRange', 'limitranges'),
    withSpec(
      some(
        {},
        {
          limits: oneOf(
            [{ type: 'Container', max: { cpu: '2000m' }, default: { cpu: 1 } }],
            [{ type: 'Pod', min: { memory: '1024Mi' } }],
          ),
        },
      ),
    ),
  ),
  kind(row('v1 Namespace', 'namespaces', false), some({ spec: oneOf({}, { finalizers: ['kubernetes'] }) })),
  kind(
    row('example.com/v1 Widget', 'widgets'),
    some({
      spec: anything.filter(value => typeof value === 'object' && value !== null && !Array.isArray(value)),
      data: oneOf({}, { a: '' }, { a: null }),
      rules: oneOf([], null, '', 0, false),
    }),
    'custom resource',
  ),
]
