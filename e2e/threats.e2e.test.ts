import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { parseTicket } from '../src/cli/token/ticket.ts'
import { flotilla } from './agent.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, read, readObject } from './cluster-view.ts'
import type { ControlPlane, Kubeconfig } from './controlplane/control-plane.ts'
import { CallError, callJson } from './controlplane/rest.ts'
import { waitFor } from './controlplane/wait.ts'
import type { RunningOperator } from './operator.ts'
import { noteSecret } from './secrecy/canaries.ts'
import { findCredentials } from './secrecy/cluster-objects.ts'
import { searchAll, sweep } from './secrecy/sweep.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

// docs/reference/threat-model.md: what somebody with some rights tries, on a host and members, under the chart's own ServiceAccount.

jest.setTimeout(180_000)

const TENANT = 'tenant'
const OTHER = 'neighbour'
const fleet = useFleet({ members: 2 })
/** May do everything with ordinary objects of its namespace, and with the API as the chart lets editors. */
let author: Kubeconfig

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' }
const roleRef = (kind: string, name: string): object => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name })
const settings = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }

beforeAll(async () => {
  const { host } = fleet
  await Promise.all([TENANT, OTHER].map(name => newNamespace(host, name)))
  author = await host.kubeconfigFor({ namespace: TENANT, serviceAccount: 'author' })
  const subjects = [{ kind: 'ServiceAccount', namespace: TENANT, name: 'author' }]
  const everything = [{ apiGroups: ['', 'apps', 'example.com'], resources: ['*'], verbs: ['*'] }]
  await apply(
    host,
    { ...RBAC, kind: 'Role', metadata: { namespace: TENANT, name: 'author' }, rules: everything },
    {
      ...RBAC,
      kind: 'RoleBinding',
      metadata: { namespace: TENANT, name: 'author' },
      roleRef: roleRef('Role', 'author'),
      subjects,
    },
    // Kubernetes' own role `edit` has both of them.
    ...['flotilla-view', 'flotilla-edit'].map(name => ({
      ...RBAC,
      kind: 'RoleBinding',
      metadata: { namespace: TENANT, name },
      roleRef: roleRef('ClusterRole', name),
      subjects,
    })),
    gadgets(),
  )
  await Promise.all(fleet.members.map(member => apply(member, gadgets())))
  // Rights that were just given take a moment to hold.
  await eventually('the author may write policies', () =>
    asAuthor(['auth', 'can-i', 'create', 'propagationpolicies.policy.karmada.io', `--namespace=${TENANT}`]),
  )
}, 180_000)

/** A kind of which a member may report anything. */
function gadgets(): object {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema: anything },
  }
  const names = { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' }
  const spec = { group: 'example.com', scope: 'Namespaced', names, versions: [version] }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.example.com' },
    spec,
  }
}

const asAuthor = (args: readonly string[], input?: string): Promise<string> =>
  fleet.host.kubectl([`--kubeconfig=${author.path}`, ...args], input)

/** What the apiserver says to the author who applies it; '' when it takes it. */
async function refusal(object: object): Promise<string> {
  return asAuthor(['apply', '-f', '-'], JSON.stringify(object)).then(
    () => '',
    (error: unknown) => String(error),
  )
}

const policy = (name: string, selectors: readonly object[], spec: object = {}): object =>
  propagationPolicy({ name, namespace: TENANT }, selectors, spec)

describe('the author of policies in one namespace', () => {
  it('cannot name another namespace', async () => {
    const reaching = policy('reaching', [{ ...settings, namespace: OTHER }])
    expect(await refusal(reaching)).toContain('namespace must be the same as the namespace of the policy')
  })

  it('places what bears a name in its own namespace, and not the same name elsewhere or what has no namespace', async () => {
    const { host, members } = fleet
    const priorityClass = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' }
    await apply(host, configMap({ name: 'settings', namespace: OTHER }, { whose: 'theirs' }), {
      ...priorityClass,
      metadata: { name: 'urgent' },
      value: 1,
    })
    expect(await refusal(policy('wide', [settings, { ...priorityClass, name: 'urgent' }]))).toBe('')
    expect(await refusal(configMap({ name: 'settings', namespace: TENANT }, { whose: 'ours' }))).toBe('')
    await everywhere(
      members,
      { kind: 'configmap', name: 'settings', namespace: TENANT },
      object => object.data.whose === 'ours',
    )
    await nowhere(members, { kind: 'namespace', name: OTHER })
    await nowhere(members, { kind: 'priorityclass', name: 'urgent' })
    await nowhere([host], { kind: 'crb', name: 'urgent-priorityclass' })
  })

  it('takes along with propagateDeps only what is in its own namespace', async () => {
    const { host, members } = fleet
    const secret = (namespace: string, whose: string): object => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace },
      stringData: { whose },
    })
    await apply(host, secret(OTHER, 'theirs'))
    expect(await refusal(secret(TENANT, 'ours'))).toBe('')
    const containers = [{ name: 'c', image: 'nginx', envFrom: [{ secretRef: { name: 'keys' } }] }]
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: TENANT },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers } },
      },
    }
    const selector = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    expect(await refusal(policy('web', [selector], { propagateDeps: true }))).toBe('')
    expect(await refusal(deployment)).toBe('')
    const ours = Buffer.from('ours').toString('base64')
    await everywhere(members, { kind: 'secret', name: 'keys', namespace: TENANT }, object => object.data.whose === ours)
    await nowhere(members, { kind: 'namespace', name: OTHER })
  })

  it('overrides what is in its own namespace, and moves nothing out of it', async () => {
    const { host, members } = fleet
    const override = (name: string, overriders: object): object => ({
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata: { name, namespace: TENANT },
      spec: {
        resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'moved' }],
        overrideRules: [{ overriders }],
      },
    })
    const plaintext = [{ path: '/metadata/namespace', operator: 'replace', value: 'kube-system' }]
    expect(await refusal(override('moving', { plaintext }))).toBe('')
    expect(await refusal(policy('moved', [{ ...settings, name: 'moved' }]))).toBe('')
    expect(await refusal(configMap({ name: 'moved', namespace: TENANT }, { a: 'b' }))).toBe('')
    await eventually('the refusal is told', async () => {
      const events: AnyObject = await host.request(`/api/v1/namespaces/${TENANT}/events`)
      return events.items.some(({ reason }: AnyObject) => reason === 'ApplyOverridePolicyFailed')
    })
    await nowhere(members, { kind: 'configmap', name: 'moved', namespace: 'kube-system' })
    await nowhere(members, { kind: 'configmap', name: 'moved', namespace: TENANT })
  })

  it.each([
    ['a binding', 'create', 'resourcebindings.work.karmada.io', TENANT],
    ['the status of a binding', 'patch', 'resourcebindings.work.karmada.io/status', TENANT],
    ['a Work for a member', 'create', 'works.work.karmada.io', 'karmada-es-member1'],
    ['what others propagate', 'list', 'works.work.karmada.io', 'karmada-es-member1'],
    ['a Cluster', 'create', 'clusters.cluster.karmada.io', TENANT],
    ['the Secrets of members', 'list', 'secrets', 'karmada-cluster'],
    ["the operator's Secrets", 'list', 'secrets', 'flotilla-system'],
    ["the operator's settings", 'patch', 'configmaps', 'flotilla-system'],
    ['a script that interprets', 'create', 'resourceinterpretercustomizations.config.karmada.io', TENANT],
    ['a server that interprets', 'create', 'resourceinterpreterwebhookconfigurations.config.karmada.io', TENANT],
  ])('has no right to %s', async (...[_what, verb, resource, namespace]) => {
    const asked = asAuthor(['auth', 'can-i', verb, resource, `--namespace=${namespace}`])
    // It ends with 1 and says nothing else than `no`, but for what has no namespace.
    expect(String(await asked.catch((error: unknown) => error)).trim()).toMatch(
      /exit 1(\nWarning: resource '\w+' is not namespace scoped.*)?$/,
    )
  })
})

describe('whoever rules a member', () => {
  const gadget = { kind: 'gadget', name: 'lamp', namespace: TENANT }
  const bindingOf = (): Promise<AnyObject> =>
    readObject(fleet.host, { kind: 'rb', name: 'lamp-gadget', namespace: TENANT })
  const report = (member: ControlPlane, status: string): Promise<unknown> =>
    member.kubectl([
      ...['patch', 'gadget', 'lamp', `--namespace=${TENANT}`, '--type=merge', '--subresource=status'],
      `--patch={"status":${status}}`,
    ])
  let ruled: ControlPlane
  let honest: ControlPlane

  beforeAll(async () => {
    ruled = fleet.member('member1')
    honest = fleet.member('member2')
    const lamp = {
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'lamp', namespace: TENANT },
      spec: { on: true },
    }
    await apply(fleet.host, policy('lamps', [{ apiVersion: 'example.com/v1', kind: 'Gadget' }]), lamp)
    await everywhere(fleet.members, gadget, () => true)
  })

  it('reports fields that mean something to JavaScript, and they are fields as any other', async () => {
    await report(ruled, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"lit":1}')
    const item = await eventually('the report is on the host', async () => {
      const { status } = await bindingOf()
      return status?.aggregatedStatus?.find(({ status: told }: AnyObject) => told?.lit === 1)
    })
    expect(item.clusterName).toBe('member1')
    expect('polluted' in {}).toBe(false)
  })

  /** Somebody changes what the operator wrote, and it is put right: what was queued for the member before was looked at. */
  const settle = async (): Promise<void> => {
    await ruled.kubectl([
      ...['patch', 'gadget', 'lamp', `--namespace=${TENANT}`, '--type=merge', '--patch={"spec":{"on":false}}'],
    ])
    await everywhere([ruled], gadget, object => object.spec.on === true)
  }

  it('is sent nothing of what another member gets, whatever its objects claim', async () => {
    const place = { kind: 'secret', name: 'elsewhere', namespace: TENANT }
    const metadata = { name: 'elsewhere', namespace: TENANT }
    const placement = { clusterAffinity: { clusterNames: ['member2'] } }
    await apply(
      fleet.host,
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { whose: 'of member2 alone' } },
      policy('elsewhere', [{ apiVersion: 'v1', kind: 'Secret', name: 'elsewhere' }], { placement }),
    )
    await everywhere([honest], place, () => true)
    const works: AnyObject = await fleet.host.request(
      '/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-member2/works',
    )
    const { name } = works.items.find(({ spec }: AnyObject) =>
      spec.workload.manifests.some((manifest: AnyObject) => manifest.metadata.name === 'elsewhere'),
    ).metadata
    await apply(ruled, {
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: {
        name: 'claim',
        namespace: TENANT,
        labels: { 'karmada.io/managed': 'true' },
        annotations: { 'work.karmada.io/namespace': 'karmada-es-member2', 'work.karmada.io/name': name },
      },
    })
    for (let looks = 0; looks < 2; looks++) await settle()
    expect(await readObject(ruled, place)).toBeUndefined()
  })

  it('is heard as before when it makes an object claim to be of another member', async () => {
    await ruled.kubectl([
      ...['annotate', 'gadget', 'lamp', `--namespace=${TENANT}`, '--overwrite'],
      'work.karmada.io/namespace=karmada-es-member2',
    ])
    await everywhere(
      [ruled],
      gadget,
      ({ metadata }) => metadata.annotations['work.karmada.io/namespace'] === 'karmada-es-member1',
    )
    await report(ruled, '{"lit":2}')
    await eventually('the report is on the host', async () => {
      const { status } = await bindingOf()
      return status?.aggregatedStatus?.some(
        ({ clusterName, status: told }: AnyObject) => clusterName === 'member1' && told?.lit === 2,
      )
    })
  })

  it('has no credentials of the host, and none of another member', async () => {
    expect(await findCredentials(ruled, [fleet.host, honest])).toEqual([])
  })

  it('would be found to have them, whatever bears them there', async () => {
    const noted = randomBytes(48).toString('base64url')
    noteSecret('a secret that a test notes', noted)
    const base64 = Buffer.from(fleet.host.kubeconfig).toString('base64')
    const metadata = { name: 'planted', namespace: TENANT }
    await apply(
      ruled,
      // Not in the first of its values, which ends with padding.
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { a: 'x', b: honest.kubeconfig, c: base64 } },
      configMap(metadata, { note: `Bearer ${noted}` }),
    )
    const leaks = await findCredentials(ruled, [fleet.host, honest])
    await ruled.kubectl(['delete', 'secret,configmap', 'planted', `--namespace=${TENANT}`])
    for (const leak of [
      /^b of Secret tenant\/planted: .*member2/,
      /^c of Secret tenant\/planted: .*host/,
      /^a list of member1: a secret that a test notes/,
    ]) {
      expect(leaks).toContainEqual(expect.stringMatching(leak))
    }
    expect(await findCredentials(ruled, [fleet.host, honest])).toEqual([])
  })
})

const isRefusedAsNobody = (error: unknown): boolean => error instanceof CallError && error.statusCode === 401

describe('whoever has a join token with which an agent has registered', () => {
  it('has nothing: the host knows nobody by it, and no other agent registers with it', async () => {
    const { host } = fleet
    const member = fleet.member('member2')
    const ca = `${member.kubeconfigPath}.host-ca.pem`
    writeFileSync(ca, host.endpoint.ca)
    const create = ['token', 'create', 'edge', '--server', host.endpoint.url, '--ca-file', ca]
    const ticket = (await flotilla(host, create)).trim()
    const { token } = parseTicket(ticket)
    noteSecret('the join token of edge', token)
    const register = ['register', 'edge', '--credentials-only', '--token', ticket]
    const asItsHolder = (): Promise<unknown> =>
      callJson({ ...host.endpoint, token }, '/apis/cluster.karmada.io/v1alpha1/clusters/edge')
    // Rights that were just given take a moment to hold, as does their end.
    await eventually('it is somebody', () => asItsHolder().catch(() => undefined))
    await flotilla(member, register)
    await eventually('it is nobody', () => asItsHolder().then(() => false, isRefusedAsNobody))
    await expect(flotilla(member, register)).rejects.toThrow('the join token was used, deleted or has expired')
    await host.kubectl(['delete', 'cluster', 'edge'])
  })
})

describe('who reads logs, events, metrics and health pages', () => {
  it('finds no value of a Secret there, though it is placed, overridden and refused', async () => {
    const { host, members, logs, operator } = fleet
    const value = randomBytes(48).toString('base64url')
    noteSecret('the value of a propagated Secret', value)
    const metadata = { name: 'canary', namespace: TENANT }
    const selector = { apiVersion: 'v1', kind: 'Secret', name: 'canary' }
    const plaintext = [{ path: '/data/none/below', operator: 'replace', value: 'x' }]
    await apply(
      host,
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { value } },
      policy('canary', [selector]),
    )
    await everywhere(members, { kind: 'secret', ...metadata }, () => true)
    await apply(host, {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata,
      spec: { resourceSelectors: [selector], overrideRules: [{ overriders: { plaintext } }] },
    })
    await eventually('the refusal is told', async () => {
      const events: AnyObject = await host.request(`/api/v1/namespaces/${TENANT}/events`)
      return events.items.some(
        ({ reason, involvedObject }: AnyObject) =>
          reason === 'ApplyOverridePolicyFailed' && involvedObject.name === 'canary',
      )
    })
    const metricsUrls = [operator.metricsUrl]
    const { leaks, texts, secrets } = await sweep({ suite: 'canary', clusters: [host, ...members], logs, metricsUrls })
    expect(leaks).toEqual([])
    expect(texts).toBeGreaterThan(10)
    expect(secrets).toBeGreaterThan(5)
  })

  it.each([
    ['/healthz', 'ok'],
    ['/healthz?verbose', 'ok\n'],
    ['/livez', 'ok'],
    ['/livez?verbose', 'ok\n'],
    ['/readyz', 'ok'],
    ['/readyz?verbose', '[+]lease ok\n[+]caches ok\nok\n'],
  ])('finds a health page that names checks and nothing else: %s', async (path, page) => {
    const answer = await fetch(new URL(path, fleet.operator.metricsUrl))
    expect([answer.status, await answer.text()]).toEqual([200, page])
  })

  it('finds names of clusters and kinds in metrics, and of no object', async () => {
    const page = await (await fetch(fleet.operator.metricsUrl)).text()
    expect(page).toContain('cluster="member1"')
    expect(page).not.toContain('canary')
    expect(page).not.toContain(TENANT)
    expect((await read(fleet.host, 'cluster', 'member1')).metadata.name).toBe('member1')
  })
})

describe('who finds what an operator leaves that has crashed', () => {
  const IN_MEMORY = /token in kubeconfig of Secret karmada-cluster\/member1/
  const IN_ENVIRONMENT = /token in kubeconfig of Secret karmada-cluster\/member2/
  /** Who comes after one that has crashed waits until its lease is over. */
  const configuration = { leaderElection: { leaseDurationMs: 6_000, renewDeadlineMs: 4_000, retryPeriodMs: 250 } }
  const files = (): readonly string[] => readdirSync(fleet.logs)
  const signal = ({ process: { identity } }: RunningOperator, name: NodeJS.Signals): unknown =>
    process.kill(identity?.pid ?? Number.NaN, name)
  const search = async (): Promise<readonly string[]> => {
    const { host, members, logs } = fleet
    return (await searchAll({ suite: 'crash', clusters: [host, ...members], logs, metricsUrls: [] })).leaks
  }

  /** One that has the token of a member in its memory, since it asks it, and another's in its environment. */
  const startHolding = async (name: string, nodeFlags: readonly string[] = []): Promise<RunningOperator> => {
    const env = { MEMBER_TOKEN: fleet.member('member2').endpoint.token }
    const operator = await fleet.startOperator(name, { configuration, nodeFlags, env })
    await eventually('it asks the member', async () => {
      const page = await (await fetch(operator.metricsUrl)).text()
      return /^flotilla_client_requests_total\{cluster="member1",.*code="200"\} [1-9]/m.test(page)
    })
    return operator
  }

  beforeAll(() => fleet.operator.process.stop())

  afterAll(async () => {
    fleet.operator.revive()
    await fleet.operator.ready()
  }, 180_000)

  it.each(['SIGABRT', 'SIGSEGV', 'SIGUSR2'] as const)('finds no dump of its memory or environment: %s', async crash => {
    const name = `crashed-by-${crash.toLowerCase()}`
    const operator = await startHolding(name)
    const before = files()
    signal(operator, crash)
    await waitFor(async () => !operator.process.running || undefined, { until: 'it has crashed', timeoutMs: 60_000 })
    // What a kernel writes is not Node's: in a Pod it has no place for it (pod.e2e.test.ts).
    for (const core of files().filter(file => /^core(\.\d+)?$/.test(file))) rmSync(join(fleet.logs, core))
    expect(files()).toEqual(before)
    expect(await search()).toEqual([])
  })

  it('would find both with flags that make dumps, where all programs of a fleet run: there they are searched', async () => {
    const dumping = ['--report-on-signal', '--report-signal=SIGUSR2', '--heapsnapshot-signal=SIGWINCH']
    // Else a snapshot has no more than the beginning of a kubeconfig.
    const operator = await startHolding('careless', [...dumping, '--heap-snapshot-string-limit=1000000'])
    const before = new Set(files())
    const dumps = (): readonly string[] => files().filter(file => !before.has(file))
    signal(operator, 'SIGUSR2')
    await eventually('the report is there', async () => dumps().length === 1)
    signal(operator, 'SIGWINCH')
    // It does nothing else until all is written; by then its lease may be over, and it ends.
    await eventually('the snapshot is there', async () => {
      return dumps().length === 2 && (!operator.process.running || (await fetch(operator.metricsUrl)).ok)
    })
    const leaks = await search()
    for (const dump of dumps()) rmSync(join(fleet.logs, dump))
    await operator.process.stop()
    expect(leaks.filter(leak => /^report\..*\.json,/.test(leak))).toContainEqual(expect.stringMatching(IN_ENVIRONMENT))
    expect(leaks.filter(leak => /\.heapsnapshot,/.test(leak))).toContainEqual(expect.stringMatching(IN_MEMORY))
    expect(await search()).toEqual([])
  })
})
