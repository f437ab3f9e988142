import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { type ClusterFixture, INTERVAL_MS, startClusterFixture, untilSome } from '../testing/cluster-fixture.ts'

const TEST_TIMEOUT_MS = 180_000

// spec/behaviour/clusters.md §1.1: one Cluster for each cluster, and none for the host.
describe('whose cluster it is', () => {
  let fixture: ClusterFixture
  let member: Apiserver
  let other: Apiserver

  beforeAll(async () => {
    ;[fixture, member, other] = await Promise.all([
      startClusterFixture(),
      startApiserver({ name: 'member' }),
      startApiserver({ name: 'other' }),
    ])
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await fixture?.stop()
    await Promise.all([member?.stop(), other?.stop()])
  })

  const isUsed = (name: string) => fixture.operator.members.get(name) !== undefined
  /** Timestamps of objects have seconds: the next object shall be younger. */
  const nextSecond = async () => {
    const second = Math.floor(Date.now() / 1000)
    await untilSome(() => Math.floor(Date.now() / 1000) > second)
  }

  it(
    'refuses the host: a reason of its own, nothing to place there, and no connection that writes',
    async () => {
      await fixture.joinWith('self', { kubeconfig: fixture.host.cluster.kubeconfig })
      const cluster = await fixture.untilReady('self', 'False/ClusterIsHost')
      expect(cluster.status?.conditions).toContainEqual(
        expect.objectContaining({
          type: 'Connected',
          status: 'False',
          reason: 'ClusterIsHost',
          message: expect.stringMatching(/^this is the host cluster itself.*\. Delete this Cluster, or put/),
        }),
      )
      expect(cluster.status?.apiEnablements).toEqual([])
      expect(isUsed('self')).toBe(false)
      await untilSome(async () =>
        (await fixture.read('self')).spec.taints?.some(({ key }) => key === 'cluster.karmada.io/not-ready'),
      )
      expect(fixture.operator.events).toContainEqual(
        expect.objectContaining({ about: 'self', type: 'Warning', reason: 'ClusterIsHost' }),
      )

      // Mended, it is a member like any other.
      await fixture.putSecret('self', { kubeconfig: other.cluster.kubeconfig })
      const mended = await fixture.untilReady('self')
      expect(mended.status?.apiEnablements?.length).toBeGreaterThan(5)
      expect(isUsed('self')).toBe(true)
      await fixture.unjoin('self')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'refuses a second Cluster for a member, naming the first, until that one is gone',
    async () => {
      await fixture.joinWith('first', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('first')
      await nextSecond()
      await fixture.joinWith('a-second', { kubeconfig: member.cluster.kubeconfig })
      const second = await fixture.untilReady('a-second', 'False/DuplicateCluster')
      expect(second.status?.apiEnablements).toEqual([])
      expect(second.spec.id).toBeUndefined()
      expect(await fixture.messageOf('a-second', 'Ready')).toMatch(
        /^this is the same cluster as first \(its namespace kube-system has UID [-0-9a-f]{36}\)/,
      )
      expect([isUsed('first'), isUsed('a-second')]).toEqual([true, false])

      const settled = (await fixture.read('a-second')).metadata.resourceVersion
      await fixture.unjoin('first')
      const startMs = performance.now()
      await fixture.untilReady('a-second')
      process.stderr.write(
        `the second is ready ${Math.round(performance.now() - startMs)} ms after the first is gone\n`,
      )
      expect((await fixture.read('a-second')).metadata.resourceVersion).not.toBe(settled)
      expect(isUsed('a-second')).toBe(true)
      await fixture.unjoin('a-second')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'takes the younger out of use when the Secret of an older leads to the same member',
    async () => {
      await fixture.joinWith('older', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('older')
      await nextSecond()
      await fixture.joinWith('younger', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('younger')
      const given = fixture.operator.members.get('younger')

      await fixture.putSecret('older', { kubeconfig: member.cluster.kubeconfig })
      const younger = await fixture.untilReady('younger', 'False/DuplicateCluster')
      expect(younger.status?.apiEnablements).toEqual([])
      expect(isUsed('younger')).toBe(false)
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'never' } }
      const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }
      await expect(given?.client.create(namespaces, object)).rejects.toMatchObject({ kind: 'aborted' })
      await fixture.untilReady('older')

      // And back: the younger one is its own again.
      await fixture.putSecret('older', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('younger')
      await fixture.untilReady('older')
      await Promise.all([fixture.unjoin('older'), fixture.unjoin('younger')])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'lets one of several in that are joined at once, and says so of all others',
    async () => {
      const names = ['c1', 'c2', 'c3', 'c4']
      await Promise.all(names.map(name => fixture.joinWith(name, { kubeconfig: member.cluster.kubeconfig })))
      const clusters = await Promise.all(names.map(name => fixture.read(name)))
      const [oldest] = clusters
        .map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`)
        .sort()
        .map(text => text.split(' ')[1] ?? '')
      for (const name of names)
        await fixture.untilReady(name, name === oldest ? 'True/ClusterReady' : 'False/DuplicateCluster')
      await untilSome(() => names.filter(isUsed).length === 1)
      expect(names.filter(isUsed)).toEqual([oldest])
      for (const name of names)
        if (name !== oldest) expect(await fixture.messageOf(name, 'Ready')).toContain(`as ${oldest} `)
      await Promise.all(names.filter(name => name !== oldest).map(name => fixture.unjoin(name)))
      expect(await fixture.conditionOf(oldest ?? '', 'Ready')).toMatchObject({ status: 'True' })
      await fixture.unjoin(oldest ?? '')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'lets go a refused cluster that is deleted, without a word to the member',
    async () => {
      await fixture.joinWith('kept', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('kept')
      await nextSecond()
      await fixture.joinWith('mistake', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('mistake', 'False/DuplicateCluster')
      const before = await fixture.read('kept')
      await fixture.unjoin('mistake')
      await new Promise(resolve => setTimeout(resolve, INTERVAL_MS * 2))
      expect((await fixture.read('kept')).metadata.resourceVersion).toBe(before.metadata.resourceVersion)
      await fixture.unjoin('kept')
    },
    TEST_TIMEOUT_MS,
  )
})
