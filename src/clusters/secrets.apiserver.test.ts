import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER, NAMESPACE, POD, type Resource, SECRET } from '../api/kinds.ts'
import { CLUSTER_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findCondition } from '../object/condition.ts'
import { newCertificateAuthority } from '../testing/certificates.ts'
import { adminOf, type ClusterFixture, objectOf, startClusterFixture, untilSome } from '../testing/cluster-fixture.ts'

const SERVICE_ACCOUNT: Resource = { ...POD, kind: 'ServiceAccount', plural: 'serviceaccounts' }
const CONFIG_MAP: Resource = { ...POD, kind: 'ConfigMap', plural: 'configmaps' }
const ADMIN = { namespace: 'kube-system', clusterRole: 'cluster-admin' }
const TEST_TIMEOUT_MS = 180_000

// spec/behaviour/clusters.md §10: a rotated Secret is picked up while the operator runs.
describe('the Secret of a cluster', () => {
  let fixture: ClusterFixture
  let member: Apiserver
  let other: Apiserver
  let memberClient: Client

  beforeAll(async () => {
    ;[fixture, member, other] = await Promise.all([
      startClusterFixture(),
      startApiserver({ name: 'member' }),
      startApiserver({ name: 'other' }),
    ])
    memberClient = adminOf(member)
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await fixture?.stop()
    await Promise.all([memberClient?.close(), member?.stop(), other?.stop()])
  })

  // Also after a test that failed: a member can be joined once only.
  afterEach(async () => {
    const { items } = await fixture.client.list(CLUSTER)
    await Promise.all(items.map(({ metadata }) => fixture.unjoin(metadata.name)))
  }, TEST_TIMEOUT_MS)

  /** Waits until the taints of a cluster that was not ready are gone, and gives its condition Ready. */
  const untilSettled = (name: string) =>
    untilSome(async () => {
      const { spec, status } = await fixture.read(name)
      return (spec.taints ?? []).length === 0 && findCondition(status?.conditions, 'Ready')
    })
  const revoke = (name: string) => memberClient.delete(SERVICE_ACCOUNT, { namespace: 'kube-system', name })
  const inUse = (name: string) => untilSome(() => fixture.operator.members.get(name))
  const configMap = (name: string) =>
    objectOf(CONFIG_MAP, { name, namespace: 'default', labels: { 'karmada.io/managed': 'true' } })
  const connections = (name: string) =>
    fixture.operator.log.lines.filter(
      ({ message, fields }) => message === 'member connected' && fields['cluster'] === name,
    ).length
  const eventsAbout = (name: string) =>
    fixture.operator.events.filter(({ about }) => about === name).map(({ reason }) => reason)

  it(
    'may rotate its token before the old one is revoked: nothing is noticed',
    async () => {
      const first = await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'first' })
      const second = await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'second' })
      const data = { caBundle: first.ca, token: first.token }
      await fixture.joinWith('rotated', data, { apiEndpoint: first.url })
      await fixture.untilReady('rotated')
      const ready = await untilSettled('rotated')
      const before = await inUse('rotated')
      const informer = before.informer(CONFIG_MAP)
      await informer.waitForSync()

      let isRenewed = false
      const forget = fixture.operator.members.addCandidateHandler(({ type, name }) => {
        isRenewed ||= type === 'renewed' && name === 'rotated'
      })
      await fixture.putSecret('rotated', { ...data, token: second.token })
      await untilSome(() => isRenewed)
      forget()
      await revoke('first')
      await before.client.apply(CONFIG_MAP, configMap('after-rotation'))
      await untilSome(() => informer.get({ namespace: 'default', name: 'after-rotation' }))
      expect(await inUse('rotated')).toBe(before)
      expect(before.informer(CONFIG_MAP)).toBe(informer)
      expect(connections('rotated')).toBe(1)
      // Neither a taint nor a condition came in between, and nothing else was told than what joining tells.
      expect(await untilSettled('rotated')).toEqual(ready)
      const ofJoining = ['CreateExecutionSpaceSucceed', 'TaintClusterSucceed']
      expect(eventsAbout('rotated').filter(reason => !ofJoining.includes(reason))).toEqual([])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'may get a new token after the old one is revoked: Ready again at once, with the watches that there were',
    async () => {
      const first = await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'third' })
      const second = await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'fourth' })
      const data = { caBundle: first.ca, token: first.token }
      await fixture.joinWith('revoked', data, { apiEndpoint: first.url })
      await fixture.untilReady('revoked')
      const before = await inUse('revoked')
      const informer = before.informer(CONFIG_MAP)
      await informer.waitForSync()

      await revoke('third')
      await fixture.untilCondition('revoked', 'Connected', 'False/Unauthorized')
      await fixture.untilReady('revoked', 'False/ClusterNotReachable')
      expect(await fixture.messageOf('revoked', 'Ready')).toMatch(/^cluster is not reachable: .*revoked: put a new one/)

      const startMs = performance.now()
      await fixture.putSecret('revoked', { ...data, token: second.token })
      await fixture.untilReady('revoked')
      process.stderr.write(`ready ${Math.round(performance.now() - startMs)} ms after the new token\n`)
      await before.client.apply(CONFIG_MAP, configMap('after-revocation'))
      await untilSome(() => informer.get({ namespace: 'default', name: 'after-revocation' }))
      expect(await inUse('revoked')).toBe(before)
      expect(connections('revoked')).toBe(1)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'may change in what does not matter: the connection stays',
    async () => {
      await fixture.joinWith('touched', { kubeconfig: member.cluster.kubeconfig })
      const cluster = await fixture.untilJoined('touched')
      const before = await inUse('touched')
      const key = { namespace: CLUSTER_NAMESPACE, name: 'touched' }
      await fixture.client.patch(SECRET, key, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } })
      await fixture.putSecret('touched', {
        kubeconfig: `# a comment\n${member.cluster.kubeconfig}\n\n`,
        note: 'ours',
      })
      // A second cluster that is connected afterwards shows that the change was seen.
      await fixture.joinWith('witness', { kubeconfig: other.cluster.kubeconfig })
      await fixture.untilReady('witness')
      expect(await inUse('touched')).toBe(before)
      expect(connections('touched')).toBe(1)
      expect((await fixture.read('touched')).metadata.resourceVersion).toBe(cluster.metadata.resourceVersion)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'may come after its Cluster, and be mended step by step',
    async () => {
      await fixture.createCluster('late')
      await fixture.untilReady('late', 'False/StatusCollectionFailed')
      expect(await fixture.conditionOf('late', 'Connected')).toMatchObject({
        reason: 'SecretNotFound',
        message: 'Secret karmada-cluster/late of spec.secretRef does not exist',
      })
      await fixture.putSecret('late', { wrong: 'x' })
      await fixture.untilCondition('late', 'Connected', 'False/SecretInvalid')
      await fixture.putSecret('late', { kubeconfig: '[' })
      await fixture.untilCondition('late', 'Connected', 'False/KubeconfigInvalid')
      await fixture.putSecret('late', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('late')
      await fixture.untilCondition('late', 'Connected', 'True/Connected')
      expect(eventsAbout('late')).toEqual(
        expect.arrayContaining(['SecretNotFound', 'SecretInvalid', 'KubeconfigInvalid']),
      )
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'may get another CA, or another cluster: the connection is replaced',
    async () => {
      const { url, ca, token } = await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'ca' })
      await fixture.joinWith('moved', { caBundle: ca, token }, { apiEndpoint: url })
      await fixture.untilReady('moved')
      const before = await inUse('moved')

      await fixture.putSecret('moved', { caBundle: newCertificateAuthority('elsewhere').cert, token })
      await fixture.untilReady('moved', 'False/ClusterNotReachable')
      expect(await fixture.messageOf('moved', 'Connected')).toMatch(/not signed by the given CA/)
      expect(fixture.operator.members.get('moved')).toBeUndefined()

      await fixture.putSecret('moved', { caBundle: ca, token })
      await fixture.untilReady('moved')
      expect(await inUse('moved')).not.toBe(before)

      const { client } = fixture
      const spec = { apiEndpoint: other.cluster.endpoint.url }
      await client.patch(
        { group: 'cluster.karmada.io', version: 'v1alpha1', kind: 'Cluster', plural: 'clusters', namespaced: false },
        { namespace: '', name: 'moved' },
        { type: 'merge', body: { spec } },
      )
      await fixture.putSecret('moved', { caBundle: other.cluster.endpoint.ca, token: other.cluster.endpoint.token })
      const otherClient = adminOf(other)
      const { uid } = (await otherClient.get(NAMESPACE, { namespace: '', name: 'kube-system' })).metadata
      await otherClient.close()
      await untilSome(async () => (await fixture.read('moved')).spec.id === uid)
      await fixture.untilReady('moved')
      await fixture.untilEvent('moved', 'ClusterIdentityChanged')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'may go: the connection goes when everybody knows',
    async () => {
      await fixture.joinWith('gone', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('gone')
      await fixture.deleteSecret('gone')
      await fixture.untilReady('gone', 'False/StatusCollectionFailed')
      await untilSome(() => fixture.operator.members.get('gone') === undefined)
      expect(await fixture.conditionOf('gone', 'Connected')).toMatchObject({ reason: 'SecretNotFound' })
      await fixture.putSecret('gone', { kubeconfig: member.cluster.kubeconfig })
      await fixture.untilReady('gone')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'must give rights: without them the member is not used, with them it is',
    async () => {
      const poor = await member.cluster.kubeconfigFor({ namespace: 'kube-system', serviceAccount: 'poor' })
      await fixture.joinWith('poor', { caBundle: poor.ca, token: poor.token }, { apiEndpoint: poor.url })
      await fixture.untilReady('poor', 'False/StatusCollectionFailed')
      expect(await fixture.conditionOf('poor', 'Connected')).toMatchObject({
        reason: 'Forbidden',
        message: expect.stringMatching(/answered 403: .*kube-system.*\. Bind the identity to a role/),
      })
      expect(fixture.operator.members.get('poor')).toBeUndefined()
      await member.cluster.kubeconfigFor({ ...ADMIN, serviceAccount: 'poor' })
      await fixture.untilReady('poor')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'must not lie in another namespace, and shows in no event, condition or line of the log',
    async () => {
      await fixture.createCluster('stolen', { secretRef: { namespace: 'kube-system', name: 'stolen' } })
      await fixture.untilReady('stolen', 'False/StatusCollectionFailed')
      expect(await fixture.conditionOf('stolen', 'Connected')).toMatchObject({ reason: 'SecretNamespaceForbidden' })
      const { token } = member.cluster.endpoint
      expect(JSON.stringify(fixture.operator.events)).not.toContain(token)
      expect(JSON.stringify(fixture.operator.log.lines)).not.toContain(token)
    },
    TEST_TIMEOUT_MS,
  )
})
