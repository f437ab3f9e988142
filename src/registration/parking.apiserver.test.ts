import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { PROPAGATION_POLICY, type Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { PARKABLE_KINDS } from '../parking/mechanisms.ts'
import { isParked, parked } from '../parking/park.ts'
import { unparked } from '../parking/record.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import {
  deployment,
  EVERYTHING,
  ofPods,
  parkable,
  resourceOf,
  selectingPolicy,
  useParkingApiserver,
} from '../testing/parking-fixture.ts'

// What the apiserver's own policies do with templates, without any controller beside them.

jest.setTimeout(120_000)

const PARKED = 'flotilla.dev/parked'
const RECORD = 'flotilla.dev/parked-fields'
const LOCAL = { 'flotilla.dev/local': 'true' }

const parking = useParkingApiserver()
const { create, patch, wouldBe, newNamespace, probe } = parking

const DEPLOYMENT = resourceOf('Deployment')
const containers = [{ name: 'main', image: 'main:1' }]
const jobOf = (podSpec: object = {}) => ({ template: { spec: { containers, restartPolicy: 'Never', ...podSpec } } })
const GATE = { name: PARKED }
const OWN_GATE = { name: 'example.com/own' }

interface KindCase {
  readonly name: string
  readonly kind: string
  /** What its user writes. */
  readonly spec: object
  /** What it has on the host. */
  readonly parkedAs: object
  readonly record: object
}

const KIND_CASES: readonly KindCase[] = [
  {
    name: 'Deployment',
    kind: 'Deployment',
    spec: ofPods(),
    parkedAs: { paused: true },
    record: { 'spec.paused': null },
  },
  {
    name: 'Deployment that its user paused',
    kind: 'Deployment',
    spec: { ...ofPods(), paused: true },
    parkedAs: { paused: true },
    record: { 'spec.paused': true },
  },
  {
    name: 'StatefulSet',
    kind: 'StatefulSet',
    spec: { ...ofPods(), serviceName: 'web' },
    parkedAs: { template: { spec: { schedulingGates: [GATE] } } },
    record: { 'spec.template.spec.schedulingGates': null },
  },
  {
    name: 'StatefulSet with a gate of its own',
    kind: 'StatefulSet',
    spec: { ...ofPods({ schedulingGates: [OWN_GATE] }), serviceName: 'web' },
    parkedAs: { template: { spec: { schedulingGates: [OWN_GATE, GATE] } } },
    record: { 'spec.template.spec.schedulingGates': [] },
  },
  {
    name: 'ReplicaSet',
    kind: 'ReplicaSet',
    spec: ofPods(),
    parkedAs: { template: { spec: { schedulingGates: [GATE] } } },
    record: { 'spec.template.spec.schedulingGates': null },
  },
  {
    name: 'DaemonSet',
    kind: 'DaemonSet',
    spec: ofPods(),
    parkedAs: { template: { spec: { nodeSelector: { [PARKED]: 'true' } } } },
    record: { 'spec.template.spec.nodeSelector': null },
  },
  {
    name: 'DaemonSet with nodes of its own',
    kind: 'DaemonSet',
    spec: ofPods({ nodeSelector: { disk: 'fast' } }),
    parkedAs: { template: { spec: { nodeSelector: { disk: 'fast', [PARKED]: 'true' } } } },
    record: { 'spec.template.spec.nodeSelector': {} },
  },
  {
    name: 'Job',
    kind: 'Job',
    spec: jobOf(),
    parkedAs: { managedBy: 'flotilla.dev/fleet', suspend: false },
    record: { 'spec.managedBy': null },
  },
  {
    name: 'Job that somebody else manages',
    kind: 'Job',
    spec: { ...jobOf(), managedBy: 'kueue.x-k8s.io/multikueue', suspend: true },
    parkedAs: { managedBy: 'flotilla.dev/fleet', suspend: true },
    record: { 'spec.managedBy': 'kueue.x-k8s.io/multikueue' },
  },
  {
    name: 'CronJob',
    kind: 'CronJob',
    spec: { schedule: '* * * * *', jobTemplate: { spec: jobOf() } },
    parkedAs: { suspend: true },
    record: { 'spec.suspend': false },
  },
  {
    name: 'CronJob that its user suspended',
    kind: 'CronJob',
    spec: { schedule: '* * * * *', suspend: true, jobTemplate: { spec: jobOf() } },
    parkedAs: { suspend: true },
    record: { 'spec.suspend': true },
  },
  {
    name: 'Pod',
    kind: 'Pod',
    spec: { containers },
    parkedAs: { schedulingGates: [GATE] },
    record: { 'spec.schedulingGates': null },
  },
  {
    name: 'Pod with a gate of its own',
    kind: 'Pod',
    spec: { containers, schedulingGates: [OWN_GATE] },
    parkedAs: { schedulingGates: [OWN_GATE, GATE] },
    record: { 'spec.schedulingGates': [] },
  },
  {
    name: 'Service of type LoadBalancer',
    kind: 'Service',
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    parkedAs: { loadBalancerClass: PARKED },
    record: { 'spec.loadBalancerClass': null },
  },
  {
    name: 'Service with a class of its own',
    kind: 'Service',
    spec: { type: 'LoadBalancer', loadBalancerClass: 'example.com/internal', ports: [{ port: 80 }] },
    parkedAs: { loadBalancerClass: PARKED },
    record: { 'spec.loadBalancerClass': 'example.com/internal' },
  },
]

describe('every kind that runs something is parked when it is made', () => {
  it.each(KIND_CASES)('$name', async ({ kind, spec, parkedAs, record }) => {
    const metadata = { namespace: EVERYTHING, labels: { mine: 'yes' }, annotations: { mine: 'yes' } }
    const made = await wouldBe(parkable(kind, metadata, spec))
    expect(made).toMatchObject({ spec: parkedAs, metadata: { labels: { mine: 'yes', [PARKED]: 'true' } } })
    expect(JSON.parse(made.metadata.annotations?.[RECORD] ?? '')).toEqual(record)
  })

  it.each(KIND_CASES)('$name gets its own fields back for the members', async ({ kind, spec }) => {
    const plain = await wouldBe(parkable(kind, { namespace: 'default' }, spec))
    const made = await wouldBe(parkable(kind, { namespace: EVERYTHING }, spec))
    // Each gets node ports and addresses of its own.
    const volatile = { clusterIP: '', clusterIPs: [], ports: [], selector: {}, template: {} }
    const settled = (of: KubeObject) =>
      kind === 'Service' || kind === 'Job' ? { ...specOf(of), ...volatile } : of['spec']
    expect(settled(unparked(made))).toEqual(settled(plain))
    expect(plain.metadata.labels ?? {}).not.toHaveProperty([PARKED])
    expect(plain.metadata.annotations ?? {}).not.toHaveProperty([RECORD])
  })

  it.each(KIND_CASES.filter(({ kind }) => isSameLater(kind)))(
    '$name is parked the same way by the operator when it exists already',
    async ({ kind, spec }) => {
      const existing = await wouldBe(parkable(kind, { namespace: 'default' }, spec))
      const byApiserver = await wouldBe(parkable(kind, { namespace: EVERYTHING }, spec))
      const byOperator = parked(existing)
      expect(byOperator?.['spec']).toEqual(byApiserver['spec'])
      expect(byOperator?.metadata.labels).toEqual(byApiserver.metadata.labels)
      expect(unparked(byOperator ?? existing)['spec']).toEqual(unparked(byApiserver)['spec'])
    },
  )

  it.each([
    { name: 'Service of type ClusterIP', spec: { ports: [{ port: 80 }] } },
    { name: 'Service of type NodePort', spec: { type: 'NodePort', ports: [{ port: 80 }] } },
    { name: 'Service of type ExternalName', spec: { type: 'ExternalName', externalName: 'a.example.com' } },
  ])('but not a $name, which does nothing there', async ({ spec }) => {
    const made = await wouldBe(parkable('Service', { namespace: EVERYTHING }, spec))
    expect(made.metadata.labels).toBeUndefined()
    expect(made.metadata.annotations).toBeUndefined()
    expect(made['spec']).not.toHaveProperty('loadBalancerClass')
  })
})

function isSameLater(kind: string): boolean {
  const row = PARKABLE_KINDS.find(({ resource }) => resource.kind === kind)
  return row?.later === row?.atCreation
}

function specOf(of: KubeObject): object {
  const spec = of['spec']
  return typeof spec === 'object' && spec !== null ? spec : {}
}

describe('a parked object', () => {
  const metadata = { namespace: EVERYTHING }
  const recordOf = ({ metadata: { annotations } }: KubeObject): unknown => JSON.parse(annotations?.[RECORD] ?? '{}')

  it('stays parked when it is resumed, and its own value is then none', async () => {
    const made = await create(deployment({ ...metadata, name: 'resumed' }, { paused: true }))
    expect(recordOf(made)).toEqual({ 'spec.paused': true })
    const resumed = await patch(made, { spec: { paused: null } })
    expect(resumed['spec']).toMatchObject({ paused: true })
    expect(recordOf(resumed)).toEqual({ 'spec.paused': null })
  })

  it('stays parked when its label and record are taken off', async () => {
    const made = await create(deployment({ ...metadata, name: 'stripped' }))
    const stripped = await patch(made, { metadata: { labels: null, annotations: null } })
    expect(stripped.metadata).toMatchObject({ labels: { [PARKED]: 'true' } })
    expect(stripped['spec']).toMatchObject({ paused: true })
  })

  it.each(KIND_CASES.filter(({ kind }) => kind !== 'Pod' && kind !== 'Job' && kind !== 'Service'))(
    'stays parked when it is replaced by what its user wrote: $name',
    async ({ kind, spec, parkedAs, record }) => {
      const name = `replaced-${KIND_CASES.findIndex(each => each.spec === spec)}`
      const written = parkable(kind, { ...metadata, name }, spec)
      const made = await create(written)
      const replaced = await parking.user.update(resourceOf(kind), written)
      expect(replaced).toMatchObject({ spec: parkedAs, metadata: { labels: { [PARKED]: 'true' } } })
      expect(recordOf(replaced)).toEqual(record)
      expect(replaced.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
    },
  )

  it.each(KIND_CASES.filter(({ kind }) => kind !== 'Job' && kind !== 'Service'))(
    'has its own fields again when it is made local: $name',
    async ({ kind, spec }) => {
      const name = `local-${KIND_CASES.findIndex(each => each.spec === spec)}`
      const made = await create(parkable(kind, { ...metadata, name }, spec))
      const local = await patch(made, { metadata: { labels: LOCAL } })
      expect(local['spec']).toEqual(unparked(made)['spec'])
      expect(local.metadata.labels).toEqual(LOCAL)
      expect(local.metadata.annotations ?? {}).not.toHaveProperty([RECORD])
    },
  )

  it('stays parked when it is made local, where the apiserver lets nobody change the field', async () => {
    const made = await create(parkable('Job', { ...metadata, name: 'local-job' }, jobOf()))
    const local = await patch(made, { metadata: { labels: LOCAL } })
    expect(local.metadata.labels).toMatchObject({ ...LOCAL, [PARKED]: 'true' })
    expect(local['spec']).toMatchObject({ managedBy: 'flotilla.dev/fleet' })
  })

  it('has the status of the fleet: what others write is dropped, what the operator writes is not', async () => {
    const made = await create(deployment({ ...metadata, name: 'guarded' }))
    const status = (client: Client, replicas: number | null) =>
      client.patch(
        DEPLOYMENT,
        keyOf(made),
        { type: 'merge', body: { status: { replicas, readyReplicas: replicas } } },
        { subresource: 'status' },
      )
    expect((await status(parking.user, 1))['status'] ?? {}).not.toHaveProperty('replicas')
    expect((await status(parking.operator, 4))['status']).toMatchObject({ replicas: 4 })
    expect((await status(parking.user, 1))['status']).toMatchObject({ replicas: 4, readyReplicas: 4 })
    expect((await status(parking.user, null))['status']).toMatchObject({ replicas: 4 })
    // A controller that tries the same again costs no write.
    const tried = await status(parking.user, 2)
    expect((await status(parking.user, 2)).metadata.resourceVersion).toBe(tried.metadata.resourceVersion)
  })

  it('that is none gets the status that its controller writes', async () => {
    const made = await create(deployment({ namespace: 'default', name: 'plain' }))
    const written = await parking.user.patch(
      DEPLOYMENT,
      keyOf(made),
      { type: 'merge', body: { status: { replicas: 1 } } },
      { subresource: 'status' },
    )
    expect(written['status']).toMatchObject({ replicas: 1 })
  })
})

describe('a Service that changes its type', () => {
  const named = (name: string) => parkable('Service', { namespace: EVERYTHING, name }, { ports: [{ port: 80 }] })

  it('is parked when it becomes a LoadBalancer, and is itself again when it is none any more', async () => {
    const made = await create(named('becomes'))
    expect(isParked(made)).toBe(false)
    const became = await patch(made, { spec: { type: 'LoadBalancer' } })
    expect(became).toMatchObject({ metadata: { labels: { [PARKED]: 'true' } }, spec: { loadBalancerClass: PARKED } })
    const again = await patch(made, { spec: { type: 'ClusterIP' } })
    expect(again['spec']).not.toHaveProperty('loadBalancerClass')
    expect(again.metadata.labels ?? {}).not.toHaveProperty([PARKED])
    expect(again.metadata.annotations ?? {}).not.toHaveProperty([RECORD])
  })

  it('stays parked when it is made local, as its class cannot change', async () => {
    const made = await create({ ...named('stays'), spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } })
    const local = await patch(made, { metadata: { labels: LOCAL } })
    expect(local['spec']).toMatchObject({ loadBalancerClass: PARKED })
    expect(isParked(local)).toBe(true)
  })
})

describe('a record that somebody else wrote', () => {
  it.each([
    { name: 'no JSON', text: 'nonsense' },
    { name: 'of a field that does not park', text: '{"spec.replicas":7}' },
    { name: 'too long', text: `{"spec.paused":"${'x'.repeat(2_000)}"}` },
  ])('changes nothing but itself: $name', async ({ text }) => {
    const forged = { annotations: { [RECORD]: text } }
    const plain = await wouldBe(deployment({ namespace: 'default', ...forged }))
    expect(plain.metadata.annotations ?? {}).not.toHaveProperty([RECORD])
    expect(plain['spec']).toEqual((await wouldBe(deployment({ namespace: 'default' })))['spec'])
    const made = await wouldBe(deployment({ namespace: EVERYTHING, ...forged }))
    expect(isParked(made)).toBe(true)
    expect(unparked(made)['spec']).toEqual(plain['spec'])
  })

  it('does not unpause what its user paused', async () => {
    const forged = { annotations: { [RECORD]: '{"spec.paused":true}' } }
    const made = await wouldBe(deployment({ namespace: 'default', ...forged }, { paused: true }))
    expect(made['spec']).toMatchObject({ paused: true })
  })

  it('is that of the host where a parked object was exported from it', async () => {
    const exported = { labels: { [PARKED]: 'true' }, annotations: { [RECORD]: '{"spec.paused":null}' } }
    const made = await wouldBe(deployment({ namespace: 'default', ...exported }, { paused: true }))
    expect(isParked(made)).toBe(true)
    expect(unparked(made)['spec']).not.toHaveProperty('paused')
  })
})

describe('the first revision of a workload that a policy has just selected', () => {
  const owned = (kind: string, name: string): Partial<ObjectMeta> => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }],
  })
  const replicaSet = (name: string, revision: string) =>
    parkable(
      'ReplicaSet',
      {
        namespace: 'first',
        name: `${name}-1`,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ...owned('Deployment', name),
      },
      ofPods(),
    )
  const REVISION: Resource = {
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    namespaced: true,
  }
  const controllerRevision = (kind: string, revision: number): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: `web-${revision}`, namespace: 'first', ...owned(kind, 'web') },
    revision,
    data: {},
  })

  beforeAll(async () => {
    await newNamespace('first')
    const selectors = ['Deployment', 'StatefulSet'].map(kind => ({ apiVersion: 'apps/v1', kind, name: 'web' }))
    await parking.user.create(
      PROPAGATION_POLICY,
      selectingPolicy(PROPAGATION_POLICY, { name: 'policy', namespace: 'first' }, selectors),
    )
    await probe('first')
    // What mutates and what validates hear of a policy each by itself.
    await untilSome(async () => (await wouldBe(replicaSet('web', '1')).catch(() => undefined)) === undefined)
  })

  it('is refused, and nothing else is', async () => {
    const refused = 'the fleet runs it'
    await expect(wouldBe(replicaSet('web', '1'))).rejects.toThrow(refused)
    await expect(parking.user.create(REVISION, controllerRevision('StatefulSet', 1), { dryRun: true })).rejects.toThrow(
      refused,
    )
    expect(await wouldBe(replicaSet('web', '2'))).toMatchObject({ kind: 'ReplicaSet' })
    expect(await wouldBe(replicaSet('other', '1'))).toMatchObject({ kind: 'ReplicaSet' })
    expect(await parking.user.create(REVISION, controllerRevision('DaemonSet', 1), { dryRun: true })).toMatchObject({
      revision: 1,
    })
    expect(await parking.user.create(REVISION, controllerRevision('StatefulSet', 2), { dryRun: true })).toMatchObject({
      revision: 2,
    })
  })
})
