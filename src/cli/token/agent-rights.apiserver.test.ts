import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { START_TIMEOUT_MS } from '../../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER, CLUSTER_ROLE, CONFIG_MAP, LEASE, NAMESPACE, ROLE, SECRET, WORK } from '../../api/kinds.ts'
import { heartbeatOf } from '../../clusters/heartbeat/plan.ts'
import type { Client } from '../../kube/client.ts'
import { isForbidden, isUnauthorized } from '../../kube/status-error.ts'
import { requestToken } from '../../kube/token-request.ts'
import { canonicalJson } from '../../object/digest.ts'
import { listAt, valueAt } from '../../object/field.ts'
import { systemClock } from '../../runtime/clock.ts'
import { newTestClient } from '../../testing/apiserver-client.ts'
import {
  type ClusterFixture,
  objectOf as object,
  startClusterFixture,
  untilSome,
} from '../../testing/cluster-fixture.ts'
import { createToken, deleteToken } from '../token.ts'
import { agentAccount } from './agent-account.ts'
import { parseTicket } from './ticket.ts'

const TEST_TIMEOUT_MS = 120_000
const [OWN, OTHER] = ['karmada-es-m1', 'karmada-es-m2']
const account = (cluster: string) => ({ namespace: 'karmada-cluster', name: `flotilla-agent-${cluster}` })
const work = (namespace: string) => object(WORK, { name: 'w', namespace }, { spec: { workload: { manifests: [] } } })
const patch = (body: object) => ({ type: 'merge', body: { ...body } }) as const

describe('what an agent may do on the host', () => {
  let fixture: ClusterFixture
  let agent: Client
  const { signal } = new AbortController()
  const m1 = { namespace: '', name: 'm1' }
  const opened: Client[] = []

  const clientWith = (token: string): Client => {
    const client = newTestClient({ ...fixture.host.cluster.endpoint, token })
    opened.push(client)
    return client
  }
  const createFor = async (name: string): Promise<string> => {
    let ticket = ''
    const { url, ca } = fixture.host.cluster.endpoint
    await createToken(
      { host: fixture.client, clock: systemClock, write: text => (ticket += text), warn: () => undefined },
      {
        ...{ name, ttlMs: 3_600_000, topology: {}, printRegisterCommand: false },
        server: { server: url, caPem: ca },
      },
      signal,
    )
    return parseTicket(ticket.trim()).token
  }

  beforeAll(async () => {
    fixture = await startClusterFixture()
    const joining = clientWith(await createFor('m1'))
    await createFor('m2')
    // Rights that were just given take a moment to hold.
    const { token } = await untilSome(() =>
      requestToken(joining, account('m1'), { lifetimeMs: 3_600_000, signal }).catch(() => undefined),
    )
    agent = clientWith(token)
    await Promise.all([OWN, OTHER].map(namespace => fixture.client.create(WORK, work(namespace))))
    await fixture.client.create(SECRET, object(SECRET, { name: 'm3', namespace: 'karmada-cluster' }))
    // They are given by three bindings, of which each is heard of by itself.
    const ofEach: readonly (() => Promise<unknown>)[] = [
      () => agent.get(WORK, { namespace: OWN, name: 'w' }),
      () => agent.get(CLUSTER, m1),
      () => requestToken(agent, account('m1'), { lifetimeMs: 3_600_000, signal }),
    ]
    for (const act of ofEach) await untilSome(async () => (await act().catch(() => undefined)) !== undefined)
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await Promise.all(opened.map(client => client.close()))
    await fixture?.stop()
  })

  const allowed: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
    ['list the Works of its own namespace', () => agent.list(WORK, { namespace: OWN })],
    [
      'change one of them',
      () => agent.patch(WORK, { namespace: OWN, name: 'w' }, patch({ metadata: { labels: { a: 'b' } } })),
    ],
    [
      'write the status of one',
      () =>
        agent.patch(WORK, { namespace: OWN, name: 'w' }, patch({ status: { conditions: [] } }), {
          subresource: 'status',
        }),
    ],
    ['watch its own Cluster', () => agent.list(CLUSTER, { fieldSelector: 'metadata.name=m1' })],
    [
      'write the status of its Cluster',
      () => agent.patch(CLUSTER, m1, patch({ status: { kubernetesVersion: 'v1' } }), { subresource: 'status' }),
    ],
    [
      'create its Lease, and renew it',
      async () => {
        const cluster = await fixture.read('m1')
        await agent.apply(LEASE, heartbeatOf(cluster, 40_000, 0))
        await agent.apply(LEASE, heartbeatOf(cluster, 40_000, 1000))
      },
    ],
    ['get another token of its own', () => requestToken(agent, account('m1'), { lifetimeMs: 3_600_000, signal })],
    ['read the labels of a namespace', () => agent.get(NAMESPACE, { namespace: '', name: 'default' })],
  ]
  it.each(allowed)('%s', async (_what, act) => void (await act()), TEST_TIMEOUT_MS)

  const m2 = { namespace: '', name: 'm2' }
  const forbidden: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
    ['read Works of another cluster', () => agent.list(WORK, { namespace: OTHER })],
    ['read all Works', () => agent.list(WORK)],
    ['change a Work of another cluster', () => agent.patch(WORK, { namespace: OTHER, name: 'w' }, patch({ spec: {} }))],
    ['make a Work for itself', () => agent.create(WORK, object(WORK, { name: 'x', namespace: OWN }, { spec: {} }))],
    ['delete a Work', () => agent.delete(WORK, { namespace: OWN, name: 'w' })],
    ['list all Clusters', () => agent.list(CLUSTER)],
    ['read another Cluster', () => agent.get(CLUSTER, m2)],
    [
      'write the status of another Cluster',
      () => agent.patch(CLUSTER, m2, patch({ status: {} }), { subresource: 'status' }),
    ],
    ['write the spec of its own Cluster', () => agent.patch(CLUSTER, m1, patch({ spec: { syncMode: 'Push' } }))],
    ['label its own Cluster', () => agent.patch(CLUSTER, m1, patch({ metadata: { labels: { tier: 'secret' } } }))],
    ['delete its own Cluster', () => agent.delete(CLUSTER, m1)],
    ['make a Cluster', () => agent.create(CLUSTER, object(CLUSTER, { name: 'm9' }, { spec: { syncMode: 'Push' } }))],
    [
      'make the Cluster of its name again',
      () => agent.create(CLUSTER, object(CLUSTER, { name: 'm1' }, { spec: { syncMode: 'Pull' } })),
    ],
    ['read Secrets of members', () => agent.list(SECRET, { namespace: 'karmada-cluster' })],
    ['read a Secret of another member', () => agent.get(SECRET, { namespace: 'karmada-cluster', name: 'm3' })],
    [
      'read the Secret of its own join token',
      () => agent.get(SECRET, { namespace: 'karmada-cluster', name: 'flotilla-join-m1' }),
    ],
    ['read Secrets in its own namespace', () => agent.list(SECRET, { namespace: OWN })],
    [
      "delete another's join token",
      () => agent.delete(SECRET, { namespace: 'karmada-cluster', name: 'flotilla-join-m2' }),
    ],
    ['read ConfigMaps', () => agent.list(CONFIG_MAP, { namespace: 'default' })],
    ['list namespaces', () => agent.list(NAMESPACE)],
    ["renew another's Lease", async () => agent.apply(LEASE, heartbeatOf(await fixture.read('m2'), 40_000, 0))],
    ['list Leases', () => agent.list(LEASE, { namespace: 'karmada-cluster' })],
    ["get another agent's token", () => requestToken(agent, account('m2'), { lifetimeMs: 3_600_000, signal })],
    ['widen its own Role', () => agent.patch(ROLE, { namespace: OWN, name: 'flotilla-agent' }, patch({ rules: [] }))],
    [
      'widen its ClusterRole',
      () => agent.patch(CLUSTER_ROLE, { namespace: '', name: 'flotilla:agent:m1' }, patch({ rules: [] })),
    ],
  ]
  it.each(forbidden)(
    'not: %s',
    async (_what, act) => {
      const error = await act().then(
        () => undefined,
        (refusal: unknown) => refusal,
      )
      expect(isForbidden(error) ? 'forbidden' : error).toBe('forbidden')
    },
    TEST_TIMEOUT_MS,
  )

  /** All that the apiserver would let it do in a namespace, and outside of any; what everybody may ask of himself aside. */
  const rulesIn = async (namespace: string): Promise<readonly unknown[]> => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
    const review = await agent.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body)
    expect(valueAt(review, 'status', 'incomplete')).toBe(false)
    return listAt(review, 'status', 'resourceRules').filter(
      rule => !listAt(rule, 'resources').some(resource => /^selfsubject\w+$/.test(String(resource))),
    )
  }
  const granted = (...roles: readonly string[]): readonly unknown[] =>
    agentAccount({ ...object(CLUSTER, { name: 'm1', uid: 'u' }), spec: { syncMode: 'Pull' } })
      .filter(({ kind, metadata }) => kind.endsWith('Role') && roles.includes(metadata.name))
      .flatMap(role => listAt(role, 'rules'))
  const sorted = (rules: readonly unknown[]): readonly string[] => rules.map(rule => canonicalJson(rule)).toSorted()

  it.each([
    { namespace: OTHER, roles: ['flotilla:agent:m1'] },
    { namespace: 'default', roles: ['flotilla:agent:m1'] },
    { namespace: 'kube-system', roles: ['flotilla:agent:m1'] },
    { namespace: 'flotilla-system', roles: ['flotilla:agent:m1'] },
    { namespace: 'karmada-cluster', roles: ['flotilla:agent:m1', 'flotilla-agent-m1'] },
    { namespace: OWN, roles: ['flotilla:agent:m1', 'flotilla-agent'] },
  ])(
    'not: anything else that the host serves, with any verb, in $namespace',
    async ({ namespace, roles }) => expect(sorted(await rulesIn(namespace))).toEqual(sorted(granted(...roles))),
    TEST_TIMEOUT_MS,
  )

  it(
    'a join token is worth nothing once it is deleted, or another one is made',
    async () => {
      const first = clientWith(await createFor('m2'))
      await untilSome(() => first.get(CLUSTER, m2).catch(() => undefined))
      const second = clientWith(await createFor('m2'))
      await untilSome(() => second.get(CLUSTER, m2).catch(() => undefined))
      await untilSome(() => first.get(CLUSTER, m2).then(() => false, isUnauthorized))
      await deleteToken(
        { host: fixture.client, clock: systemClock, write: () => undefined, warn: () => undefined },
        'm2',
        signal,
      )
      await untilSome(() => second.get(CLUSTER, m2).then(() => false, isUnauthorized))
    },
    TEST_TIMEOUT_MS,
  )
})
