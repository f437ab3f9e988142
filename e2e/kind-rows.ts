import { expect } from '@jest/globals'
import type { AnyObject } from './cluster-view.ts'

/** What is expected of one kind on its way through the fleet. Values may be matchers of jest. */
export interface KindRow {
  readonly title: string
  /** Collection on an apiserver. */
  readonly path: string
  readonly template: AnyObject
  /** Title of the row that must have arrived before this one is created, and that goes after it. */
  readonly needs?: string
  /** A patch of the template. */
  readonly change: object
  /** Default: merge-patch. */
  readonly changeType?: 'strategic-merge-patch'
  /** What each member holds, given the template as the host has it. */
  readonly arrived?: (template: AnyObject) => object
  readonly changed: object
  /** What the change takes away: undefined once it is gone from a member. */
  readonly dropped?: (member: AnyObject) => unknown
  /** The status of member `n` (1, 2, 3) where no controller of a member writes one. */
  readonly byHand?: (n: number) => object
  /** What the host sees of a member's status; default: all of it. */
  readonly reflected?: (member: AnyObject) => unknown
  readonly health?: 'Healthy' | 'Unhealthy'
  /** The template's status over three members; absent: it is left alone. */
  readonly total?: (template: AnyObject) => object
  /** The same after the change; default: no other. */
  readonly changedTotal?: (template: AnyObject) => object
}

export const FLEET_LABEL = { fleet: 'yes' }

const core = (plural: string): string => `/api/v1/namespaces/default/${plural}`
const grouped = (apiVersion: string, plural: string): string => `/apis/${apiVersion}/namespaces/default/${plural}`
const object = (type: string, name: string, fields: object = {}): AnyObject => {
  const [apiVersion, kind] = type.split(' ')
  return { apiVersion, kind, metadata: { name, namespace: 'default', labels: FLEET_LABEL }, ...fields }
}
const clusterWide = (type: string, name: string, fields: object = {}): AnyObject => ({
  ...object(type, name, fields),
  metadata: { name, labels: FLEET_LABEL },
})

const containers = [{ name: 'main', image: 'main:1' }]
const workload = (app: string) => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers } },
})
const labelled = { metadata: { labels: { step: '2' } } }
/** Every change of a template shows in this label too. */
const stepped = (patch: object = {}) => ({ ...labelled, ...patch })
/** The generations that a member's counters travel with. */
const generations = (member: AnyObject) => ({
  generation: member.metadata.generation,
  resourceTemplateGeneration: Number(member.metadata.annotations['resourcetemplate.karmada.io/generation']),
})
const observed = (member: AnyObject) => ({ observedGeneration: member.metadata.generation, ...generations(member) })
const observedLatest = (template: AnyObject) => ({ observedGeneration: template.metadata.generation })
const ipOf = (n: number): string => `192.0.2.${n}`
const minute = (n: number): string => `2026-01-01T00:0${n}:00Z`
const SERVICE_ADDRESS = /^10\./
const unlike = (text: string): unknown => expect.not.stringMatching(`^${RegExp.escape(text)}$`)

export const KIND_ROWS: readonly KindRow[] = [
  {
    title: 'Deployment',
    path: grouped('apps/v1', 'deployments'),
    template: object('apps/v1 Deployment', 'deployment', {
      spec: {
        ...workload('deployment'),
        replicas: 2,
        template: {
          metadata: { labels: { app: 'deployment' } },
          spec: {
            containers: [
              {
                ...containers[0],
                ports: [{ containerPort: 80 }],
                resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 2 } },
                env: [{ name: 'A', value: '' }],
                readinessProbe: { httpGet: { port: 'http', path: '/' } },
              },
            ],
          },
        },
      },
    }),
    change: stepped({ spec: { replicas: 3 } }),
    changed: { spec: { replicas: 3 } },
    reflected: m => ({ ...replicaCounters(m.spec.replicas), updatedReplicas: m.spec.replicas, ...observed(m) }),
    total: t => ({ ...replicaCounters(6), updatedReplicas: 6, ...observedLatest(t) }),
    changedTotal: t => ({ ...replicaCounters(9), updatedReplicas: 9, ...observedLatest(t) }),
  },
  {
    title: 'StatefulSet',
    path: grouped('apps/v1', 'statefulsets'),
    template: object('apps/v1 StatefulSet', 'statefulset', {
      spec: { ...workload('statefulset'), replicas: 1, serviceName: 'headless' },
    }),
    change: stepped({ spec: { replicas: 2 } }),
    changed: { spec: { replicas: 2 } },
    reflected: m => ({
      ...replicaCounters(m.spec.replicas),
      currentReplicas: m.spec.replicas,
      updatedReplicas: m.spec.replicas,
      ...observed(m),
    }),
    total: t => ({ ...replicaCounters(3), currentReplicas: 3, updatedReplicas: 3, ...observedLatest(t) }),
    changedTotal: t => ({ ...replicaCounters(6), currentReplicas: 6, updatedReplicas: 6, ...observedLatest(t) }),
  },
  {
    title: 'DaemonSet',
    path: grouped('apps/v1', 'daemonsets'),
    template: object('apps/v1 DaemonSet', 'daemonset', { spec: workload('daemonset') }),
    change: stepped({ spec: { minReadySeconds: 1 } }),
    changed: { spec: { minReadySeconds: 1 } },
    reflected: m => ({ ...daemonCounters(2), ...observed(m) }),
    total: t => ({ ...daemonCounters(6), ...observedLatest(t) }),
  },
  {
    title: 'ReplicaSet',
    path: grouped('apps/v1', 'replicasets'),
    template: object('apps/v1 ReplicaSet', 'replicaset', { spec: { ...workload('replicaset'), replicas: 2 } }),
    change: stepped({ spec: { minReadySeconds: 1 } }),
    changed: { spec: { minReadySeconds: 1 } },
    reflected: m => ({ ...replicaCounters(2), ...observed(m) }),
    total: t => ({ ...replicaCounters(6), ...observedLatest(t) }),
  },
  {
    title: 'Job',
    path: grouped('batch/v1', 'jobs'),
    template: object('batch/v1 Job', 'job', {
      spec: { parallelism: 2, completions: 2, template: { spec: { restartPolicy: 'Never', containers } } },
    }),
    change: stepped({ spec: { backoffLimit: 5 } }),
    changed: { spec: { backoffLimit: 5 } },
    reflected: ({ status: { conditions, startTime, completionTime } }) => ({
      succeeded: 2,
      conditions,
      startTime,
      completionTime,
    }),
    total: () => ({
      succeeded: 6,
      conditions: [
        expect.objectContaining({ type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' }),
        expect.objectContaining({ type: 'Complete', status: 'True', reason: 'Completed', message: 'Job completed' }),
      ],
      startTime: expect.any(String),
      completionTime: expect.any(String),
    }),
  },
  {
    title: 'CronJob',
    path: grouped('batch/v1', 'cronjobs'),
    template: object('batch/v1 CronJob', 'cronjob', {
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers } } } },
      },
    }),
    change: stepped({ spec: { schedule: '0 0 2 1 *' } }),
    changed: { spec: { schedule: '0 0 2 1 *' } },
    byHand: n => ({ lastScheduleTime: minute(n), lastSuccessfulTime: minute(n + 1) }),
    total: () => ({ lastScheduleTime: minute(3), lastSuccessfulTime: minute(4) }),
  },
  {
    title: 'Pod',
    path: core('pods'),
    template: object('v1 Pod', 'pod', { spec: { containers } }),
    change: stepped({ spec: { containers: [{ name: 'main', image: 'main:2' }] } }),
    changeType: 'strategic-merge-patch',
    changed: { spec: { containers: [{ name: 'main', image: 'main:2' }], nodeName: expect.any(String) } },
    total: () => ({
      phase: 'Running',
      containerStatuses: Array(3).fill(
        expect.objectContaining({ name: '', ready: true, state: { running: expect.any(Object) } }),
      ),
    }),
  },
  {
    title: 'Service of type ClusterIP',
    path: core('services'),
    template: object('v1 Service', 'cluster-ip', { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }),
    change: stepped({ spec: { ports: [{ port: 81 }] } }),
    arrived: t => ({
      spec: { clusterIP: unlike(t.spec.clusterIP), ports: [{ port: 80 }] },
    }),
    changed: { spec: { ports: [{ port: 81, targetPort: 81 }], clusterIP: expect.stringMatching(SERVICE_ADDRESS) } },
    reflected: () => undefined,
  },
  {
    title: 'headless Service',
    path: core('services'),
    template: object('v1 Service', 'headless', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
    change: stepped({ spec: { publishNotReadyAddresses: true } }),
    arrived: () => ({ spec: { clusterIP: 'None' } }),
    changed: { spec: { clusterIP: 'None', publishNotReadyAddresses: true } },
    reflected: () => undefined,
  },
  {
    title: 'Service of type NodePort',
    path: core('services'),
    template: object('v1 Service', 'node-port', { spec: { type: 'NodePort', ports: [{ name: 'a', port: 80 }] } }),
    change: stepped({ spec: { externalTrafficPolicy: 'Local' } }),
    arrived: t => ({ spec: { ports: [{ nodePort: t.spec.ports[0].nodePort }] } }),
    changed: { spec: { externalTrafficPolicy: 'Local', clusterIP: expect.stringMatching(SERVICE_ADDRESS) } },
    reflected: () => undefined,
  },
  {
    title: 'Service of type LoadBalancer',
    path: core('services'),
    template: object('v1 Service', 'load-balancer', {
      spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
    }),
    change: stepped({ spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }),
    changed: {
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24'], healthCheckNodePort: expect.any(Number) },
    },
    byHand: n => ({ loadBalancer: { ingress: [{ ip: ipOf(4 - n) }, { hostname: 'all.example.com' }] } }),
    reflected: m => ({ loadBalancer: m.status.loadBalancer }),
    total: () => ({
      loadBalancer: {
        ingress: [{ hostname: 'all.example.com' }, ...[1, 2, 3].map(n => expect.objectContaining({ ip: ipOf(n) }))],
      },
    }),
  },
  {
    title: 'Service of type ExternalName',
    path: core('services'),
    template: object('v1 Service', 'external', { spec: { type: 'ExternalName', externalName: 'a.example.com' } }),
    change: stepped({ spec: { externalName: 'b.example.com' } }),
    arrived: () => ({ spec: { externalName: 'a.example.com' } }),
    changed: { spec: { externalName: 'b.example.com' } },
    reflected: () => undefined,
  },
  {
    title: 'Ingress',
    path: grouped('networking.k8s.io/v1', 'ingresses'),
    template: object('networking.k8s.io/v1 Ingress', 'ingress', {
      spec: { defaultBackend: { service: { name: 'cluster-ip', port: { number: 80 } } } },
    }),
    change: stepped({ spec: { defaultBackend: { service: { port: { number: 81 } } } } }),
    changed: { spec: { defaultBackend: { service: { port: { number: 81 } } } } },
    byHand: n => ({ loadBalancer: { ingress: [{ ip: ipOf(n) }] } }),
    total: () => ({ loadBalancer: { ingress: [1, 2, 3].map(n => ({ ip: ipOf(n) })) } }),
  },
  {
    title: 'ConfigMap',
    path: core('configmaps'),
    template: object('v1 ConfigMap', 'configmap', { data: { a: '1', b: '', c: '3' }, binaryData: { d: 'AAE=' } }),
    change: stepped({ data: { a: '2', c: null } }),
    arrived: () => ({ data: { a: '1', b: '', c: '3' }, binaryData: { d: 'AAE=' } }),
    changed: { data: { a: '2', b: '' } },
    dropped: m => m.data.c,
  },
  {
    title: 'Secret, Opaque',
    path: core('secrets'),
    template: object('v1 Secret', 'opaque', { data: { a: 'MQ==' } }),
    change: stepped({ data: { a: 'Mg==', b: '' } }),
    arrived: () => ({ type: 'Opaque', data: { a: 'MQ==' } }),
    changed: { data: { a: 'Mg==', b: '' } },
  },
  {
    title: 'Secret, tls',
    path: core('secrets'),
    template: object('v1 Secret', 'tls', {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'MQ==', 'tls.key': 'MQ==' },
    }),
    change: stepped({ data: { 'tls.crt': 'Mg==' } }),
    arrived: () => ({ type: 'kubernetes.io/tls', data: { 'tls.crt': 'MQ==' } }),
    changed: { data: { 'tls.crt': 'Mg==', 'tls.key': 'MQ==' } },
  },
  {
    title: 'Secret, service-account-token',
    path: core('secrets'),
    template: object('v1 Secret', 'token', {
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'token',
        namespace: 'default',
        labels: FLEET_LABEL,
        annotations: { 'kubernetes.io/service-account.name': 'robot' },
      },
    }),
    needs: 'ServiceAccount',
    change: stepped(),
    // Each cluster makes its own token; none of the host's reaches a member.
    arrived: t => ({ data: { token: unlike(t.data.token) } }),
    changed: { data: { token: expect.any(String) } },
  },
  {
    title: 'ServiceAccount',
    path: core('serviceaccounts'),
    template: object('v1 ServiceAccount', 'robot', { automountServiceAccountToken: false }),
    change: stepped({ imagePullSecrets: [{ name: 'opaque' }] }),
    changed: { imagePullSecrets: [{ name: 'opaque' }], automountServiceAccountToken: false },
  },
  {
    title: 'PersistentVolume',
    path: '/api/v1/persistentvolumes',
    template: clusterWide('v1 PersistentVolume', 'disk', {
      spec: {
        capacity: { storage: '1024Mi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/disk' },
        storageClassName: '',
      },
    }),
    change: stepped({ spec: { mountOptions: ['ro'] } }),
    changed: { spec: { mountOptions: ['ro'], claimRef: { name: 'claim', uid: expect.any(String) } } },
    total: () => ({ phase: 'Bound' }),
  },
  {
    title: 'PersistentVolumeClaim',
    path: core('persistentvolumeclaims'),
    template: object('v1 PersistentVolumeClaim', 'claim', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1024Mi' } },
        storageClassName: '',
        volumeName: '',
      },
    }),
    change: stepped(),
    changed: { spec: { volumeName: 'disk' } },
    total: () => ({ phase: 'Bound' }),
  },
  {
    title: 'HorizontalPodAutoscaler',
    path: grouped('autoscaling/v2', 'horizontalpodautoscalers'),
    template: object('autoscaling/v2 HorizontalPodAutoscaler', 'autoscaler', {
      spec: {
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nowhere' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1000m' } } },
        ],
      },
    }),
    change: stepped({ spec: { maxReplicas: 8 } }),
    changed: { spec: { maxReplicas: 8 } },
    byHand: n => ({ currentReplicas: n, desiredReplicas: 2 }),
    reflected: ({ status: { currentReplicas, desiredReplicas } }) => ({ currentReplicas, desiredReplicas }),
    total: () => ({ currentReplicas: 6, desiredReplicas: 6 }),
  },
  {
    title: 'PodDisruptionBudget',
    path: grouped('policy/v1', 'poddisruptionbudgets'),
    needs: 'ReplicaSet',
    template: object('policy/v1 PodDisruptionBudget', 'budget', {
      spec: { selector: { matchLabels: { app: 'replicaset' } }, minAvailable: 1 },
    }),
    change: stepped({ spec: { minAvailable: '100%' } }),
    changed: { spec: { minAvailable: '100%' } },
    reflected: ({ status: { disruptionsAllowed, desiredHealthy } }) => ({
      ...{ disruptionsAllowed, desiredHealthy },
      ...{ expectedPods: 2, currentHealthy: 2 },
    }),
    total: () => ({ expectedPods: 6, currentHealthy: 6, desiredHealthy: 3, disruptionsAllowed: 3 }),
    changedTotal: () => ({ expectedPods: 6, currentHealthy: 6, desiredHealthy: 6, disruptionsAllowed: 0 }),
  },
  {
    title: 'NetworkPolicy',
    path: grouped('networking.k8s.io/v1', 'networkpolicies'),
    template: object('networking.k8s.io/v1 NetworkPolicy', 'network-policy', {
      spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }, {}] },
    }),
    change: stepped({ spec: { ingress: [] } }),
    arrived: () => ({ spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }, {}] } }),
    changed: { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
    dropped: m => m.spec.ingress,
  },
  {
    title: 'Role',
    path: grouped('rbac.authorization.k8s.io/v1', 'roles'),
    template: object('rbac.authorization.k8s.io/v1 Role', 'role', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
    change: stepped({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }),
    changed: { rules: [{ verbs: ['list'] }] },
  },
  {
    title: 'RoleBinding',
    path: grouped('rbac.authorization.k8s.io/v1', 'rolebindings'),
    template: object('rbac.authorization.k8s.io/v1 RoleBinding', 'role', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    }),
    change: stepped({ subjects: null }),
    arrived: () => ({ subjects: [{ kind: 'ServiceAccount', name: 'robot' }] }),
    changed: { roleRef: { name: 'role' } },
    dropped: m => m.subjects,
  },
  {
    title: 'ResourceQuota',
    path: core('resourcequotas'),
    template: object('v1 ResourceQuota', 'quota', {
      spec: { hard: { 'count/leases.coordination.k8s.io': 1000 } },
    }),
    change: stepped({ spec: { hard: { 'count/leases.coordination.k8s.io': 2000 } } }),
    arrived: () => ({ status: { hard: { 'count/leases.coordination.k8s.io': '1k' } } }),
    changed: { status: { hard: { 'count/leases.coordination.k8s.io': '2k' } } },
  },
  {
    title: 'Namespace',
    path: '/api/v1/namespaces',
    template: clusterWide('v1 Namespace', 'team-kinds'),
    change: stepped(),
    changed: { status: { phase: 'Active' } },
  },
  {
    title: 'CustomResourceDefinition',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    template: clusterWide('apiextensions.k8s.io/v1 CustomResourceDefinition', 'widgets.example.com', {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    }),
    change: stepped({ spec: { names: { shortNames: ['wg'] } } }),
    changed: { spec: { names: { shortNames: ['wg'] } }, status: { acceptedNames: { shortNames: ['wg'] } } },
  },
  {
    title: 'custom resource',
    path: grouped('example.com/v1', 'widgets'),
    needs: 'CustomResourceDefinition',
    template: object('example.com/v1 Widget', 'widget', {
      spec: { size: 1, empty: '', none: [], nothing: {}, off: false, zero: 0, limits: { cpu: '1000m' } },
    }),
    change: stepped({ spec: { size: 2, empty: null } }),
    arrived: () => ({ spec: { size: 1, empty: '', none: [], nothing: {}, off: false, zero: 0 } }),
    changed: { spec: { size: 2, none: [] } },
    dropped: m => m.spec.empty,
    byHand: n => ({ phase: `Ready${n}`, empty: [] }),
  },
  {
    title: 'ClusterRole',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    template: clusterWide('rbac.authorization.k8s.io/v1 ClusterRole', 'fleet-reader', {
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    }),
    change: stepped({ rules: [] }),
    arrived: () => ({ rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] }),
    changed: {},
    dropped: m => m.rules?.[0],
  },
]

function replicaCounters(count: number) {
  return { replicas: count, readyReplicas: count, availableReplicas: count }
}

function daemonCounters(count: number) {
  return {
    currentNumberScheduled: count,
    numberMisscheduled: 0,
    desiredNumberScheduled: count,
    numberReady: count,
    updatedNumberScheduled: count,
    numberAvailable: count,
  }
}
