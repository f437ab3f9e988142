import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, read } from './cluster-view.ts'
import { waitFor } from './controlplane/wait.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { clusterPropagationPolicy, configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const selectors = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Service', labelSelector: { matchLabels: { fleet: 'yes' } } },
  { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { fleet: 'yes' } } },
  { apiVersion: 'v1', kind: 'Secret', name: 'credentials' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
]
const podTemplate = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '1000m' } } }] },
}
/** As hardened hosts have it: who names an owner that waits for its dependents must be allowed to. */
const STRICT_OWNERS = ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement']
const metadata = (name: string) => ({ name, namespace: 'default', labels: { fleet: 'yes' } })
const selector = { matchLabels: { app: 'web' } }

const fleet = useFleet({ members: 3, host: { kind: 'dedicated', apiserverFlags: STRICT_OWNERS } })

beforeAll(() => apply(fleet.host, propagationPolicy('everything', selectors)))

describe('a member that joins', () => {
  it('tells version, served APIs, nodes and resources', async () => {
    // The taint of a cluster that is not ready goes with a write of its own, after Ready.
    const cluster = await eventually('the summary of member1, without a taint', async () => {
      const found = await read(fleet.host, 'cluster', 'member1')
      const isUntainted = (found?.spec.taints ?? []).length === 0
      return found?.status?.resourceSummary?.allocatable?.cpu === undefined || !isUntainted ? undefined : found
    })
    expect(cluster.status.kubernetesVersion).toMatch(/^v1\./)
    expect(cluster.status.nodeSummary).toEqual({ totalNum: 2, readyNum: 2 })
    expect(cluster.status.apiEnablements.map((e: { groupVersion: string }) => e.groupVersion)).toContain('apps/v1')
    expect(cluster.spec.taints ?? []).toEqual([])
    expect(await read(fleet.host, 'namespace', 'karmada-es-member1')).toBeDefined()
  })
})

describe('a Deployment', () => {
  it('arrives in every member, and its status is the sum', async () => {
    await apply(fleet.host, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('web'),
      spec: { replicas: 2, selector, template: podTemplate },
    })
    await everywhere(fleet.members, { kind: 'deployment', name: 'web' }, d => d.status?.readyReplicas === 2)
    const [template] = await everywhere(
      [fleet.host],
      { kind: 'deployment', name: 'web' },
      d => d.status?.readyReplicas === 6 && d.status.observedGeneration === d.metadata.generation,
    )
    const { generation: observedGeneration } = template.metadata
    expect(template.status).toMatchObject({ replicas: 6, availableReplicas: 6, observedGeneration })
    const binding = await eventually('web-deployment is fully applied', async () => {
      const found = await read(fleet.host, 'rb', 'web-deployment')
      return found?.status?.conditions?.some(
        (c: { type: string; status: string }) => c.type === 'FullyApplied' && c.status === 'True',
      )
        ? found
        : undefined
    })
    expect(binding.spec.clusters.map((c: { name: string }) => c.name)).toEqual(['member1', 'member2', 'member3'])
    expect(binding.status.aggregatedStatus).toHaveLength(3)
  })

  it('is scaled and changed everywhere', async () => {
    await fleet.host.kubectl(['scale', 'deployment', 'web', '--replicas=3'])
    await fleet.host.kubectl(['set', 'image', 'deployment/web', 'web=web:2'])
    await everywhere(
      fleet.members,
      { kind: 'deployment', name: 'web' },
      d =>
        d.spec.replicas === 3 &&
        d.spec.template.spec.containers[0].image === 'web:2' &&
        d.status?.updatedReplicas === 3,
    )
    await everywhere([fleet.host], { kind: 'deployment', name: 'web' }, d => d.status?.readyReplicas === 9)
  })

  it('has Works that carry no record of who set which field once they were changed', async () => {
    const { items: works }: AnyObject = await fleet.host.request('/apis/work.karmada.io/v1alpha1/works')
    const changed = works.filter((work: AnyObject) => work.metadata.name.startsWith('web-'))
    expect(changed.map((work: AnyObject) => work.metadata.generation > 1)).toEqual([true, true, true])
    for (const { metadata } of changed) expect(metadata.managedFields).toBeUndefined()
    const template = await read(fleet.host, 'deployment', 'web')
    expect(template.metadata.managedFields).not.toHaveLength(0)
  })
})

describe('other kinds', () => {
  it('arrive with their status', async () => {
    await apply(
      fleet.host,
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: metadata('db'),
        spec: { replicas: 1, serviceName: 'db', selector, template: podTemplate },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: metadata('once'),
        spec: { template: { spec: { restartPolicy: 'Never', containers: podTemplate.spec.containers } } },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata('db'),
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: metadata('credentials'), stringData: { password: 'x' } },
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: metadata('web'),
        spec: { minAvailable: 1, selector },
      },
    )
    await everywhere([fleet.host], { kind: 'statefulset', name: 'db' }, s => s.status?.readyReplicas === 3)
    await everywhere([fleet.host], { kind: 'job', name: 'once' }, j => j.status?.succeeded === 3)
    await everywhere(fleet.members, { kind: 'service', name: 'db' }, s => s.spec.clusterIP !== undefined)
    await everywhere(fleet.members, { kind: 'secret', name: 'credentials' }, s => s.data?.password === 'eA==')
    await everywhere([fleet.host], { kind: 'pdb', name: 'web' }, p => p.status?.currentHealthy > 0)
  })

  it('go to their own namespace, which is made with the labels of the host', async () => {
    const namespace = await newNamespace(fleet.host, 'team-a', { labels: { owner: 'me' } })
    await apply(
      fleet.host,
      clusterPropagationPolicy('team-a', [
        { apiVersion: 'v1', kind: 'ConfigMap', namespace },
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'reader' },
      ]),
      configMap({ name: 'settings', namespace }, { a: '1' }),
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [] },
    )
    await everywhere(fleet.members, { kind: 'configmap', name: 'settings', namespace }, c => c.data.a === '1')
    await everywhere(fleet.members, { kind: 'clusterrole', name: 'reader' }, () => true)
    const copy = await read(fleet.member('member1'), 'namespace', namespace)
    expect(copy.metadata.labels).toMatchObject({ owner: 'me', 'karmada.io/managed': 'true' })
  })
})

describe('what others do in a member', () => {
  const settings = { kind: 'configmap', name: 'settings' }
  it('is undone, but for labels', async () => {
    await apply(fleet.host, configMap(metadata('settings'), { a: '1', b: '2' }))
    await everywhere(fleet.members, settings, c => c.data.b === '2')
    const member = fleet.member('member1')
    const patch = JSON.stringify({ data: { a: 'mine', extra: 'too' }, metadata: { labels: { mine: 'stays' } } })
    await member.kubectl(['patch', 'configmap', 'settings', '--type=merge', '-p', patch])
    const [mended] = await everywhere([member], settings, c => c.data.a === '1' && c.data.extra === undefined)
    expect(mended.metadata.labels.mine).toBe('stays')
    await member.kubectl(['delete', 'configmap', 'settings'])
    await everywhere([member], settings, c => c.data.a === '1')
    await member.kubectl(['label', 'configmap', 'settings', 'karmada.io/managed-'])
    await everywhere([member], settings, c => c.metadata.labels['karmada.io/managed'] === 'true')
  })

  it('a key that is removed on the host goes from the members', async () => {
    const patch = JSON.stringify([{ op: 'remove', path: '/data/b' }])
    await fleet.host.kubectl(['patch', 'configmap', 'settings', '--type=json', '-p', patch])
    await everywhere(fleet.members, settings, c => c.data.b === undefined)
  })

  it('a container goes from the members, whoever added it: the host, which removed it, or somebody there', async () => {
    const member = fleet.member('member1')
    const named = (...names: readonly string[]) => names.map(name => ({ name, image: `${name}:1` }))
    const pair = (...containers: readonly string[]) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('pair'),
      spec: { replicas: 1, selector, template: { ...podTemplate, spec: { containers: named(...containers) } } },
    })
    const target = { kind: 'deployment', name: 'pair' }
    const namesIn = (d: AnyObject): string =>
      d.spec.template.spec.containers.map((c: { name: string }) => c.name).join()
    await apply(fleet.host, pair('web', 'side'))
    await everywhere(fleet.members, target, d => namesIn(d) === 'web,side')
    await apply(fleet.host, pair('web'))
    await everywhere(fleet.members, target, d => namesIn(d) === 'web')
    const patch = JSON.stringify({ spec: { template: { spec: { containers: named('guest') } } } })
    await member.kubectl(['patch', 'deployment', 'pair', '-p', patch])
    await everywhere([member], target, d => namesIn(d) === 'web' && d.metadata.generation > 3)
    await fleet.host.kubectl(['delete', 'deployment', 'pair'])
    await nowhere(fleet.members, target)
  })

  it('stays where a rule retains it, and is sent along with the next change', async () => {
    const member = fleet.member('member1')
    const labels = { fleet: 'yes', 'resourcetemplate.karmada.io/retain-replicas': 'true' }
    const elastic = (version: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata('elastic'), labels, annotations: { version } },
      spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: podTemplate },
    })
    const target = { kind: 'deployment', name: 'elastic' }
    await apply(fleet.host, elastic('1'))
    await everywhere(fleet.members, target, d => d.metadata.annotations.version === '1')
    await member.kubectl(['scale', 'deployment', 'elastic', '--replicas=3'])
    await apply(fleet.host, elastic('2'))
    const [scaled] = await everywhere([member], target, d => d.metadata.annotations.version === '2')
    expect(scaled.spec.replicas).toBe(3)
    await fleet.host.kubectl(['delete', 'deployment', 'elastic'])
    await nowhere(fleet.members, target)
  })

  it('an object that was there before is left alone, and the binding says why', async () => {
    const member = fleet.member('member1')
    await apply(member, configMap('taken', { whose: 'theirs' }))
    await apply(fleet.host, configMap(metadata('taken'), { whose: 'ours' }))
    const binding = await eventually('the conflict is told', async () => {
      const found = await read(fleet.host, 'rb', 'taken-configmap')
      return found?.status?.aggregatedStatus?.some(
        (i: { clusterName: string; applied?: boolean; appliedMessage?: string }) =>
          i.clusterName === 'member1' && i.applied !== true && i.appliedMessage,
      )
        ? found
        : undefined
    })
    const item = binding.status.aggregatedStatus.find((i: { clusterName: string }) => i.clusterName === 'member1')
    expect(item.appliedMessage).toContain('already exists')
    expect((await read(member, 'configmap', 'taken')).data.whose).toBe('theirs')
    await fleet.host.kubectl(['delete', 'configmap', 'taken'])
    await nowhere(fleet.members.slice(1), { kind: 'configmap', name: 'taken' })
    expect((await read(member, 'configmap', 'taken')).data.whose).toBe('theirs')
  })
})

describe('the operator', () => {
  it('writes nothing after a restart, neither to the host nor to members', async () => {
    await quiet(fleet)
    await fleet.operator.process.stop()
    const before = await countRequests(fleet)
    fleet.operator.process.start()
    await fleet.operator.ready()
    await quiet(fleet)
    expect(await writesSince(fleet, before)).toEqual([[], [], [], []])
  })

  it('propagates what was made while there was none', async () => {
    await fleet.operator.process.stop()
    await apply(fleet.host, configMap(metadata('late')))
    await apply(fleet.host, configMap(metadata('late-too'), { is: 'there' }))
    fleet.operator.process.start()
    await everywhere(fleet.members, { kind: 'configmap', name: 'late' }, () => true)
    await everywhere(fleet.members, { kind: 'configmap', name: 'late-too' }, ({ data }) => data?.is === 'there')
    await eventually(
      'late-configmap is fully applied',
      async () => (await read(fleet.host, 'rb', 'late-configmap'))?.status?.aggregatedStatus?.length === 3,
    )
  })

  it('hands over to another within the lease when it is killed', async () => {
    const second = await fleet.startOperator('second')
    await fleet.operator.process.kill()
    await apply(fleet.host, configMap(metadata('after')))
    await everywhere(fleet.members, { kind: 'configmap', name: 'after' }, () => true)
    expect(second.process.running).toBe(true)
  })
})

describe('deletion', () => {
  it('of a policy leaves everything where it is, unclaimed', async () => {
    await fleet.host.kubectl(['delete', 'propagationpolicy', 'everything', '--wait=false'])
    await nowhere([fleet.host], { kind: 'propagationpolicy', name: 'everything' })
    const template = await read(fleet.host, 'secret', 'credentials')
    expect(Object.keys(template.metadata.labels)).toEqual(['fleet'])
    await everywhere(fleet.members, { kind: 'secret', name: 'credentials' }, () => true)
  })

  it('of a template removes it from the members, with binding and Works', async () => {
    await fleet.host.kubectl(['delete', 'deployment/web', 'secret/credentials', 'configmap/settings'])
    await nowhere(fleet.members, { kind: 'deployment', name: 'web' })
    await nowhere(fleet.members, { kind: 'secret', name: 'credentials' })
    await nowhere(fleet.members, { kind: 'configmap', name: 'settings' })
    await nowhere([fleet.host], { kind: 'rb', name: 'web-deployment' })
  })

  it('of a cluster takes its workloads and leaves the others', async () => {
    // In the order in which `kubectl delete -f` of the file that joined it would: the member is emptied all the same.
    await fleet.host.kubectl(['delete', 'secret', 'member3', '--namespace=karmada-cluster'])
    await fleet.host.kubectl(['delete', 'cluster', 'member3', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'member3' })
    const [first, third] = [fleet.member('member1'), fleet.member('member3')]
    await nowhere([third], { kind: 'statefulset', name: 'db' })
    await everywhere([first], { kind: 'statefulset', name: 'db' }, () => true)
    await waitFor(
      async () => ((await read(fleet.host, 'namespace', 'karmada-es-member3')) === undefined ? true : undefined),
      {
        until: 'the execution namespace is gone',
        timeoutMs: 60_000,
      },
    )
  })
})
