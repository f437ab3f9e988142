import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { decodeJson } from '../src/kube/json.ts'
import { deepEqual, isSubset } from '../src/object/equality.ts'
import { bindingName } from '../src/object/generated-names.ts'
import { HOSTILE_ANSWERS } from './bad-input/hostile-answers.ts'
import { type HostileFront, startHostileFront } from './bad-input/hostile-front.ts'
import { type NastyRequest, nastyRequest } from './bad-input/nasty-requests.ts'
import { type AnyObject, apply, eventually, everywhere, read, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { renderKubeconfig } from './controlplane/kubeconfig.ts'
import { CallError, call } from './controlplane/rest.ts'
import { joinMembers } from './joining.ts'
import { newRandom } from './soak/random.ts'
import { clusterPropagationPolicy, configMap, newNamespace, useFleet } from './test-fleet.ts'

// FUZZ_CASES=10000 FUZZ_SEED=7 npm run e2e -- bad-input: more of it, or the same again.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261121)
const CASES = Number(process.env['FUZZ_CASES'] ?? 120)
const AT_ONCE = 8
const CONTROL_EVERY = 40
const HOSTILE_MS = 12_000
const NAMESPACE = 'bad-input'

jest.setTimeout(600_000 + CASES * 200)

const clusters = { intervalMs: 1000, failureThresholdMs: 2000, successThresholdMs: 1000, timeoutMs: 2000 }
const members = ['member1', 'member2'].map(name => ({ name, components: ['apiserver'] as const }))
const fleet = useFleet({ members, configuration: { clusters }, join: false, stopMs: 60_000 + CASES * 30 })
const random = newRandom(SEED)
const LEDGERS = `/apis/example.com/v1/namespaces/${NAMESPACE}/ledgers`
let front: HostileFront
let pid: number | undefined

beforeAll(async () => {
  const { endpoint } = fleet.member('member2')
  front = await startHostileFront({ random, target: endpoint })
  const hostile = { name: 'member2', kubeconfig: renderKubeconfig('member2', front.endpoint) }
  await joinMembers(fleet, [fleet.member('member1'), hostile])
  pid = fleet.operator.process.identity?.pid
  for (const cluster of [fleet.host, ...fleet.members]) await apply(cluster, LEDGER)
  await newNamespace(fleet.host, NAMESPACE)
  const labelSelector = { matchLabels: { fuzz: 'yes' } }
  const selectors = KINDS.map(kind => ({ ...kind, labelSelector }))
  const placement = { clusterAffinity: { clusterNames: ['member1'] } }
  const both = { placement: {} }
  const controls = [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { control: 'yes' } } }]
  await apply(
    fleet.host,
    clusterPropagationPolicy('fuzz', selectors, { placement }),
    clusterPropagationPolicy('controls', controls, both),
  )
  await eventually('the kind is served', () =>
    call(fleet.host.endpoint, LEDGERS).then(
      () => true,
      () => false,
    ),
  )
}, 600_000)

afterAll(() => front?.stop())

const KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'example.com/v1', kind: 'Ledger' },
]
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const LEDGER = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ledgers.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Ledger', plural: 'ledgers', singular: 'ledger', listKind: 'LedgerList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { ...open, properties: { big: { type: 'integer', format: 'int64' }, free: open } },
              status: { ...open, properties: { last: { type: 'integer', format: 'int64' } } },
            },
          },
        },
      },
    ],
  },
}

/** A control object gets from the host into members although all the rest goes on. */
async function control(name: string, into: readonly ControlPlane[]): Promise<void> {
  await apply(fleet.host, configMap({ name, labels: { control: 'yes' } }))
  await everywhere(into, { kind: 'configmap', name }, () => true)
}

async function metric(pattern: RegExp): Promise<number> {
  const page = await (await fetch(fleet.operator.metricsUrl)).text()
  return [...page.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0)
}

describe('integers beyond 2^53', () => {
  it('go from a template into the member, by override, and come back in its status', async () => {
    const override = {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata: { name: 'digits', namespace: NAMESPACE },
      spec: {
        resourceSelectors: [{ apiVersion: 'example.com/v1', kind: 'Ledger', name: 'digits' }],
        overrideRules: [
          { overriders: { plaintext: [{ path: '/spec/free/more', operator: 'add', value: raw('9007199254740995') }] } },
        ],
      },
    }
    const spec = { big: raw('9223372036854775807'), free: { n: raw('9007199254740993') } }
    const metadata = { name: 'digits', namespace: NAMESPACE, labels: { fuzz: 'yes' } }
    const policies = `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/overridepolicies`
    await call(fleet.host.endpoint, policies, { method: 'POST', body: override })
    await call(fleet.host.endpoint, LEDGERS, {
      method: 'POST',
      body: { apiVersion: 'example.com/v1', kind: 'Ledger', metadata, spec },
    })
    const { endpoint } = fleet.member('member1')
    const text = await eventually('the ledger is in the member', () =>
      call(endpoint, `${LEDGERS}/digits`).catch(() => undefined),
    )
    for (const part of ['"big":9223372036854775807', '"n":9007199254740993', '"more":9007199254740995'])
      expect(text).toContain(part)
    await call(endpoint, `${LEDGERS}/digits/status`, {
      method: 'PATCH',
      body: { status: { last: raw('9007199254740997') } },
    })
    const bindings = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings/digits-ledger`
    await eventually('the status is on the binding', async () =>
      (await call(fleet.host.endpoint, bindings)).includes('"last":9007199254740997'),
    )
  })
})

it.each([
  ['texts', { '\u0085\u2028': 'b\u0085c\u007fd\u2028e\ufeff', '<<': '=', '? ': '- ' }],
  ['long', { ['long'.repeat(500)]: 'a' }],
])('what a reader of YAML takes for something else reaches the member whole: %s', async (name, free) => {
  const metadata = { name, namespace: NAMESPACE, labels: { fuzz: 'yes' } }
  const ledger = { apiVersion: 'example.com/v1', kind: 'Ledger', metadata, spec: { free } }
  await call(fleet.host.endpoint, LEDGERS, { method: 'POST', body: ledger })
  const { endpoint } = fleet.member('member1')
  const there = await eventually('the ledger is in the member', () =>
    call(endpoint, `${LEDGERS}/${name}`).catch(() => undefined),
  )
  expect(decodeJson(there)).toMatchObject({ spec: { free } })
})

it('hides no other object when it nests deeper than what is taken in, before and after a start', async () => {
  const LEVELS = 1500
  let deep: unknown = 1
  for (let level = 0; level < LEVELS; level++) deep = { a: deep }
  const make = (name: string, free: unknown): Promise<string> => {
    const metadata = { name, namespace: NAMESPACE, labels: { fuzz: 'yes' } }
    const ledger = { apiVersion: 'example.com/v1', kind: 'Ledger', metadata, spec: { free } }
    return call(fleet.host.endpoint, LEDGERS, { method: 'POST', body: ledger })
  }
  const reaches = async (name: string): Promise<void> => {
    await make(name, { n: 1 })
    await eventually(`${name} is in the member`, () =>
      call(fleet.member('member1').endpoint, `${LEDGERS}/${name}`).catch(() => undefined),
    )
  }
  await reaches('before-it')
  await make('deep', deep)
  await reaches('after-it')
  await fleet.operator.process.stop()
  fleet.operator.process.start()
  await fleet.operator.ready()
  await reaches('after-the-start')
  pid = fleet.operator.process.identity?.pid
  await call(fleet.host.endpoint, `${LEDGERS}/deep`, { method: 'DELETE' })
})

const raw = (digits: string): unknown => JSON.rawJSON(digits)

/** @returns false for what the apiserver refuses. */
async function send({ path, object }: NastyRequest): Promise<boolean> {
  try {
    await call(fleet.host.endpoint, path, { method: 'POST', body: object, timeoutMs: 60_000 })
    return true
  } catch (error) {
    if (error instanceof CallError && error.statusCode < 500) return false
    throw error
  }
}

/** It is in the member as the user wrote it, or its binding says why not. */
async function outcomeOf({ path, object }: NastyRequest): Promise<'there' | 'told' | undefined> {
  const { name } = object.metadata
  const [host, found] = await Promise.all(
    [fleet.host, fleet.member('member1')].map(({ endpoint }) =>
      call(endpoint, `${path}/${name}`).catch(() => undefined),
    ),
  )
  if (host === undefined) return 'told'
  const [template, there] = [
    decodeJson(host) as AnyObject,
    found === undefined ? undefined : (decodeJson(found) as AnyObject),
  ]
  if (there !== undefined && fields(template).every(field => isSame(template, there, field))) return 'there'
  const binding = await readObject(fleet.host, {
    kind: 'rb',
    name: bindingName({ kind: template.kind, name }),
    namespace: NAMESPACE,
  })
  const told = (binding?.status?.conditions ?? []).filter(
    ({ status, message }: AnyObject) => status === 'False' && message !== '',
  )
  return told.length > 0 ? 'told' : undefined
}

const fields = (template: AnyObject): string[] =>
  Object.keys(template).filter(name => !['metadata', 'status'].includes(name))

function isSame(template: AnyObject, there: AnyObject, field: string): boolean {
  return template.kind === 'Deployment'
    ? isSubset(template[field], there[field]) || field === 'spec'
    : deepEqual(template[field], there[field])
}

describe(`objects that nobody expects, from seed ${SEED}`, () => {
  it(`reach the member or say why not, ${CASES} of them, and hold nobody up`, async () => {
    const sent: NastyRequest[] = []
    const untold: string[] = []
    let next = 0
    let refused = 0
    const work = async (): Promise<void> => {
      for (let at = next++; at < CASES; at = next++) {
        const request = nastyRequest(newRandom(SEED + at), at, NAMESPACE)
        if (await send(request)) sent.push(request)
        else refused += 1
        if (at % CONTROL_EVERY === 0) await control(`control-${at}`, fleet.members)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    for (const request of sent.filter(({ isTemplate }) => isTemplate)) {
      const what = `${request.path}/${request.object.metadata.name}`
      await eventually(`${what} has an outcome`, () => outcomeOf(request)).catch(() => untold.push(what))
      if (untold.length > 3) break
    }
    process.stdout.write(
      `${CASES} cases from seed ${SEED}: ${refused} refused by the apiserver, ${sent.length} taken\n`,
    )
    expect(untold).toEqual([])
    expect(sent.length).toBeGreaterThan(CASES / 4)
  })
})

describe('a member that answers anything', () => {
  it('is told by its Cluster, and holds nobody up', async () => {
    const names = Object.keys(HOSTILE_ANSWERS)
    front.become(() => HOSTILE_ANSWERS[random.pick(names)])
    const until = Date.now() + HOSTILE_MS
    for (let at = 0; Date.now() < until; at++) await control(`beside-${at}`, [fleet.member('member1')])
    const conditions = await eventually('its Cluster says what is wrong', async () => {
      const { status } = await read(fleet.host, 'cluster', 'member2')
      const bad = status.conditions.filter(
        ({ type, status: is }: AnyObject) => ['Ready', 'Connected'].includes(type) && is !== 'True',
      )
      return bad.length > 0 ? bad : undefined
    })
    for (const { reason, message } of conditions) {
      expect(reason).toMatch(/^[A-Z]\w+$/)
      expect(message).toMatch(/\w+ \w+/)
      expect(message).not.toMatch(/\p{Cc}/u)
    }
    expect(front.followed).toBe(0)
  })

  it('is used again when it answers as it should', async () => {
    front.become(undefined)
    await control('afterwards', fleet.members)
  })
})

describe('the operator', () => {
  it('is the same process, made no mistake, told no secret and is at rest again', async () => {
    const log = readFileSync(join(fleet.logs, 'operator.log'), 'utf8')
    const mistakes = log.split('\n').filter(line => /mistake in the program|nhandled|TypeError|RangeError/.test(line))
    expect(mistakes.slice(0, 5)).toEqual([])
    expect(await metric(/^flotilla_reconcile_total\{[^}]*result="panic"[^}]*\} (\d+)$/gm)).toBe(0)
    expect(fleet.operator.process.running).toBe(true)
    expect(fleet.operator.process.identity?.pid).toBe(pid)
    for (const { endpoint } of [fleet.host, ...fleet.members]) expect(log).not.toContain(endpoint.token)
    expect(log.length).toBeLessThan(4_000_000 + CASES * 4000)
  })

  it('gives its memory back when all is gone', async () => {
    const fullBytes = fleet.operator.process.rssBytes()
    // As collections: thousands, one by one, take kubectl longer than it is given.
    const collections = [
      `/api/v1/namespaces/${NAMESPACE}/configmaps`,
      `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
      LEDGERS,
      `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/propagationpolicies`,
      `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`,
    ]
    // An apiserver ends a request after a minute, whatever is left.
    const remove = (path: string): Promise<boolean | undefined> =>
      call(fleet.host.endpoint, path, { method: 'DELETE', timeoutMs: 90_000 }).then(
        () => true,
        () => undefined,
      )
    for (const path of collections) await eventually(`${path} is empty`, () => remove(path))
    await eventually('no binding is left', async () => {
      const list: AnyObject = await fleet.host.request(
        `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`,
      )
      return list.items.length === 0
    })
    await eventually('nothing waits', async () => (await metric(/^flotilla_workqueue_depth\{.*\} (\d+)$/gm)) === 0)
    process.stdout.write(
      `RSS ${Math.round(fullBytes / 2 ** 20)} MiB before, ${Math.round(fleet.operator.process.rssBytes() / 2 ** 20)} MiB after\n`,
    )
    expect(fleet.operator.process.rssBytes()).toBeLessThan(1.3 * fullBytes + 50 * 2 ** 20)
  })
})
