import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { useApiserver } from '../../e2e/test-apiserver.ts'
import { CLUSTER, CUSTOM_RESOURCE_DEFINITION, NAMESPACE, RESOURCE_BINDING, type Resource, WORK } from '../api/kinds.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { findCondition } from '../object/condition.ts'
import { gvkOf } from '../object/gvk.ts'
import type { Binding, Cluster, Work } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../object/object-key.ts'
import { listCustomResources } from '../registration/custom-resources.ts'
import { systemClock } from '../runtime/clock.ts'
import { type ControllerOptions, newControllers } from '../runtime/controller.ts'
import { newInformer, type RunningInformer } from '../runtime/informer.ts'
import { newInformerSet } from '../runtime/informer-set.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { silentLog } from '../testing/silent-log.ts'
import { startAggregation } from './aggregate/controller.ts'
import { startCollection } from './collect/controller.ts'
import { HOST_WORKLOAD_RUNNING } from './collect/plan.ts'
import { newReflectionReconciler } from './reflect/reconciler.ts'

// Which kinds are templates, policies say; so a leader may know bindings and what members report before it knows a single template.

jest.setTimeout(120_000)

const DEPLOYMENT: Resource = {
  ...{ group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
}
const PERMANENT_ID = '38bbabb6-47a1-487b-8234-95fabb38acfb'
const deps = { clock: systemClock, log: silentLog }

const apiserver = useApiserver()
const stops: (() => unknown)[] = []

beforeAll(async () => {
  const { client } = apiserver
  for (const definition of listCustomResources()) {
    if (/^(works|clusters|resourcebindings)\./.test(definition.metadata.name))
      await client.create(CUSTOM_RESOURCE_DEFINITION, definition)
  }
  await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karmada-es-m1' } })
  for (const resource of [WORK, CLUSTER, RESOURCE_BINDING])
    await untilSome(() => client.list(resource).catch(() => undefined))
}, 120_000)

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

const NAMED = { name: 'late', namespace: 'default' }
const labels = { app: 'late' }
const template = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: NAMED,
  spec: {
    ...{ replicas: 2, selector: { matchLabels: labels } },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example.com/main' }] } },
  },
}

/** As the leader before has left it. */
async function makeBinding({ metadata: { name, uid = '' } }: KubeObject): Promise<void> {
  const { client } = apiserver
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name, uid }
  const binding = await client.create(RESOURCE_BINDING, {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: {
      ...{ name: `${name}-deployment`, namespace: 'default' },
      labels: { [RESOURCE_BINDING.permanentIdLabel]: PERMANENT_ID },
    },
    spec: { resource, replicas: 2, clusters: [{ name: 'm1', replicas: 2 }] },
  })
  const { metadata } = await client.create(WORK, {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: { name, namespace: 'karmada-es-m1', labels: binding.metadata.labels ?? {} },
    spec: { workload: { manifests: [template] } },
  })
  const status = {
    ...{ generation: 1, observedGeneration: 1, resourceTemplateGeneration: 1 },
    ...{ replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 },
  }
  const identifier = { ordinal: 0, group: 'apps', version: 'v1', kind: 'Deployment', resource: '', ...NAMED }
  const at = '2026-01-01T00:00:00Z'
  const applied = { type: 'Applied', status: 'True', reason: 'AppliedSuccessful', message: '', lastTransitionTime: at }
  const reported = { conditions: [applied], manifestStatuses: [{ identifier, status, health: 'Healthy' }] }
  const aggregatedStatus = [{ clusterName: 'm1', applied: true, health: 'Healthy', status }]
  await report(WORK, { namespace: 'karmada-es-m1', name: metadata.name }, reported)
  await report(RESOURCE_BINDING, keyOf(binding), { aggregatedStatus })
}

const report = (resource: Resource, key: ObjectKey, status: JsonObject) =>
  apiserver.client.patch(resource, key, { type: 'merge', body: { status } }, { subresource: 'status' })

async function start<T extends KubeObject>(
  resource: Resource,
  indexes: Readonly<Record<string, (object: T) => readonly string[]>> = {},
): Promise<RunningInformer<T>> {
  const informer = newInformer<T>({ ...deps, client: apiserver.client }, { resource, indexes })
  stops.push(() => informer.stop())
  await informer.waitForSync(AbortSignal.timeout(60_000))
  return informer
}

it('a template that is known later than its binding gets its status, and its binding what it does on the host', async () => {
  const { client } = apiserver
  await makeBinding(await client.create(DEPLOYMENT, template))
  const bindings = await start<Binding>(RESOURCE_BINDING)
  const templates = newInformerSet({
    resourceFor: async () => DEPLOYMENT,
    start: resource => newInformer({ ...deps, client }, { resource }),
  })
  stops.push(() => templates.stop())
  let reconciled = 0
  const newController = (options: ControllerOptions) =>
    newControllers(deps)({
      ...options,
      reconcile: async (...args) => {
        const result = await options.reconcile(...args)
        reconciled++
        return result
      },
    })
  const shared = {
    ...{ host: client, clock: systemClock, templates, newController },
    ...{
      works: await start<Work>(WORK, { binding: () => [PERMANENT_ID] }),
      byBinding: 'binding',
      clusters: await start<Cluster>(CLUSTER),
    },
    ...{ recorder: { event: () => undefined }, bindings: [{ kind: RESOURCE_BINDING, informer: bindings }] },
    ...{ concurrency: 1, gatherMs: 0, interpreter: newInterpreter() },
  }
  const aggregating = startAggregation({
    ...shared,
    runsOnHost: () => undefined,
    statusOwner: () => 'anybody',
    onOwnersChange: () => () => undefined,
  })
  const traces = ({ metadata }: KubeObject): string => `${metadata.name} runs`
  const collecting = startCollection({
    ...{ ...shared, traces, holdMs: 0, schedulerName: 'default-scheduler' },
    runsOnHost: ({ spec: { resource } }) => {
      const found = templates.get(gvkOf(template), { namespace: 'default', name: resource.name })
      return found && traces(found)
    },
  })
  stops.push(aggregating, collecting)
  await untilSome(() => reconciled >= 2)
  await templates.ensure(gvkOf(template))
  const status = await untilSome(async () => {
    const found: KubeObject & { readonly status?: JsonObject } = await client.get(DEPLOYMENT, NAMED)
    return found.status?.['readyReplicas'] !== undefined && found.status
  })
  expect(status).toMatchObject({ replicas: 2, readyReplicas: 2, observedGeneration: 1 })
  const told = await untilSome(async () => {
    const found = (await client.get(RESOURCE_BINDING, { namespace: 'default', name: 'late-deployment' })) as Binding
    return findCondition(found.status?.conditions, HOST_WORKLOAD_RUNNING)
  })
  expect(told).toMatchObject({ status: 'True', message: 'late runs' })
})

it('what a write of before, which is done late, says of a binding is put right', async () => {
  const key = { namespace: 'default', name: 'late-deployment' }
  const { status } = (await apiserver.client.get(RESOURCE_BINDING, key)) as Binding
  expect(status?.aggregatedStatus).toMatchObject([{ clusterName: 'm1', applied: true }])
  await report(RESOURCE_BINDING, key, { aggregatedStatus: [{ clusterName: 'm1', health: 'Unknown' }] })
  await untilSome(async () => {
    const now = (await apiserver.client.get(RESOURCE_BINDING, key)) as Binding
    return now.status?.aggregatedStatus?.[0]?.applied
  })
})

it('what a member holds is told again when the execution has written over it what was cached before', async () => {
  const { client } = apiserver
  const works = await start<Work>(WORK)
  const key = { namespace: 'karmada-es-m1', name: 'late' }
  const deployment = (readyReplicas: number): KubeObject => ({
    ...template,
    status: { observedGeneration: 1, replicas: 2, readyReplicas },
  })
  let held = deployment(1)
  let between = async (): Promise<void> => undefined
  const reconcile = newReflectionReconciler({
    ...{ works, interpreter: newInterpreter(), recorder: { event: () => undefined } },
    member: { name: 'm1', discovery: newDiscovery(client), informer: () => ({ ...works, get: () => held }) },
    host: {
      patch: async (...args) => {
        const answer = await client.patch(...args)
        await between()
        return answer
      },
    },
  })
  const run = () => reconcile(formatKey(key), AbortSignal.timeout(60_000))
  const readyOf = ({ status }: Work) => status?.manifestStatuses?.[0]?.status?.['readyReplicas']
  expect(await run()).toEqual({ next: 'change' })
  const cached = works.get(key)
  held = deployment(2)
  between = async () => {
    works.observe(await report(WORK, key, { manifestStatuses: cached?.status?.manifestStatuses }))
  }
  expect(await run()).toMatchObject({ next: 'timer' })
  between = async () => undefined
  expect(await run()).toEqual({ next: 'change' })
  expect(readyOf((await client.get(WORK, key)) as Work)).toBe(2)
})
