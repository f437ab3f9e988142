import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER } from '../api/kinds.ts'
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
      expect(await fixture.untilEvent('self', 'ClusterIsHost')).toMatchObject({ type: 'Warning' })

      // Mended, it is a member like any other.
      await fixture.putSecret('self', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('self')
      await untilSome(async () => ((await fixture.read('self')).status?.apiEnablements?.length ?? 0) > 5)
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
    'refuses an older one that says it is a younger one, which stays in use',
    async () => {
      await fixture.joinWith('older', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('older')
      await nextSecond()
      await fixture.joinWith('younger', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('younger')
      const { spec: known } = await fixture.read('older')
      const [given, kept] = ['older', 'younger'].map(name => fixture.operator.members.get(name))

      // A member that answers with the UID of another one looks the same.
      await fixture.putSecret('older', { kubeconfig: member.cluster.kubeconfig })
      const older = await fixture.untilReady('older', 'False/DuplicateCluster')
      expect(older.status?.apiEnablements).toEqual([])
      expect(await fixture.messageOf('older', 'Ready')).toContain('the same cluster as younger ')
      expect(isUsed('older')).toBe(false)
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'never' } }
      const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }
      await expect(given?.client.create(namespaces, object)).rejects.toMatchObject({ kind: 'aborted' })

      await new Promise(resolve => setTimeout(resolve, INTERVAL_MS * 3))
      expect(await fixture.conditionOf('younger', 'Ready')).toMatchObject({ status: 'True' })
      expect(fixture.operator.members.get('younger')).toBe(kept)
      expect((await fixture.read('older')).spec.id).toBe(known.id)
      const events = fixture.operator.events.map(({ about, reason }) => `${about} ${reason}`)
      expect(events).not.toContain('older ClusterIdentityChanged')
      expect(events).not.toContain('younger DuplicateCluster')

      // And back: it is its own again.
      await fixture.putSecret('older', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('older')
      await Promise.all([fixture.unjoin('older'), fixture.unjoin('younger')])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'lets a second one in when the first becomes another cluster, which is noted with an event',
    async () => {
      await fixture.joinWith('leaver', { kubeconfig: member.cluster.kubeconfig })
      const { spec: before } = await fixture.untilReady('leaver')
      await fixture.joinWith('heir', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('heir', 'False/DuplicateCluster')

      await fixture.putSecret('leaver', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('heir')
      await fixture.untilReady('leaver')
      // It has been ready all the time.
      await fixture.untilEvent('leaver', 'ClusterIdentityChanged')
      const [leaver, heir] = await Promise.all([fixture.read('leaver'), fixture.read('heir')])
      expect(heir.spec.id).toBe(before.id)
      expect(leaver.spec.id).not.toBe(before.id)
      await Promise.all([fixture.unjoin('leaver'), fixture.unjoin('heir')])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'refuses two whose Secrets are exchanged until spec.id of one is emptied',
    async () => {
      const secrets = [{ kubeconfig: member.cluster.kubeconfig }, { kubeconfig: other.cluster.kubeconfig }] as const
      await Promise.all([fixture.joinWith('left', secrets[0]), fixture.joinWith('right', secrets[1])])
      const { spec: left } = await fixture.untilReady('left')
      const { spec: right } = await fixture.untilReady('right')
      await Promise.all([fixture.putSecret('left', secrets[1]), fixture.putSecret('right', secrets[0])])
      await fixture.untilReady('left', 'False/DuplicateCluster')
      await fixture.untilReady('right', 'False/DuplicateCluster')

      const body = { spec: { id: '' } }
      await fixture.client.patch(CLUSTER, { namespace: '', name: 'left' }, { type: 'merge', body })
      await fixture.untilReady('right')
      await fixture.untilReady('left')
      const now = await Promise.all([fixture.read('left'), fixture.read('right')])
      expect(now.map(({ spec }) => spec.id)).toEqual([right.id, left.id])
      await Promise.all([fixture.unjoin('left'), fixture.unjoin('right')])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'lets one of several in that are joined at once, and says so of all others',
    async () => {
      const names = ['c1', 'c2', 'c3', 'c4']
      await Promise.all(names.map(name => fixture.joinWith(name, { kubeconfig: member.cluster.kubeconfig })))
      // The one that was noted first, mostly the oldest.
      const used = await untilSome(async () => {
        const states = await Promise.all(names.map(name => fixture.conditionOf(name, 'Ready')))
        const isSettled = states.filter(state => state?.reason === 'DuplicateCluster').length === names.length - 1
        const [ready, ...others] = names.filter((name, i) => isUsed(name) && states[i]?.status === 'True')
        return isSettled && others.length === 0 && ready
      })
      const refused = names.filter(name => name !== used)
      for (const name of refused) {
        expect(isUsed(name)).toBe(false)
        await untilSome(async () => (await fixture.messageOf(name, 'Ready'))?.includes(`as ${used} `))
      }
      await Promise.all(refused.map(name => fixture.unjoin(name)))
      expect(await fixture.conditionOf(used, 'Ready')).toMatchObject({ status: 'True' })
      await fixture.unjoin(used)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'lets go a refused cluster that is deleted, without a word to the member',
    async () => {
      await fixture.joinWith('kept', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilJoined('kept')
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
