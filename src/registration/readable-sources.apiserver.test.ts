import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import {
  CLUSTER_PROPAGATION_POLICY,
  NAMESPACE as NAMESPACES,
  POLICY_KINDS,
  type PolicyKind,
  PROPAGATION_POLICY,
} from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { systemClock } from '../runtime/clock.ts'
import { NAMESPACE, newObject } from '../testing/admission-cases/admission-case.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { grant, type RightsRule } from '../testing/policy-authors.ts'
import { silentLog } from '../testing/silent-log.ts'
import { registerApi } from './register-api.ts'

jest.setTimeout(120_000)

let apiserver: Apiserver
let admin: Client
const authors = new Map<string, Client>()

const POLICIES: RightsRule = { apiGroups: ['policy.karmada.io'], resources: ['*'], verbs: ['*'] }
const get = (resource: string, resourceNames?: readonly string[]): RightsRule => ({
  apiGroups: [''],
  resources: [resource],
  verbs: ['get'],
  ...(resourceNames && { resourceNames }),
})

/** Everybody may write policies everywhere; besides that, in the namespace of the tests, or everywhere: */
const RIGHTS: Readonly<
  Record<string, { readonly here?: readonly RightsRule[]; readonly everywhere?: readonly RightsRule[] }>
> = {
  placer: {},
  reader: { here: [get('secrets'), get('configmaps')] },
  'reader-of-names': { here: [get('secrets', ['a', 'b'])] },
  deployer: { here: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['create'] }] },
  runner: { here: [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }] },
  'reader-of-all': { everywhere: [get('secrets')] },
}

beforeAll(async () => {
  apiserver = await startApiserver()
  admin = newTestClient(apiserver.cluster.endpoint)
  const { signal } = new AbortController()
  await registerApi({ client: admin, clock: systemClock, log: silentLog }, { installCrds: true }, signal)
  for (const name of [NAMESPACE, 'elsewhere']) {
    await admin.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  await Promise.all(Object.keys(RIGHTS).map(startAuthor))
  await inForce()
}, START_TIMEOUT_MS)

afterAll(async () => {
  await Promise.all([admin, ...authors.values()].map(client => client?.close()))
  await apiserver?.stop()
})

async function startAuthor(serviceAccount: string): Promise<void> {
  const { token } = await apiserver.cluster.kubeconfigFor({ serviceAccount, namespace: 'default' })
  const { here = [], everywhere = [] } = RIGHTS[serviceAccount] ?? {}
  await grant(admin, { serviceAccount, namespace: '' }, [POLICIES, ...everywhere])
  if (here.length > 0) await grant(admin, { serviceAccount, namespace: NAMESPACE }, here)
  authors.set(serviceAccount, newTestClient({ ...apiserver.cluster.endpoint, token }))
}

function by(author: string): Client {
  const client = authors.get(author)
  if (client === undefined) throw new Error(`no author ${author}`)
  return client
}

async function judge(author: Client, kind: PolicyKind, spec: JsonObject): Promise<string> {
  try {
    await author.create(kind, newObject(kind, { spec }), { dryRun: true })
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** New policies and new rights take a moment: those of each author, here and everywhere, by themselves. */
async function inForce(): Promise<void> {
  const withDependencies = { ...select(DEPLOYMENT), propagateDeps: true }
  const allowed: readonly (readonly [author: string, kind: PolicyKind, spec: JsonObject])[] = [
    ['placer', PROPAGATION_POLICY, select(DEPLOYMENT)],
    ['reader', PROPAGATION_POLICY, select(SECRET)],
    ['reader-of-names', PROPAGATION_POLICY, select(named('a'))],
    ['deployer', PROPAGATION_POLICY, withDependencies],
    ['runner', PROPAGATION_POLICY, withDependencies],
    ['reader-of-all', CLUSTER_PROPAGATION_POLICY, select(SECRET)],
  ]
  await untilSome(async () => {
    const refusals = await Promise.all(POLICY_KINDS.map(kind => judge(by('placer'), kind, select(SECRET))))
    const others = await Promise.all(allowed.map(([author, kind, spec]) => judge(by(author), kind, spec)))
    return refusals.every(text => text.includes('get secrets')) && others.every(text => text === 'accepted')
  })
}

const SECRET = { apiVersion: 'v1', kind: 'Secret' }
const select = (...resourceSelectors: readonly JsonObject[]): JsonObject => ({ resourceSelectors })
const named = (name: string, namespace?: string): JsonObject => ({ ...SECRET, name, ...(namespace && { namespace }) })
const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' }
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }

describe('PropagationPolicy', () => {
  it.each<{ name: string; author: string; spec: JsonObject; want: string }>([
    {
      name: 'who may not read Secrets cannot place them',
      author: 'placer',
      spec: select(SECRET),
      want: 'placer needs the right to get secrets in its namespace',
    },
    { name: 'nor one by name', author: 'placer', spec: select(named('a')), want: 'needs the right to get secrets' },
    {
      name: 'nor hidden behind others',
      author: 'placer',
      spec: select(DEPLOYMENT, ROLE, SECRET),
      want: 'needs the right to get secrets',
    },
    { name: 'who may read them can', author: 'reader', spec: select(SECRET, named('a')), want: 'accepted' },
    { name: 'each kind counts', author: 'reader', spec: select(SECRET, ROLE), want: 'needs the right to get roles' },
    {
      name: 'a right on names: these',
      author: 'reader-of-names',
      spec: select(named('a'), named('b')),
      want: 'accepted',
    },
    { name: 'a right on names: not others', author: 'reader-of-names', spec: select(named('c')), want: 'get secrets' },
    { name: 'a right on names: not all', author: 'reader-of-names', spec: select(SECRET), want: 'get secrets' },
    {
      name: 'a right on names: two at most, told instead of an error about costs',
      author: 'reader-of-names',
      spec: select(named('a'), named('b'), named('a')),
      want: 'for at most 2 selectors with a name',
    },
    {
      name: 'kinds without secrets or rights need nothing',
      author: 'placer',
      spec: select(DEPLOYMENT),
      want: 'accepted',
    },
    {
      name: 'a kind of that name in another group is another kind',
      author: 'placer',
      spec: select({ apiVersion: 'example.com/v1', kind: 'Secret' }),
      want: 'accepted',
    },
    {
      name: 'dependencies may be Secrets',
      author: 'placer',
      spec: { ...select(DEPLOYMENT), propagateDeps: true },
      want: 'needs the right to get secrets, create pods or create deployments',
    },
    {
      name: 'dependencies: a reader',
      author: 'reader',
      spec: { ...select(DEPLOYMENT), propagateDeps: true },
      want: 'accepted',
    },
    {
      name: 'dependencies: a deployer',
      author: 'deployer',
      spec: { ...select(DEPLOYMENT), propagateDeps: true },
      want: 'accepted',
    },
    {
      name: 'dependencies: a runner',
      author: 'runner',
      spec: { ...select(DEPLOYMENT), propagateDeps: true },
      want: 'accepted',
    },
    {
      name: 'running Pods is no right to place Secrets as such',
      author: 'runner',
      spec: select(SECRET),
      want: 'needs the right to get secrets',
    },
  ])('$name', async ({ author, spec, want }) => {
    expect(await judge(by(author), PROPAGATION_POLICY, spec)).toContain(want)
  })

  it('holds for every guarded kind', async () => {
    const kinds = { ConfigMap: 'v1', ServiceAccount: 'v1', Role: ROLE.apiVersion, RoleBinding: ROLE.apiVersion }
    for (const [kind, apiVersion] of Object.entries(kinds)) {
      expect(await judge(by('placer'), PROPAGATION_POLICY, select({ apiVersion, kind }))).toContain(
        'needs the right to get',
      )
    }
  })

  it('asks nothing of the host administrator, however much is selected', async () => {
    const all = ['Secret', 'ConfigMap', 'ServiceAccount'].map(kind => ({ apiVersion: 'v1', kind }))
    const rbac = ['Role', 'RoleBinding'].map(kind => ({ ...ROLE, kind }))
    const many = Array.from({ length: 50 }, (_, index) => named(`secret-${index}`))
    const spec = { ...select(...all, ...rbac, ...many), propagateDeps: true }
    expect(await judge(admin, PROPAGATION_POLICY, spec)).toBe('accepted')
  })

  it('who lacks the right can still label a policy, and not change what it places', async () => {
    const key = { namespace: NAMESPACE, name: 'of-the-reader' }
    const policy = newObject(PROPAGATION_POLICY, { spec: select(SECRET), metadata: key })
    await by('reader').create(PROPAGATION_POLICY, policy)
    const patch = (body: JsonObject) => by('placer').patch(PROPAGATION_POLICY, key, { type: 'merge', body })
    await expect(patch({ metadata: { labels: { team: 'a' } } })).resolves.toBeDefined()
    await expect(patch({ spec: { placement: { clusterAffinity: { clusterNames: ['mine'] } } } })).rejects.toThrow(
      'needs the right to get secrets',
    )
    await expect(by('placer').delete(PROPAGATION_POLICY, key)).resolves.toBeUndefined()
  })
})

describe('ClusterPropagationPolicy', () => {
  it.each<{ name: string; author: string; spec: JsonObject; want: string }>([
    {
      name: 'a right in one namespace is not enough',
      author: 'reader',
      spec: select(SECRET),
      want: 'in all namespaces',
    },
    { name: 'a right everywhere is', author: 'reader-of-all', spec: select(SECRET), want: 'accepted' },
    {
      name: 'one object of that namespace can be named',
      author: 'reader',
      spec: select(named('a', NAMESPACE)),
      want: 'accepted',
    },
    { name: 'not of another', author: 'reader', spec: select(named('a', 'elsewhere')), want: 'get secrets' },
    { name: 'not of every namespace', author: 'reader', spec: select(named('a')), want: 'get secrets' },
    {
      name: 'cluster-wide rights',
      author: 'reader-of-all',
      spec: select({ ...ROLE, kind: 'ClusterRole', name: 'admin' }),
      want: 'needs the right to get clusterroles, or',
    },
    {
      name: 'dependencies of all namespaces',
      author: 'deployer',
      spec: { ...select(DEPLOYMENT), propagateDeps: true },
      want: 'create deployments in all namespaces',
    },
  ])('$name', async ({ author, spec, want }) => {
    expect(await judge(by(author), CLUSTER_PROPAGATION_POLICY, spec)).toContain(want)
  })

  it('asks nothing of the host administrator', async () => {
    const all = ['ClusterRole', 'ClusterRoleBinding', 'Role'].map(kind => ({ ...ROLE, kind }))
    const spec = { ...select(SECRET, ...all), propagateDeps: true }
    expect(await judge(admin, CLUSTER_PROPAGATION_POLICY, spec)).toBe('accepted')
  })
})
