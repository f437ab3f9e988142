import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { apply, eventually, everywhere, read } from './cluster-view.ts'
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
const job = (image: string, metadata: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace: 'default', ...metadata },
  spec: {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } },
  },
})
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
  it('is reported with the way out', async () => {
    await apply(member, job('old:1', { name: 'stuck' }))
    await apply(host, job('new:1', { name: 'stuck', labels: { rules: 'always' } }))
    const { message } = await condition('stuck', 'Applied', 'False')
    expect(message).toContain('spec.template cannot be changed in place')
    expect(message).toContain('flotilla.dev/on-immutable: recreate')
    expect((await read(member, 'job', 'stuck')).spec.template.spec.containers[0].image).toBe('old:1')
  })

  it('has the object made again where that is wanted', async () => {
    await apply(member, job('old:1', { name: 'renewed' }))
    await apply(host, job('new:1', { name: 'renewed', labels: { rules: 'recreate' } }))
    await condition('renewed', 'Applied', 'True')
    expect((await read(member, 'job', 'renewed')).spec.template.spec.containers[0].image).toBe('new:1')
  })
})
