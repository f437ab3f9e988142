import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { RESOURCE_BINDING, type Resource, SECRET, WORK } from '../api/kinds.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { AggregatedStatusItem } from '../interpreter/kind-interpreter.ts'
import type { Client } from '../kube/client.ts'
import { newClient } from '../kube/new-client.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import { keyOf } from '../object/object-key.ts'
import { frozen, frozenObject, reports } from '../testing/frozen-object.ts'
import { memberManifest } from './member-manifest.ts'
import { renderWork } from './render-work.ts'

// What we write must come back as we wrote it: else every look at it would write it again.

jest.setTimeout(120_000)

let apiserver: Apiserver
let client: Client
const interpreter = newInterpreter()

beforeAll(async () => {
  apiserver = await startApiserver()
  const { url, ca, token } = apiserver.cluster.endpoint
  client = newClient({ name: 'host', server: url, caPem: ca, token: { type: 'static', token } }, {})
  await apiserver.cluster.kubectl(['apply', '--server-side', '-f', 'crds/work.karmada.io_works.yaml'])
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

const labels = { app: 'x' }
const podTemplate = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a' }], restartPolicy: 'Always' } }
const workload = { selector: { matchLabels: labels }, template: podTemplate }
const resource = (type: string, plural: string, namespaced = true): Resource => {
  const [apiVersion = '', kind = ''] = type.split(' ')
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return { group, version, kind, plural, namespaced }
}
const current = { generation: 1, observedGeneration: 1, resourceTemplateGeneration: 1 }

interface Case {
  /** Of the object. */
  readonly name?: string
  readonly type: string
  readonly plural: string
  readonly namespaced?: boolean
  readonly fields: JsonObject
  /** One report after the other, each of all clusters. */
  readonly statuses: readonly Readonly<Record<string, JsonObject>>[]
}

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`
const jobEnd = (type: string) => [{ type, status: 'True', lastTransitionTime: at(5) }]
const jobSpec = { template: { spec: { ...podTemplate.spec, restartPolicy: 'Never' } }, parallelism: 2, completions: 2 }
const running = { active: 1, startTime: at(1) }
const complete = { succeeded: 1, startTime: at(1), completionTime: at(5), conditions: jobEnd('Complete') }
const failed = { failed: 1, startTime: at(2), conditions: jobEnd('Failed') }

const CASES: readonly Case[] = [
  {
    type: 'apps/v1 Deployment',
    plural: 'deployments',
    fields: { spec: { ...workload, replicas: 2 } },
    statuses: [
      {},
      { a: { ...current, replicas: 1, readyReplicas: 1 }, b: { ...current, replicas: 1 } },
      { a: current },
    ],
  },
  {
    type: 'apps/v1 ReplicaSet',
    plural: 'replicasets',
    fields: { spec: workload },
    statuses: [{}, { a: { ...current, replicas: 1, readyReplicas: 1, availableReplicas: 1 } }, { a: current }],
  },
  {
    type: 'apps/v1 DaemonSet',
    plural: 'daemonsets',
    fields: { spec: workload },
    statuses: [{}, { a: { ...current, desiredNumberScheduled: 2, numberUnavailable: 1 } }, { a: current }],
  },
  {
    type: 'apps/v1 StatefulSet',
    plural: 'statefulsets',
    fields: { spec: { ...workload, serviceName: 's' } },
    statuses: [{}, { a: { ...current, replicas: 2, readyReplicas: 1 } }, { a: current }],
  },
  {
    type: 'batch/v1 Job',
    plural: 'jobs',
    name: 'completes',
    fields: { spec: jobSpec },
    statuses: [
      {},
      { a: running, b: running },
      { a: complete, b: { ...running, failed: 3 } },
      { a: complete, b: running },
      { a: complete, b: complete },
    ],
  },
  {
    type: 'batch/v1 Job',
    plural: 'jobs',
    name: 'fails',
    fields: { spec: jobSpec },
    statuses: [
      { a: running },
      { a: failed, b: running },
      { a: running, b: running },
      { a: failed, b: complete },
      { a: complete, b: complete },
    ],
  },
  {
    type: 'batch/v1 CronJob',
    plural: 'cronjobs',
    fields: { spec: { schedule: '* * * * *', jobTemplate: { spec: jobSpec } } },
    statuses: [
      {},
      { a: { active: [{ name: 'x', kind: 'Job' }], lastScheduleTime: at(1) } },
      { a: { lastSuccessfulTime: at(2) } },
    ],
  },
  {
    type: 'v1 Pod',
    plural: 'pods',
    fields: { spec: podTemplate.spec },
    statuses: [
      { a: { phase: 'Pending' } },
      { a: { phase: 'Running', containerStatuses: [{ ready: true, state: { running: { startedAt: at(1) } } }] } },
    ],
  },
  {
    type: 'v1 Service',
    plural: 'services',
    fields: { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
    statuses: [{}, { a: { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } } }, {}],
  },
  {
    type: 'networking.k8s.io/v1 Ingress',
    plural: 'ingresses',
    fields: { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } },
    statuses: [{}, { a: { loadBalancer: { ingress: [{ hostname: 'x.example.com' }, { ip: '1.2.3.4' }] } } }],
  },
  {
    type: 'v1 PersistentVolume',
    plural: 'persistentvolumes',
    namespaced: false,
    fields: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } },
    statuses: [{}, { a: { phase: 'Available' } }, { a: { phase: 'Bound' } }],
  },
  {
    type: 'v1 PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    fields: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    statuses: [{}, { a: { phase: 'Bound' }, b: { phase: 'Pending' } }, { a: { phase: 'Bound' } }],
  },
  {
    type: 'policy/v1 PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    fields: { spec: { selector: { matchLabels: labels }, minAvailable: 1 } },
    statuses: [{}, { a: { expectedPods: 2, currentHealthy: 1, disruptedPods: { p: at(1) } } }],
  },
  {
    type: 'autoscaling/v2 HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    fields: { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } } },
    statuses: [{}, { a: { currentReplicas: 1, desiredReplicas: 2 } }],
  },
]

/** Writes the status of a template as the operator does; nothing when it is right. */
async function aggregate(row: Resource, template: KubeObject, items: readonly AggregatedStatusItem[]) {
  const next = await interpreter.aggregateStatus(template, items)
  const body = next && mergePatch({ status: template['status'] ?? {} }, { status: next['status'] ?? {} })
  if (body === undefined) return undefined
  return client.patch(row, keyOf(template), { type: 'merge', body }, { subresource: 'status' })
}

describe('an aggregated status', () => {
  it.each(CASES.map(testCase => ({ name: 'nginx', ...testCase })))(
    'of $type is let through and settles ($name)',
    async testCase => {
      const { type, plural, name, namespaced = true, fields, statuses } = testCase
      const row = resource(type, plural, namespaced)
      const wanted = frozenObject(type, { ...fields, metadata: { name } })
      const { namespace: _namespace, ...clusterWide } = wanted.metadata
      let template = await client.create(row, namespaced ? wanted : { ...wanted, metadata: clusterWide })
      for (const status of statuses) {
        template = (await aggregate(row, template, reports(status))) ?? template
        expect(await aggregate(row, template, reports(status))).toBeUndefined()
      }
    },
  )
})

const bindingLabels = { [RESOURCE_BINDING.permanentIdLabel]: 'b-id' }
const bindingOf = (template: KubeObject): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'x', namespace: 'default', labels: bindingLabels },
  spec: { resource: { apiVersion: template.apiVersion, kind: template.kind, name: template.metadata.name } },
})

describe('a Work', () => {
  const token = frozenObject('v1 Secret', {
    metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    type: 'kubernetes.io/service-account-token',
    data: { token: 'aG9zdA==' },
  })
  const configMap = frozenObject('v1 ConfigMap', JSON.parse('{"data":{"__proto__":"x","empty":""}}'))
  it.each([
    { name: 'a token, whose data is null', template: token },
    { name: 'a ConfigMap with a __proto__ key', template: configMap },
  ])('comes back as it was written: $name', async ({ template }) => {
    await apiserver.cluster.kubectl(
      ['apply', '-f', '-'],
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: karmada-es-a}\n',
    )
    const input = {
      binding: bindingOf(template),
      bindingKind: RESOURCE_BINDING,
      template,
      manifest: template,
      cluster: 'a',
      newUid: () => 'w',
    }
    const rendered = renderWork(input)
    const stored = await client.create(WORK, rendered)
    expect(JSON.stringify(stored['spec'])).toContain(
      JSON.stringify(template['data'] && rendered.spec.workload?.manifests?.[0]?.['data']),
    )
    const existing = frozen({ ...rendered, ...stored, spec: rendered.spec, status: {} })
    expect(renderWork({ ...input, existing }).metadata).toEqual(stored.metadata)
    expect(stored['spec']).toEqual(rendered.spec)
  })

  it('of a token is applied without taking the data that the member filled in', async () => {
    await apiserver.cluster.kubectl(['create', 'serviceaccount', 'default', '-n', 'default']).catch(() => undefined)
    const work = renderWork({
      binding: bindingOf(token),
      bindingKind: RESOURCE_BINDING,
      template: token,
      manifest: token,
      cluster: 'a',
      newUid: () => 'w',
    })
    const manifest = frozen({ ...token, ...work.spec.workload?.manifests?.[0] })
    const first = await client.apply(SECRET, await memberManifest(manifest, undefined, interpreter))
    const filled = { type: 'merge', body: { data: { token: 'bWVtYmVy' } } } as const
    const observed = await client.patch(SECRET, keyOf(first), filled, { fieldManager: 'token-controller' })
    const again = await client.apply(SECRET, await memberManifest(manifest, observed, interpreter))
    expect(again['data']).toEqual({ token: 'bWVtYmVy' })
  })
})
