import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, read } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { configMap, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(180_000)

const WORKS = 'karmada-es-member1'
const fleet = useFleet({ members: 1 })
let host: ControlPlane
let member: ControlPlane

beforeAll(async () => {
  host = fleet.host
  member = fleet.member('member1')
  for (const [name, annotations] of Object.entries(POLICIES)) {
    const selected = KINDS.map(kind => ({ ...kind, labelSelector: { matchLabels: { rules: name } } }))
    await apply(host, propagationPolicy({ name, annotations }, selected))
  }
})

const KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'v1', kind: 'Service' },
]
const POLICIES = {
  plain: {},
  identical: { 'flotilla.dev/takeover': 'if-identical' },
  always: { 'flotilla.dev/takeover': 'always' },
  recreate: { 'flotilla.dev/takeover': 'always', 'flotilla.dev/on-immutable': 'recreate' },
  report: { 'flotilla.dev/drift': 'report' },
  share: { 'flotilla.dev/drift': 'share' },
} as const

const ours = (name: string, rules: keyof typeof POLICIES, data: Record<string, string>) =>
  configMap({ name, labels: { rules } }, data)
const patchMember = (name: string, body: object, { manager = 'somebody', kind = 'configmap' } = {}) =>
  member.kubectl(['patch', kind, name, '--type=merge', `--field-manager=${manager}`, '-p', JSON.stringify(body)])

interface Condition {
  readonly type: string
  readonly status: string
  readonly message: string
}

/** The condition of the Work that carries `name`, once it has that status. */
function condition(name: string, type: string, status: 'True' | 'False'): Promise<Condition> {
  return eventually(`${type} ${status} on the Work of ${name}`, async () => {
    const list = await host.request(`/apis/work.karmada.io/v1alpha1/namespaces/${WORKS}/works`)
    const { items } = list as {
      items: readonly { metadata: { name: string }; status?: { conditions?: Condition[] } }[]
    }
    const work = items.find(item => item.metadata.name.startsWith(`${name}-`))
    return work?.status?.conditions?.find(each => each.type === type && each.status === status)
  })
}

async function eventOf(name: string, reason: string): Promise<string> {
  const found = await eventually(`event ${reason} of ${name}`, async () => {
    const query = `fieldSelector=involvedObject.name%3D${name}`
    const list = await host.request(`/api/v1/namespaces/default/events?${query}`)
    const { items } = list as { items: readonly { reason: string; message: string }[] }
    return items.find(event => event.reason === reason)
  })
  return found.message
}

describe('takeover of an object that is there', () => {
  it.each<{ name: string; rules: keyof typeof POLICIES; data: Record<string, string>; taken: boolean }>([
    { name: 'kept', rules: 'plain', data: { a: '1' }, taken: false },
    { name: 'differing', rules: 'identical', data: { a: '2' }, taken: false },
    { name: 'same', rules: 'identical', data: { a: '1' }, taken: true },
    { name: 'overwritten', rules: 'always', data: { a: '2' }, taken: true },
  ])('$rules: $name', async ({ name, rules, data, taken }) => {
    await apply(member, configMap(name, data))
    await apply(host, ours(name, rules, { a: '1' }))
    const { message } = await condition(name, 'Applied', taken ? 'True' : 'False')
    const object = await read(member, 'configmap', name)
    expect(object.metadata.labels?.['karmada.io/managed']).toBe(taken ? 'true' : undefined)
    expect(object.data.a).toBe(taken ? '1' : data['a'])
    if (rules === 'identical' && !taken) expect(message).toContain('it differs at /data/a')
  })
})

describe('a manifest that apply cannot take (one environment variable twice)', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ]
  const doubled = (name: string, image: string, metadata: object = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', ...metadata },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image, env }] } },
    },
  })
  const create = (cluster: ControlPlane, object: object) =>
    cluster.kubectl(['create', '-f', '-'], JSON.stringify(object))

  it('is created, and never written over what is not ours', async () => {
    await create(member, doubled('foreign', 'theirs:1'))
    await create(host, doubled('foreign', 'ours:1', { labels: { rules: 'plain' } }))
    await create(host, doubled('fresh', 'ours:1', { labels: { rules: 'plain' } }))
    await condition('fresh', 'Applied', 'True')
    expect((await condition('foreign', 'Applied', 'False')).message).toContain('is not managed by this system')
    const { metadata, spec } = await read(member, 'deployment', 'foreign')
    expect(spec.template.spec.containers[0].image).toBe('theirs:1')
    expect(metadata.labels?.['karmada.io/managed']).toBeUndefined()
  })
})

describe('a Job that goes', () => {
  it('takes its Pods in the member along, which a bare deletion of a Job would leave', async () => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'main:1' }] }
    const metadata = { name: 'going', namespace: 'default', labels: { rules: 'plain' } }
    await apply(host, { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: { spec } } })
    const pods = async (): Promise<readonly unknown[]> => {
      const query = 'labelSelector=batch.kubernetes.io%2Fjob-name%3Dgoing'
      const { items } = (await member.request(`/api/v1/namespaces/default/pods?${query}`)) as AnyObject
      return items
    }
    await eventually('the Job has a Pod', async () => (await pods()).length > 0)
    await host.kubectl(['delete', 'job', 'going'])
    await nowhere([member], { kind: 'job', name: 'going' })
    await eventually('its Pods are gone', async () => (await pods()).length === 0)
  })
})

describe('our label, taken off by hand', () => {
  it('comes back on the same object', async () => {
    await apply(host, ours('unlabelled', 'plain', { a: '1' }))
    await condition('unlabelled', 'Applied', 'True')
    const before = await read(member, 'configmap', 'unlabelled')
    await member.kubectl(['label', 'configmap', 'unlabelled', 'karmada.io/managed-'])
    const isManaged = (c: AnyObject) => c.metadata.labels['karmada.io/managed'] === 'true'
    const [after] = await everywhere([member], { kind: 'configmap', name: 'unlabelled' }, isManaged)
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect(after.data).toEqual({ a: '1' })
    const list = (await member.request('/api/v1/namespaces/default/configmaps')) as AnyObject
    expect(list.items.filter((c: AnyObject) => c.metadata.name.startsWith('unlabelled'))).toHaveLength(1)
  })
})

describe('drift', () => {
  it('is only reported when the policy says so, on the Work and in an event, and ends with the next change', async () => {
    await apply(host, ours('reported', 'report', { a: '1' }))
    await condition('reported', 'Applied', 'True')
    await patchMember('reported', { data: { a: '2', more: '3' } })
    const drifted = await condition('reported', 'Drifted', 'True')
    expect(drifted.message).toBe('/data/a: wanted "1", found "2"; /data/more: added "3"')
    expect(await eventOf('reported', 'MemberDrifted')).toBe(`In cluster member1: ${drifted.message}`)
    expect((await read(member, 'configmap', 'reported')).data).toEqual({ a: '2', more: '3' })
    await patchMember('reported', { data: { a: '1', more: null } })
    await condition('reported', 'Drifted', 'False')
  })

  it('never shows what is in a Secret', async () => {
    const metadata = { name: 'hidden', namespace: 'default', labels: { rules: 'report' } }
    await apply(host, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password: 'first' } })
    await condition('hidden', 'Applied', 'True')
    await patchMember('hidden', { stringData: { password: 'second' } }, { kind: 'secret' })
    const drifted = await condition('hidden', 'Drifted', 'True')
    expect(drifted.message).toBe('/data/password: wanted (hidden), found (hidden)')
  })

  it('that is shared leaves additions and restores what is declared', async () => {
    await apply(host, ours('shared', 'share', { a: '1' }))
    await condition('shared', 'Applied', 'True')
    await patchMember('shared', { data: { a: '2', more: '3' } })
    const [object] = await everywhere([member], { kind: 'configmap', name: 'shared' }, c => c.data.a === '1')
    expect(object.data.more).toBe('3')
  })

  it.each([
    { name: 'guests', env: [{ name: 'A', value: '1' }], how: 'an apply' },
    {
      name: 'guests-twice',
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
      how: 'a full update, for what apply cannot take',
    },
  ])(
    'that is shared leaves a container and a field of others in the next change too, by $how',
    async ({ name, env }) => {
      const deployment = (image: string) => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default', labels: { rules: 'share' } },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image, env }] } },
        },
      })
      const path = '/apis/apps/v1/namespaces/default/deployments'
      await host.request(path, { method: 'POST', body: deployment('main:1') })
      await condition(name, 'Applied', 'True')
      const containers = [
        { name: 'main', stdin: true },
        { name: 'guest', image: 'guest:1' },
      ]
      const addition = JSON.stringify({ spec: { template: { spec: { hostNetwork: true, containers } } } })
      await member.kubectl(['patch', 'deployment', name, '--type=strategic', '--field-manager=guest', '-p', addition])
      const change = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'main:2' }]
      await host.kubectl(['patch', 'deployment', name, '--type=json', '-p', JSON.stringify(change)])
      const podOf = (d: AnyObject) => d.spec.template.spec
      const main = (d: AnyObject) => podOf(d).containers.find((c: AnyObject) => c.name === 'main')
      const [object] = await everywhere([member], { kind: 'deployment', name }, d => main(d).image === 'main:2')
      expect(main(object)).toMatchObject({ stdin: true, env })
      expect(podOf(object).hostNetwork).toBe(true)
      expect(
        podOf(object)
          .containers.map((c: AnyObject) => c.name)
          .sort(),
      ).toEqual(['guest', 'main'])
    },
  )

  it('is undone where what was added beside ours would make it invalid: the number of a port', async () => {
    const ports = [{ name: 'web', port: 80, protocol: 'TCP', targetPort: 8080 }]
    const metadata = { name: 'renumbered', namespace: 'default', labels: { rules: 'plain' } }
    await apply(host, { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports, selector: { app: 'x' } } })
    await condition('renumbered', 'Applied', 'True')
    const change = [
      { op: 'replace', path: '/spec/ports/0/port', value: 81 },
      { op: 'add', path: '/spec/selector/version', value: '2' },
    ]
    await member.kubectl(['patch', 'service', 'renumbered', '--type=json', '-p', JSON.stringify(change)])
    const isBack = ({ spec }: AnyObject) => spec.ports.length === 1 && spec.ports[0].port === 80
    const [object] = await everywhere([member], { kind: 'service', name: 'renumbered' }, isBack)
    expect(object.spec).toMatchObject({ ports, selector: { app: 'x' } })
    expect(object.spec.selector).toEqual({ app: 'x' })
    await condition('renumbered', 'Applied', 'True')
  })

  it('over which the same manager fights three times is left to it', async () => {
    await apply(host, ours('fought', 'plain', { a: '1', b: '1' }))
    await condition('fought', 'Applied', 'True')
    for (const a of ['2', '3', '4']) {
      await patchMember('fought', { data: { a } }, { manager: 'scaler' })
      await everywhere([member], { kind: 'configmap', name: 'fought' }, c => c.data.a === '1')
    }
    await patchMember('fought', { data: { a: '5' } }, { manager: 'scaler' })
    const contested = await condition('fought', 'Contested', 'True')
    expect(contested.message).toContain('/data/a is left to "scaler"')
    expect(await eventOf('fought', 'FieldContested')).toContain('/data/a')
    await patchMember('fought', { data: { b: '2' } }, { manager: 'other' })
    const [object] = await everywhere([member], { kind: 'configmap', name: 'fought' }, c => c.data.b === '1')
    expect(object.data.a).toBe('5')
    await apply(host, ours('fought', 'plain', { a: '1', b: '2' }))
    await everywhere([member], { kind: 'configmap', name: 'fought' }, c => c.data.a === '1' && c.data.b === '2')
  })
})

describe('an immutable field', () => {
  const pods = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'main', image: 'main:1' }] } }
  const claim = (storage: string) => ({
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  })
  const run = (image: string) => ({ spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } })
  const set = (storage: string) => ({
    ...{ replicas: 0, serviceName: 'x', selector: { matchLabels: { app: 'x' } } },
    ...{ template: pods, volumeClaimTemplates: [claim(storage)] },
  })
  const ports = [{ port: 80 }]
  const ROWS = [
    {
      ...{ kind: 'Job', apiVersion: 'batch/v1', field: 'spec.template' },
      ...{ theirs: { template: run('old:1') }, ours: { template: run('new:1') } },
      valueOf: (o: AnyObject): string => o.spec.template.spec.containers[0].image,
      values: ['old:1', 'new:1'],
    },
    {
      ...{ kind: 'StatefulSet', apiVersion: 'apps/v1', field: 'spec' },
      ...{ theirs: set('1Gi'), ours: set('2Gi') },
      valueOf: (o: AnyObject): string => o.spec.volumeClaimTemplates[0].spec.resources.requests.storage,
      values: ['1Gi', '2Gi'],
    },
    {
      ...{ kind: 'Service', apiVersion: 'v1', field: 'spec.clusterIPs[0]' },
      ...{ theirs: { ports, clusterIP: '10.0.0.77' }, ours: { ports, clusterIP: 'None' } },
      valueOf: (o: AnyObject): string => o.spec.clusterIP,
      values: [expect.stringMatching(/^10\./), 'None'],
    },
  ]
  type Row = (typeof ROWS)[number]
  const meet = async ({ kind, apiVersion, ...row }: Row, name: string, rules: keyof typeof POLICIES) => {
    const object = (labels: object, spec: object) => {
      const metadata = { name, namespace: 'default', labels }
      return { apiVersion, kind, metadata, spec }
    }
    const inMember = () => read(member, kind.toLowerCase(), name)
    // An address that is free: which these are, each member decides.
    const { clusterIP: _address, ...theirs }: AnyObject = row.theirs
    await apply(member, object({}, theirs))
    const before = await inMember()
    await apply(host, object({ rules }, row.ours))
    return { before, inMember }
  }

  it.each(ROWS)('of a $kind is reported with the way out, and nothing is made again', async row => {
    const name = `stuck-${row.kind.toLowerCase()}`
    const { before, inMember } = await meet(row, name, 'always')
    const { message } = await condition(name, 'Applied', 'False')
    expect(message).toContain(`${row.field}`)
    expect(message).toContain('cannot be changed in place')
    expect(message).toContain('flotilla.dev/on-immutable: recreate')
    const after = await inMember()
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect(row.valueOf(after)).toEqual(row.values[0])
  })

  it.each(ROWS)('of a $kind has it made again where that is wanted', async row => {
    const name = `renewed-${row.kind.toLowerCase()}`
    const { before, inMember } = await meet(row, name, 'recreate')
    await condition(name, 'Applied', 'True')
    const after = await inMember()
    expect(after.metadata.uid).not.toBe(before.metadata.uid)
    expect(row.valueOf(after)).toEqual(row.values[1])
  })
})
