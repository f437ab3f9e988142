import { randomUUID } from 'node:crypto'
import { bindingName, referenceKey } from '../../src/object/generated-names.ts'
import { type AnyObject, apply, eventually, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { bindingOf, manifestOf, type WorkLeaving, workOf } from './leavings.ts'

/** The namespace of the story. */
export const SHOP = 'shop'
/** Which member has how many Pods of `web`: not what anybody would choose today. */
export const SHARES: Readonly<Record<string, number>> = { member1: 4, member2: 1 }
export const MANAGER = 'karmada-controller-manager'

const PLACEMENT = {
  clusterAffinity: { clusterNames: ['member1', 'member2'] },
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: { dynamicWeight: 'AvailableReplicas' },
  },
}
const IDS = {
  pp: randomUUID(),
  cpp: randomUUID(),
  web: randomUUID(),
  settings: randomUUID(),
  service: randomUUID(),
  role: randomUUID(),
}
const CLAIM = {
  labels: { 'propagationpolicy.karmada.io/permanent-id': IDS.pp },
  annotations: { 'propagationpolicy.karmada.io/namespace': SHOP, 'propagationpolicy.karmada.io/name': 'shop' },
}
const CLUSTER_CLAIM = {
  labels: { 'clusterpropagationpolicy.karmada.io/permanent-id': IDS.cpp },
  annotations: { 'clusterpropagationpolicy.karmada.io/name': 'readers' },
}
const OVERRIDERS = { imageOverrider: [{ component: 'Registry', operator: 'replace', value: 'registry.two.example' }] }

export const PATHS: Readonly<Record<string, string>> = {
  Deployment: `/apis/apps/v1/namespaces/${SHOP}/deployments`,
  Service: `/api/v1/namespaces/${SHOP}/services`,
  ConfigMap: `/api/v1/namespaces/${SHOP}/configmaps`,
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
}

/** What users wrote. */
function templates(): readonly AnyObject[] {
  const metadata = { namespace: SHOP }
  const container = {
    name: 'web',
    image: 'registry.example/web:1',
    envFrom: [{ configMapRef: { name: 'settings' } }],
    env: [{ name: 'COLOUR', value: 'green' }],
  }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, name: 'web', ...CLAIM, annotations: { ...CLAIM.annotations, note: 'of the shop' } },
      spec: {
        replicas: 5,
        minReadySeconds: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, name: 'web', ...CLAIM },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: 'settings' },
      data: { mode: 'fast', extra: 'old' },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'shop-reader', ...CLUSTER_CLAIM },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
  ]
}

function policies(): readonly object[] {
  const apiVersion = 'policy.karmada.io/v1alpha1'
  const select = (kind: string, group: string, name: string): object => ({ apiVersion: group, kind, name })
  return [
    {
      apiVersion,
      kind: 'PropagationPolicy',
      metadata: {
        namespace: SHOP,
        name: 'shop',
        labels: CLAIM.labels,
        finalizers: ['karmada.io/propagation-policy-controller'],
      },
      spec: {
        propagateDeps: true,
        placement: PLACEMENT,
        resourceSelectors: [
          { ...select('Deployment', 'apps/v1', 'web'), namespace: SHOP },
          { ...select('Service', 'v1', 'web'), namespace: SHOP },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ClusterPropagationPolicy',
      metadata: {
        name: 'readers',
        labels: CLUSTER_CLAIM.labels,
        finalizers: ['karmada.io/cluster-propagation-policy-controller'],
      },
      spec: {
        placement: { clusterAffinity: { clusterNames: ['member1'] } },
        resourceSelectors: [select('ClusterRole', 'rbac.authorization.k8s.io/v1', 'shop-reader')],
      },
    },
    {
      apiVersion,
      kind: 'OverridePolicy',
      metadata: { namespace: SHOP, name: 'second' },
      spec: {
        resourceSelectors: [{ ...select('Deployment', 'apps/v1', 'web'), namespace: SHOP }],
        overrideRules: [{ targetCluster: { clusterNames: ['member2'] }, overriders: OVERRIDERS }],
      },
    },
  ]
}

interface Placed {
  readonly template: AnyObject
  readonly id: string
  readonly clusters: readonly { readonly name: string; readonly replicas?: number }[]
  readonly claim: { readonly labels: object; readonly annotations: object }
  readonly spec: object
  readonly annotations?: object
}

/** What the shop is in Karmada, and what it has in the members: everything that Karmada writes, by the manager of its updates. */
export async function openShop(
  karmada: ControlPlane,
  members: readonly ControlPlane[],
): Promise<readonly WorkLeaving[]> {
  await apply(karmada, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SHOP, labels: { team: 'shop' } } })
  await apply(karmada, ...policies(), ...templates())
  const stored = new Map<string, AnyObject>()
  for (const { kind, metadata } of templates())
    stored.set(kind, await karmada.request(`${PATHS[kind]}/${metadata.name}`))
  const leavings = (await Promise.all(placed(stored).map(each => leave(karmada, each)))).flat()
  for (const member of members) await fillMember(member, leavings)
  await eventually('the Pods of the shop are ready', async () => {
    const all = await Promise.all(
      members.map(member => readObject(member, { kind: 'deployment', name: 'web', namespace: SHOP })),
    )
    return all.every((web, index) => web?.status?.readyReplicas === SHARES[members[index]?.name ?? ''])
  })
  return leavings
}

function placed(stored: ReadonlyMap<string, AnyObject>): readonly Placed[] {
  const both = Object.entries(SHARES)
  const [web, service, settings, role] = ['Deployment', 'Service', 'ConfigMap', 'ClusterRole'].map(kind =>
    stored.get(kind),
  )
  const common = { schedulerName: 'default-scheduler', conflictResolution: 'Abort' }
  const applied = (placement: object) => ({ 'policy.karmada.io/applied-placement': JSON.stringify(placement) })
  const names = both.map(([name]) => ({ name }))
  const shares = both.map(([name, replicas]) => ({ name, replicas }))
  const readers = { clusterAffinity: { clusterNames: ['member1'] } }
  const dependencies = JSON.stringify([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: SHOP, name: 'settings' }])
  const of = {
    spec: { ...common, placement: PLACEMENT, propagateDeps: true },
    claim: CLAIM,
    annotations: applied(PLACEMENT),
  }
  return [
    {
      ...of,
      template: web,
      id: IDS.web,
      clusters: shares,
      spec: { ...of.spec, replicas: 5 },
      annotations: { ...of.annotations, 'resourcebinding.karmada.io/dependencies': dependencies },
    },
    { ...of, template: service, id: IDS.service, clusters: names },
    {
      template: settings,
      id: IDS.settings,
      clusters: names,
      claim: { labels: dependedBy(), annotations: {} },
      spec: {
        conflictResolution: 'Abort',
        requiredBy: [{ namespace: SHOP, name: 'web-deployment', clusters: shares }],
      },
    },
    {
      template: role,
      id: IDS.role,
      clusters: [{ name: 'member1' }],
      claim: CLUSTER_CLAIM,
      spec: { ...common, placement: readers },
      annotations: applied(readers),
    },
  ]
}

function dependedBy(): object {
  return {
    [`resourcebinding.karmada.io/depended-by-${referenceKey({ namespace: SHOP, name: 'web-deployment' })}`]: IDS.web,
  }
}

/** Writes binding and Works of a template into Karmada. */
async function leave(karmada: ControlPlane, each: Placed): Promise<readonly WorkLeaving[]> {
  const { template, id, clusters, claim, spec, annotations } = each
  const { namespace, name } = template.metadata
  const kind = namespace === undefined ? 'ClusterResourceBinding' : 'ResourceBinding'
  const binding = { kind, name: bindingName({ kind: template.kind, name }), permanentId: id }
  const isAttached = 'requiredBy' in spec
  const whole = bindingOf({
    template,
    binding,
    labels: claim.labels,
    annotations: { ...claim.annotations, ...annotations },
    spec: { ...spec, ...(!isAttached && { clusters }) },
    clusters: clusters.map(cluster => cluster.name),
  })
  const space = namespace === undefined ? '' : `namespaces/${namespace}/`
  await write(karmada, `/apis/work.karmada.io/v1alpha2/${space}${kind.toLowerCase()}s`, whole)
  const leavings = clusters.map((target): WorkLeaving => {
    const revised = revise(template, target)
    return {
      template,
      binding,
      cluster: target.name,
      permanentId: randomUUID(),
      revised,
      ...(revised.overridden && {
        appliedOverrides: JSON.stringify([{ policyName: 'second', overriders: OVERRIDERS }]),
      }),
    }
  })
  for (const leaving of leavings) {
    const { replicas } = leaving.revised.spec ?? {}
    const status = template.kind === 'Deployment' ? deploymentStatus(replicas) : undefined
    const work = workOf(leaving, status)
    await write(karmada, `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${leaving.cluster}/works`, work)
  }
  return leavings
}

function revise(
  template: AnyObject,
  { name, replicas }: { readonly name: string; readonly replicas?: number },
): AnyObject {
  if (template.kind !== 'Deployment') return template
  const copy = structuredClone(template)
  copy.spec.replicas = replicas
  if (name !== 'member2') return copy
  copy.spec.template.spec.containers[0].image = 'registry.two.example/web:1'
  // Not a field of the API: tells the caller.
  Object.defineProperty(copy, 'overridden', { value: true, enumerable: false })
  return copy
}

function deploymentStatus(replicas: number): object {
  return {
    ...{ replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas },
    ...{ observedGeneration: 1, generation: 1, resourceTemplateGeneration: 1 },
  }
}

/** Creates an object, and writes its status as a controller does. */
async function write(cluster: ControlPlane, path: string, object: AnyObject): Promise<void> {
  const { status, ...fields } = object
  await cluster.request(`${path}?fieldManager=${MANAGER}`, { method: 'POST', body: fields })
  const own = `${path}/${object.metadata.name}/status?fieldManager=${MANAGER}`
  if (status !== undefined) await cluster.request(own, { method: 'PATCH', body: { status } })
}

async function fillMember(member: ControlPlane, leavings: readonly WorkLeaving[]): Promise<void> {
  const labels = { team: 'shop', 'karmada.io/managed': 'true', 'work.karmada.io/permanent-id': randomUUID() }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SHOP, labels } }
  await member.request(`/api/v1/namespaces?fieldManager=${MANAGER}`, { method: 'POST', body: namespace })
  for (const leaving of leavings.filter(({ cluster }) => cluster === member.name))
    await member.request(`${PATHS[leaving.template.kind]}?fieldManager=${MANAGER}`, {
      method: 'POST',
      body: manifestOf(leaving),
    })
}

/** What Karmada does when it is at work again: a full update of everything that its Works carry. */
export async function karmadaWritesAgain(
  members: readonly ControlPlane[],
  leavings: readonly WorkLeaving[],
): Promise<void> {
  for (const leaving of leavings) {
    const member = members.find(({ name }) => name === leaving.cluster)
    const manifest = manifestOf(leaving)
    const path = `${PATHS[manifest.kind]}/${manifest.metadata.name}`
    // A controller of the member may write a status in between.
    await eventually(`${path} is written in ${leaving.cluster}`, async () => {
      const live: AnyObject = await member?.request(path)
      const { resourceVersion, labels, annotations } = live.metadata
      const retained = live.kind === 'Service' ? { spec: { ...manifest.spec, clusterIP: live.spec.clusterIP } } : {}
      const metadata = {
        ...manifest.metadata,
        resourceVersion,
        labels: { ...labels, ...manifest.metadata.labels },
        annotations: { ...annotations, ...manifest.metadata.annotations },
      }
      return member?.request(`${path}?fieldManager=${MANAGER}`, {
        method: 'PUT',
        body: { ...manifest, ...retained, metadata },
      })
    })
  }
}
