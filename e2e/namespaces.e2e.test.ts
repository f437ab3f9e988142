import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { namespaceWorkName } from '../src/addons/namespace/target-namespaces.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, read, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { joinMembers } from './joining.ts'
import type { RunningOperator } from './operator.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { clusterPropagationPolicy, configMap, newNamespace, useFleet } from './test-fleet.ts'

// The settings in the order in which a user may try them: each finds what the one before has left.

jest.setTimeout(300_000)

const components = ['apiserver', 'controller-manager'] as const
const members = ['member1', 'member2', 'member3'].map(name => ({ name, components }))
const fleet = useFleet({ members, join: false })
const SKIP = 'namespace.karmada.io/skip-auto-propagation'
const MANAGED = 'karmada.io/managed'
let first: ControlPlane
let second: ControlPlane
let third: ControlPlane
let both: readonly ControlPlane[]
let operator: RunningOperator

beforeAll(async () => {
  first = fleet.member('member1')
  second = fleet.member('member2')
  third = fleet.member('member3')
  both = [first, second]
  operator = fleet.operator
  await joinMembers(fleet, both)
  const selected = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name })
  await apply(
    fleet.host,
    clusterPropagationPolicy('everywhere', [selected('settings')]),
    clusterPropagationPolicy('first', [selected('only-first')], {
      placement: { clusterAffinity: { clusterNames: ['member1'] } },
    }),
  )
})

interface Settings {
  readonly sync?: 'demand' | 'all'
  readonly deletion?: 'keep' | 'follow'
}

/** The operator as it is after somebody changed its settings. */
async function restart(namespaces: Settings): Promise<void> {
  await operator.process.stop()
  const name = `operator-${Object.values(namespaces).join('-')}-${Date.now()}`
  operator = await fleet.startOperator(name, { configuration: { namespaces } })
}

const namespace = (name: string) => ({ kind: 'namespace', name })
const workOf = (name: string, cluster: ControlPlane) => ({
  kind: 'work',
  namespace: `karmada-es-${cluster.name}`,
  name: namespaceWorkName(name),
})
const workIn = (name: string, cluster: ControlPlane): Promise<AnyObject> =>
  readObject(fleet.host, workOf(name, cluster))
const isOurs = (object: AnyObject): boolean => object.metadata.labels?.[MANAGED] === 'true'
const settingsIn = (name: string) => ({ kind: 'configmap', name: 'settings', namespace: name })

async function remove(name: string): Promise<void> {
  await fleet.host.kubectl(['delete', 'namespace', name])
}

/** A namespace of somebody in a member, with something in it. */
async function makeTheirs(cluster: ControlPlane, name: string): Promise<void> {
  await newNamespace(cluster, name, { labels: { whose: 'theirs' } })
  await apply(cluster, configMap({ name: 'theirs', namespace: name }))
}

async function expectUntouched(cluster: ControlPlane, name: string): Promise<void> {
  const found = await read(cluster, 'namespace', name)
  expect(found.metadata.labels).toEqual({ whose: 'theirs', 'kubernetes.io/metadata.name': name })
  expect(found.metadata.deletionTimestamp).toBeUndefined()
  expect(await readObject(cluster, { kind: 'configmap', name: 'theirs', namespace: name })).toBeDefined()
}

describe('on demand, kept', () => {
  it('a namespace comes with the first object in it, and stays when the host has it no more', async () => {
    await newNamespace(fleet.host, 'empty')
    for (const name of ['kept', 'later']) {
      await newNamespace(fleet.host, name, { labels: { team: 'a' } })
      await apply(fleet.host, configMap({ name: 'settings', namespace: name }))
      await everywhere(both, settingsIn(name), () => true)
    }
    const [copy] = await everywhere(both, namespace('kept'), isOurs)
    expect(copy.metadata.labels.team).toBe('a')
    expect(await workIn('kept', first)).toBeUndefined()
    await remove('kept')
    await nowhere(both, settingsIn('kept'))
    await everywhere(both, namespace('kept'), object => isOurs(object) && object.status.phase === 'Active')
    for (const cluster of both) expect(await read(cluster, 'namespace', 'empty')).toBeUndefined()
  })
})

describe('on demand, following', () => {
  it('a namespace of ours goes from the members in which it was needed, one of somebody else stays', async () => {
    await makeTheirs(second, 'mixed')
    await restart({ deletion: 'follow' })
    await newNamespace(fleet.host, 'mixed')
    await newNamespace(fleet.host, 'one')
    await apply(fleet.host, configMap({ name: 'settings', namespace: 'mixed' }))
    await apply(fleet.host, configMap({ name: 'only-first', namespace: 'one' }))
    await everywhere(both, settingsIn('mixed'), () => true)
    for (const name of ['mixed', 'one']) await applied(name, first, 'True')
    expect((await applied('mixed', second, 'False')).message).toContain('flotilla.dev/takeover: always')
    expect(await read(second, 'namespace', 'one')).toBeUndefined()
    expect(await workIn('one', second)).toBeUndefined()
    expect(await workIn('empty', first)).toBeUndefined()
    await apply(first, configMap({ name: 'guest', namespace: 'mixed' }))
    await remove('mixed')
    await remove('one')
    await nowhere([first], namespace('mixed'))
    await nowhere([first], namespace('one'))
    await nowhere([fleet.host], workOf('mixed', second))
    await expectUntouched(second, 'mixed')
  })

  it('so does one that was made before the setting', async () => {
    for (const cluster of both) await applied('later', cluster, 'True')
    await remove('later')
    await nowhere(both, namespace('later'))
  })
})

describe('all, kept', () => {
  it('every namespace goes to every member, but those of the system and those that are to be skipped', async () => {
    await restart({ sync: 'all' })
    await newNamespace(fleet.host, 'hidden', { labels: { [SKIP]: 'True' } })
    await newNamespace(fleet.host, 'shown', { labels: { team: 'a' }, annotations: { note: 'x' } })
    for (const name of ['empty', 'shown']) await everywhere(both, namespace(name), isOurs)
    const { metadata, spec } = await workIn('shown', first)
    const { uid } = (await read(fleet.host, 'namespace', 'shown')).metadata
    expect(metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', name: 'shown', uid, controller: true },
    ])
    expect(Object.keys(metadata.labels)).toEqual(['work.karmada.io/permanent-id'])
    expect(metadata.annotations).toBeUndefined()
    expect(spec.preserveResourcesOnDeletion).toBe(true)
    await quiet(fleet, operator)
    const works = (await fleet.host.request('/apis/work.karmada.io/v1alpha1/works')) as { items: AnyObject[] }
    const carried = works.items.flatMap(({ metadata: { namespace: space }, spec: { workload } }) =>
      workload.manifests.map((manifest: AnyObject) => `${space}/${manifest.metadata.name}`),
    )
    expect(carried.sort()).toEqual(both.flatMap(({ name }) => [`karmada-es-${name}/empty`, `karmada-es-${name}/shown`]))
    for (const name of ['hidden', 'flotilla-system', 'karmada-cluster']) {
      expect(await read(first, 'namespace', name)).toBeUndefined()
    }
  })

  it('follows its labels, and leaves those of others', async () => {
    await first.kubectl(['label', 'namespace', 'shown', 'mine=stays'])
    await fleet.host.kubectl(['label', 'namespace', 'shown', 'team=b', '--overwrite'])
    const [copy] = await everywhere(both, namespace('shown'), ({ metadata }) => metadata.labels.team === 'b')
    expect(copy.metadata.labels.mine).toBe('stays')
    await fleet.host.kubectl(['label', 'namespace', 'shown', 'team-'])
    await everywhere(both, namespace('shown'), ({ metadata }) => metadata.labels.team === undefined)
  })

  it('is as a ClusterOverridePolicy says, for the clusters that it names', async () => {
    await apply(fleet.host, {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'ClusterOverridePolicy',
      metadata: { name: 'levels' },
      spec: {
        resourceSelectors: [{ apiVersion: 'v1', kind: 'Namespace', name: 'shown' }],
        overrideRules: [
          {
            targetCluster: { labelSelector: { matchLabels: { level: 'high' } } },
            overriders: { labelsOverrider: [{ operator: 'add', value: { level: 'high' } }] },
          },
        ],
      },
    })
    const levelOf = ({ metadata: { labels } }: AnyObject): string | undefined => labels.level
    await fleet.host.kubectl(['label', 'cluster', 'member1', 'level=high'])
    await everywhere([first], namespace('shown'), object => levelOf(object) === 'high')
    const recorded = (await workIn('shown', first)).metadata.annotations['policy.karmada.io/applied-cluster-overrides']
    expect(JSON.parse(recorded)).toMatchObject([{ policyName: 'levels' }])
    expect(levelOf(await read(second, 'namespace', 'shown'))).toBeUndefined()
    await fleet.host.kubectl(['delete', 'clusteroverridepolicy', 'levels'])
    await everywhere([first], namespace('shown'), object => levelOf(object) === undefined)
  })

  it('a second run writes nothing', async () => {
    await quiet(fleet, operator)
    const before = await countRequests(fleet)
    await restart({ sync: 'all' })
    await quiet(fleet, operator)
    const writes = await writesSince(fleet, before)
    // The settings are brought up to date with Helm.
    expect(writes[0]?.filter(({ group }) => group === 'work.karmada.io')).toEqual([])
    expect(writes.slice(1)).toEqual([[], [], []])
  })

  it('a Work that somebody takes away or changes is restored', async () => {
    const place = workOf('shown', first)
    const before = await workIn('shown', first)
    await fleet.host.kubectl(['delete', 'work', place.name, `--namespace=${place.namespace}`, '--wait=false'])
    await everywhere([fleet.host], place, ({ metadata }) => metadata.uid !== before.metadata.uid)
    const body = JSON.stringify({ spec: { workload: { manifests: [] } } })
    await fleet.host.kubectl([
      'patch',
      'work',
      place.name,
      `--namespace=${place.namespace}`,
      '--type=merge',
      '-p',
      body,
    ])
    await everywhere([fleet.host], place, ({ spec }) => spec.workload.manifests.length === 1)
  })

  it('a namespace that a member has already is left alone until the host says otherwise', async () => {
    await makeTheirs(second, 'theirs')
    await newNamespace(fleet.host, 'theirs')
    expect((await applied('theirs', second, 'False')).reason).toBe('AppliedFailed')
    await everywhere([first], namespace('theirs'), isOurs)
    await expectUntouched(second, 'theirs')
    await fleet.host.kubectl(['annotate', 'namespace', 'theirs', 'flotilla.dev/takeover=always'])
    await applied('theirs', second, 'True')
    await everywhere(
      [second],
      namespace('theirs'),
      object => isOurs(object) && object.metadata.labels.whose === 'theirs',
    )
  })

  it('one that a policy selects goes where the policy says, and no further', async () => {
    const selected = [{ apiVersion: 'v1', kind: 'Namespace', name: 'chosen' }]
    const placement = { clusterAffinity: { clusterNames: ['member1'] } }
    await apply(fleet.host, clusterPropagationPolicy('chosen', selected, { placement }))
    await fleet.host.kubectl(['create', '-f', '-'], JSON.stringify(labelled('chosen', { [SKIP]: 'true' })))
    const id = 'clusterresourcebinding.karmada.io/permanent-id'
    await everywhere([fleet.host], workOf('chosen', first), ({ metadata }) => metadata.labels[id] !== undefined)
    await fleet.host.kubectl(['label', 'namespace', 'chosen', `${SKIP}-`])
    await everywhere([first], namespace('chosen'), ({ metadata }) => metadata.labels[SKIP] === undefined)
    await quiet(fleet, operator)
    expect(await workIn('chosen', second)).toBeUndefined()
    expect(await read(second, 'namespace', 'chosen')).toBeUndefined()
  })

  it('a member that joins gets all, and keeps them when it leaves', async () => {
    await joinMembers(fleet, [third])
    for (const name of ['empty', 'shown', 'theirs']) await everywhere([third], namespace(name), isOurs)
    await fleet.host.kubectl(['delete', 'cluster', 'member3'])
    await nowhere([fleet.host], namespace('karmada-es-member3'))
    const left = await everywhere([third], namespace('shown'), object => !isOurs(object))
    expect(left[0].status.phase).toBe('Active')
  })

  it('it stays in the members when the host has it no more, without a trace of ours', async () => {
    await remove('shown')
    await everywhere(both, namespace('shown'), object => !isOurs(object) && object.status.phase === 'Active')
    for (const cluster of both) await nowhere([fleet.host], workOf('shown', cluster))
  })
})

describe('on demand again', () => {
  it('what was brought stays up to date, and nothing new is brought', async () => {
    await restart({})
    await newNamespace(fleet.host, 'new')
    await fleet.host.kubectl(['label', 'namespace', 'empty', 'team=c'])
    await everywhere(both, namespace('empty'), ({ metadata }) => metadata.labels.team === 'c')
    await quiet(fleet, operator)
    expect(await workIn('new', first)).toBeUndefined()
  })
})

describe('all, following', () => {
  it('a namespace goes from the members with everything in it when the host has it no more', async () => {
    await restart({ sync: 'all', deletion: 'follow' })
    for (const name of ['empty', 'new']) await everywhere(both, namespace(name), isOurs)
    await everywhere([fleet.host], workOf('empty', first), ({ spec }) => spec.preserveResourcesOnDeletion === false)
    await apply(first, configMap({ name: 'guest', namespace: 'empty' }))
    await remove('empty')
    await nowhere(both, namespace('empty'))
    await everywhere(both, namespace('new'), ({ status }) => status.phase === 'Active')
  })

  it('one that the setting before left is not ours any more', async () => {
    await newNamespace(fleet.host, 'shown')
    await applied('shown', first, 'False')
    await remove('shown')
    await nowhere([fleet.host], workOf('shown', first))
    expect((await read(first, 'namespace', 'shown')).status.phase).toBe('Active')
  })
})

const labelled = (name: string, labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })

/** The condition Applied of the Work of a namespace, once it has that status. */
function applied(name: string, cluster: ControlPlane, status: 'True' | 'False'): Promise<AnyObject> {
  return eventually(`the Work of ${name} in ${cluster.name} has Applied ${status}`, async () => {
    const conditions = (await workIn(name, cluster))?.status?.conditions ?? []
    return conditions.find((each: AnyObject) => each.type === 'Applied' && each.status === status)
  })
}
