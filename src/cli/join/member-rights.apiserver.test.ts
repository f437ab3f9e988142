import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../../e2e/controlplane/start-apiserver.ts'
import { HOME_RULES } from '../../api/generated/agent-rules.ts'
import {
  CLUSTER,
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  type Resource,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../../api/kinds.ts'
import { AGENT_NAME, CLUSTER_NAMESPACE, executionNamespace, LABEL } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { requestToken } from '../../kube/token-request.ts'
import { canonicalJson } from '../../object/digest.ts'
import { listAt, valueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { sleep, systemClock } from '../../runtime/clock.ts'
import { newTestClient } from '../../testing/apiserver-client.ts'
import {
  adminOf,
  type ClusterFixture,
  objectOf as object,
  startClusterFixture,
  untilSome,
} from '../../testing/cluster-fixture.ts'
import { join } from '../join.ts'
import { homeRule } from '../register/agent-objects.ts'
import { register } from '../register.ts'
import { agentAccountName } from '../token/agent-account.ts'
import { parseTicket } from '../token/ticket.ts'
import { createToken } from '../token.ts'
import { type UnregisterOptions, unregister } from '../unregister.ts'
import { cleanMember } from './leftovers.ts'
import type { MemberWish } from './member-objects.ts'
import { memberRules, type PolicyRule } from './permissions.ts'
import { missingRights, type Right } from './rights.ts'

// What a member's apiserver lets the operator do there, and an agent: what their preset declares, no more and no less.

const TEST_TIMEOUT_MS = 180_000
/** Roles that were just made, or taken away, take a moment to hold. */
const HOLDS_MS = 30_000
const [SHOP, BLOG, AGENT_HOME] = ['shop', 'blog', 'flotilla-system']
/** Where it is asked: what was named, what was not, the account's own, the system's. */
const PLACES = [SHOP, BLOG, CLUSTER_NAMESPACE, AGENT_HOME, 'default', 'kube-system']
const ADMIN: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
const ANY_URL = { verbs: ['*'], nonResourceURLs: ['*'] }
const OWN_TOKEN: PolicyRule = {
  ...{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  resourceNames: ['flotilla-m1'],
}
const EXTRA = ['secrets', 'rolebindings.rbac.authorization.k8s.io', '*.example.com']

interface Rights {
  readonly resources: readonly string[]
  readonly urls: readonly string[]
}

type Asked = Pick<MemberWish, 'permissions' | 'propagate' | 'namespaces'>

interface Preset {
  readonly name: string
  readonly asked: Asked
  readonly may: readonly Right[]
  readonly mayNot: readonly Right[]
}

const apps = (verb: string, resource: string, namespace: string): Right => ({
  verb,
  group: 'apps',
  resource,
  namespace,
})
const core = (verb: string, resource: string, namespace?: string): Right => ({
  ...{ verb, resource },
  ...(namespace !== undefined && { namespace }),
})
const RBAC = 'rbac.authorization.k8s.io'
/** Of nobody but an administrator: what leads to everything else. */
const PERILOUS: readonly Right[] = [
  core('list', 'secrets'),
  core('get', 'secrets', 'kube-system'),
  core('create', 'pods/exec', 'default'),
  core('impersonate', 'users'),
  core('create', 'serviceaccounts/token', 'kube-system'),
  core('create', 'nodes/proxy'),
  { verb: 'bind', group: RBAC, resource: 'clusterroles' },
  { verb: 'escalate', group: RBAC, resource: 'clusterroles' },
  { verb: 'create', group: RBAC, resource: 'clusterrolebindings' },
  { verb: 'patch', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  { verb: 'create', group: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' },
  { verb: '*', group: '*', resource: '*' },
]

/** In this order: each takes the place of the one before, of which nothing may stay. */
const PRESETS: readonly Preset[] = [
  {
    name: 'cluster-admin',
    asked: { permissions: 'cluster-admin', propagate: [], namespaces: [] },
    may: PERILOUS,
    mayNot: [],
  },
  {
    name: 'workloads',
    asked: { permissions: 'workloads', propagate: [], namespaces: [] },
    may: [core('get', 'pods/log', 'default'), apps('patch', 'deployments', 'default'), core('create', 'namespaces')],
    mayNot: PERILOUS,
  },
  {
    name: 'workloads and more kinds',
    asked: { permissions: 'workloads', propagate: EXTRA, namespaces: [] },
    may: [core('list', 'secrets'), { verb: 'delete', group: 'example.com', resource: 'gadgets', namespace: SHOP }],
    mayNot: PERILOUS.filter(({ resource, verb }) => resource !== 'secrets' && !['bind', 'escalate'].includes(verb)),
  },
  {
    name: 'namespaced, in two',
    asked: { permissions: 'namespaced', propagate: [], namespaces: [SHOP, BLOG] },
    may: [apps('create', 'deployments', SHOP), apps('delete', 'deployments', BLOG), core('list', 'configmaps')],
    mayNot: [...PERILOUS, apps('create', 'deployments', 'default'), core('create', 'namespaces')],
  },
  {
    name: 'namespaced, in one of them',
    asked: { permissions: 'namespaced', propagate: [], namespaces: [BLOG] },
    may: [apps('create', 'deployments', BLOG), apps('list', 'deployments', SHOP)],
    mayNot: [...PERILOUS, apps('create', 'deployments', SHOP), core('patch', 'configmaps', CLUSTER_NAMESPACE)],
  },
  {
    name: 'cluster-admin, after fewer rights,',
    asked: { permissions: 'cluster-admin', propagate: [], namespaces: [] },
    may: PERILOUS,
    mayNot: [],
  },
]

/** What a preset is to grant in a namespace, and outside of any. */
function declared({ permissions, propagate, namespaces }: Asked, namespace: string): readonly PolicyRule[] {
  const rules = memberRules(permissions, propagate)
  if (rules === undefined) return [ADMIN]
  return [...rules.everywhere, ...(namespaces.includes(namespace) ? (rules.inNamespaces ?? []) : [])]
}

describe('what a member grants', () => {
  let fixture: ClusterFixture
  let server: Apiserver
  let member: Client
  /** What everybody may who has a name. */
  let everybody: ReadonlyMap<string, Rights>
  const opened: Client[] = []
  const { signal } = new AbortController()

  const clientWith = (token: string): Client => {
    const client = newTestClient({ ...server.cluster.endpoint, token })
    opened.push(client)
    return client
  }
  const tokenOf = async (namespace: string, name: string): Promise<string> => {
    const { token } = await requestToken(member, { namespace, name }, { lifetimeMs: 3_600_000, signal })
    return token
  }

  beforeAll(async () => {
    ;[fixture, server] = await Promise.all([startClusterFixture(), startApiserver({ name: 'm1' })])
    member = adminOf(server)
    opened.push(member)
    for (const name of [SHOP, BLOG, CLUSTER_NAMESPACE, AGENT_HOME]) {
      await member.create(NAMESPACE, object(NAMESPACE, { name }))
    }
    await member.create(SERVICE_ACCOUNT, object(SERVICE_ACCOUNT, { namespace: 'default', name: 'anybody' }))
    everybody = await rightsOf(clientWith(await tokenOf('default', 'anybody')))
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await Promise.all(opened.map(client => client.close()))
    await Promise.all([fixture?.stop(), server?.stop()])
  })

  /** All that it lets somebody do, by namespace. */
  const rightsOf = async (client: Client): Promise<ReadonlyMap<string, Rights>> => {
    const ask = async (namespace: string): Promise<readonly [string, Rights]> => {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
      const review = await client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body)
      expect(valueAt(review, 'status', 'incomplete')).toBe(false)
      const [resources, urls] = ['resourceRules', 'nonResourceRules'].map(field => listAt(review, 'status', field))
      return [namespace, { resources: sorted(resources ?? []), urls: sorted(urls ?? []) }]
    }
    return new Map(await Promise.all(PLACES.map(ask)))
  }
  const sorted = (rules: readonly unknown[]): readonly string[] => rules.map(rule => canonicalJson(rule)).toSorted()

  /** What everybody may, and these rules. */
  const wanted = (isAdmin: boolean, rulesIn: (namespace: string) => readonly PolicyRule[]) =>
    new Map(
      [...everybody].map(([namespace, { resources, urls }]): [string, Rights] => [
        namespace,
        {
          resources: [...resources, ...sorted(rulesIn(namespace))].toSorted(),
          urls: [...urls, ...(isAdmin ? sorted([ANY_URL]) : [])].toSorted(),
        },
      ]),
    )

  const expectRights = async (client: Client, rights: ReadonlyMap<string, Rights>): Promise<void> => {
    const deadlineMs = performance.now() + HOLDS_MS
    const asText = (map: ReadonlyMap<string, Rights>): string => canonicalJson(Object.fromEntries(map))
    let seen = await rightsOf(client)
    while (asText(seen) !== asText(rights) && performance.now() < deadlineMs) {
      await sleep(systemClock, 100)
      seen = await rightsOf(client)
    }
    expect(seen).toEqual(rights)
  }
  /** Asked one by one: the rules mean what they say. */
  const expectAnswers = async (client: Client, { may, mayNot }: Preset): Promise<void> => {
    expect(await missingRights(client, may, signal)).toEqual([])
    expect(await missingRights(client, mayNot, signal)).toEqual(mayNot)
  }

  describe('to the account that flotilla join makes', () => {
    /** @returns who connects as the account. */
    const joinAs = async (asked: Asked, tokenSecret = false): Promise<Client> => {
      let account: Client | undefined
      const code = await join(
        {
          ...{ write: () => undefined, warn: () => undefined, clock: systemClock },
          host: { client: fixture.client, server: 'the host' },
          member: { client: member, server: 'the member' },
          server: { name: 'm1', server: server.cluster.endpoint.url, caPem: server.cluster.endpoint.ca },
          asMember: (token, run) => {
            account = clientWith(token)
            return run(account)
          },
        },
        {
          ...{ name: 'm1', namespace: CLUSTER_NAMESPACE, ...asked, tokenSecret },
          ...{ topology: {}, tokenLifetimeSeconds: 3600, renewCredentials: true, dryRun: false, waitMs: 0 },
        },
        signal,
      )
      expect(code).toBe(0)
      if (account === undefined) throw new Error('nobody tried the token')
      return account
    }
    const granted = (asked: Asked, more: readonly PolicyRule[]) =>
      wanted(asked.permissions === 'cluster-admin', namespace => [
        ...declared(asked, namespace),
        ...(namespace === CLUSTER_NAMESPACE ? more : []),
      ])

    it.each(PRESETS)(
      'what $name declares, no more and no less, and nothing of what was granted before',
      async preset => {
        const account = await joinAs(preset.asked)
        await expectRights(account, granted(preset.asked, [OWN_TOKEN]))
        await expectAnswers(account, preset)
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'nothing by a binding of its name that somebody else has made: that stays as it is',
      async () => {
        const everywhere = { namespace: '', name: 'flotilla-m1' }
        await findOrUndefined(() => member.delete(CLUSTER_ROLE_BINDING, everywhere))
        const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' }
        await member.create(CLUSTER_ROLE_BINDING, object(CLUSTER_ROLE_BINDING, { name: 'flotilla-m1' }, { roleRef }))
        const asked: Asked = { permissions: 'workloads', propagate: [], namespaces: [] }
        await expect(joinAs(asked)).rejects.toThrow(/cannot change roleRef/)
        expect(await member.get(CLUSTER_ROLE_BINDING, everywhere)).toMatchObject({ roleRef: { name: 'view' } })
        await member.delete(CLUSTER_ROLE_BINDING, everywhere)
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'no token of its own when its token never expires',
      async () => {
        const key = { namespace: CLUSTER_NAMESPACE, name: 'flotilla-m1' }
        // As the controller manager does, which does not run here.
        const fill = async (): Promise<void> => {
          await untilSome(() => findOrUndefined(() => member.get(SECRET, key)))
          const token = Buffer.from(await tokenOf(key.namespace, key.name)).toString('base64')
          await member.patch(SECRET, key, { type: 'merge', body: { data: { token } } })
        }
        const asked: Asked = { permissions: 'workloads', propagate: [], namespaces: [] }
        const [account] = await Promise.all([joinAs(asked, true), fill()])
        await expectRights(account, granted(asked, []))
      },
      TEST_TIMEOUT_MS,
    )
  })

  describe('to the agent that flotilla register installs', () => {
    const EDGE = 'edge'
    const silent = { write: () => undefined, warn: () => undefined, clock: systemClock }
    const lifetimeMs = 3_600_000
    const everywhere = { namespace: '', name: AGENT_NAME }

    beforeAll(async () => {
      const { metadata } = await fixture.client.get(NAMESPACE, { namespace: '', name: 'kube-system' })
      await cleanMember(member, { name: 'm1', namespace: CLUSTER_NAMESPACE, hostId: metadata.uid ?? '' }, signal)
    })

    /** As a user does it, with a join token of its own. @returns who connects as the agent. */
    const registerAs = async (asked: Asked, namespace = AGENT_HOME): Promise<Client> => {
      let printed = ''
      const { url, ca } = fixture.host.cluster.endpoint
      await createToken(
        { ...silent, host: fixture.client, write: text => (printed += text) },
        {
          ...{ name: EDGE, ttlMs: lifetimeMs, topology: {}, printRegisterCommand: false },
          server: { server: url, caPem: ca },
        },
        signal,
      )
      const ticket = parseTicket(printed.trim())
      const host = newTestClient({ ...fixture.host.cluster.endpoint, token: ticket.token })
      opened.push(host)
      const account = { namespace: CLUSTER_NAMESPACE, name: agentAccountName(EDGE) }
      await untilSome(() => requestToken(host, account, { lifetimeMs, signal }).catch(() => undefined))
      await register(
        { ...silent, member, host },
        {
          ...{ ticket, tokenLifetimeMs: lifetimeMs, credentialsOnly: false, dryRun: false },
          wish: { cluster: EDGE, namespace, image: 'flotilla:1', ...asked },
        },
        signal,
      )
      return clientWith(await tokenOf(AGENT_HOME, AGENT_NAME))
    }
    const unregisterIt = (more: Partial<UnregisterOptions> = {}): Promise<number> =>
      unregister(
        { ...silent, host: fixture.client, member },
        { name: EDGE, namespace: AGENT_HOME, waitMs: HOLDS_MS, ...more },
        signal,
      )
    const granted = (asked: Asked) =>
      wanted(asked.permissions === 'cluster-admin', namespace => [
        ...declared(asked, namespace),
        ...(namespace === AGENT_HOME ? HOME_RULES.map(homeRule) : []),
      ])
    /** What looks like the agent's, by label or by name. */
    const left = async (): Promise<readonly string[]> => {
      const kinds = [DEPLOYMENT, CONFIG_MAP, SECRET, SERVICE_ACCOUNT]
      const rights: readonly Resource[] = [ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING]
      const lists = await Promise.all(
        [...kinds, ...rights].map(async resource => {
          const { items } = await member.list(resource)
          const seeming = items.filter(
            ({ metadata }) => metadata.labels?.[LABEL.system] === 'true' || metadata.name.startsWith('flotilla'),
          )
          return seeming.map(each => `${resource.kind} ${formatKey(keyOf(each))}`)
        }),
      )
      return lists.flat()
    }
    const bindingTo = (role: string, labels: Record<string, string>): KubeObject =>
      object(
        CLUSTER_ROLE_BINDING,
        { name: AGENT_NAME, labels },
        {
          roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
          subjects: [{ kind: 'ServiceAccount', namespace: AGENT_HOME, name: AGENT_NAME }],
        },
      )

    it(
      'nothing by a binding of its name that is not of a registration: that stays as it is',
      async () => {
        await member.create(CLUSTER_ROLE_BINDING, bindingTo('view', {}))
        const asked: Asked = { permissions: 'workloads', propagate: [], namespaces: [] }
        await expect(registerAs(asked)).rejects.toThrow(/cannot change roleRef/)
        expect(await member.get(CLUSTER_ROLE_BINDING, everywhere)).toMatchObject({ roleRef: { name: 'view' } })
        await member.delete(CLUSTER_ROLE_BINDING, everywhere)
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'no more of what its binding pointed at when that was made to point elsewhere',
      async () => {
        await member.create(CLUSTER_ROLE_BINDING, bindingTo('cluster-admin', { [LABEL.system]: 'true' }))
        const asked: Asked = { permissions: 'workloads', propagate: [], namespaces: [] }
        await expectRights(await registerAs(asked), granted(asked))
      },
      TEST_TIMEOUT_MS,
    )

    it.each(PRESETS)(
      'what $name declares and its own Secret and Lease, no more and no less, and nothing of what an earlier registration granted',
      async preset => {
        const account = await registerAs(preset.asked)
        await expectRights(account, granted(preset.asked))
        await expectAnswers(account, preset)
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'no more and no less by what means an agent of another namespace or cluster: it is refused',
      async () => {
        const asked: Asked = { permissions: 'workloads', propagate: [], namespaces: [] }
        await registerAs(asked)
        const before = await left()
        await expect(registerAs(asked, SHOP)).rejects.toThrow(`has an agent in namespace ${AGENT_HOME}`)
        await expect(unregisterIt({ namespace: SHOP })).rejects.toThrow(`is in namespace ${AGENT_HOME}, not in ${SHOP}`)
        await expect(unregisterIt({ name: 'other' })).rejects.toThrow('is registered as edge, not as other')
        expect(await left()).toEqual(before)
        expect(await fixture.client.get(CLUSTER, { namespace: '', name: EDGE })).not.toHaveProperty(
          'metadata.deletionTimestamp',
        )
      },
      TEST_TIMEOUT_MS,
    )

    it.each(PRESETS)(
      'nothing after flotilla unregister, which leaves nothing of $name',
      async ({ asked }) => {
        await registerAs(asked)
        const [code] = await Promise.all([unregisterIt(), fixture.finalize(executionNamespace(EDGE))])
        expect(code).toBe(0)
        expect(await left()).toEqual([])
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'what somebody else made by the same names: unregister leaves it there',
      async () => {
        const at = (namespace: string, name: string) => ({ namespace, name })
        const foreign: readonly (readonly [Resource, KubeObject])[] = [
          [CONFIG_MAP, object(CONFIG_MAP, at(AGENT_HOME, AGENT_NAME))],
          [SERVICE_ACCOUNT, object(SERVICE_ACCOUNT, at(AGENT_HOME, AGENT_NAME))],
          [
            ROLE_BINDING,
            object(ROLE_BINDING, at(SHOP, `${AGENT_NAME}-write`), {
              roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: AGENT_NAME },
            }),
          ],
          [CLUSTER_ROLE, object(CLUSTER_ROLE, { name: AGENT_NAME })],
          [CLUSTER_ROLE_BINDING, bindingTo(AGENT_NAME, {})],
        ]
        for (const [resource, each] of foreign) await member.create(resource, each)
        expect(await unregisterIt()).toBe(0)
        expect(await left()).toEqual(foreign.map(([{ kind }, each]) => `${kind} ${formatKey(keyOf(each))}`))
      },
      TEST_TIMEOUT_MS,
    )
  })
})
