import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { type FaultProxy, startFaultProxy } from './controlplane/fault-proxy.ts'
import { renderKubeconfig } from './controlplane/kubeconfig.ts'
import { type Observer, startObserver } from './failover/observer.ts'
import { joinMembers } from './joining.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(240_000)

const EXAMPLES = join(import.meta.dirname, '..', 'examples', 'failover')
const NAMESPACE = 'failover'
const VICTIM = 'member1'
/** Ready replicas that there should be. */
const WANTED = { web: 6, api: 2 }
const SETTINGS = {
  clusters: { intervalMs: 500, timeoutMs: 1_000, failureThresholdMs: 2_000, successThresholdMs: 1_000 },
  failover: { mode: 'auto', tolerationSeconds: 2 },
  // A machine that is busy may starve the operator for seconds: it would end itself, and nobody start it again.
  leaderElection: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 250 },
}
const CONFIGURED_MS =
  SETTINGS.clusters.intervalMs + SETTINGS.clusters.failureThresholdMs + SETTINGS.failover.tolerationSeconds * 1_000

const fleet = useFleet({ members: 3, join: false, configuration: SETTINGS })
let host: ControlPlane
let proxy: FaultProxy
let observer: Observer | undefined

beforeAll(async () => {
  host = fleet.host
  proxy = await startFaultProxy(fleet.member(VICTIM).endpoint)
  await joinMembers(
    fleet,
    fleet.members.map(({ name, kubeconfig }) => ({
      name,
      kubeconfig: name === VICTIM ? renderKubeconfig(name, proxy.endpoint) : kubeconfig,
    })),
  )
  await newNamespace(host, NAMESPACE)
  for (const story of ['outage', 'primary']) {
    await host.kubectl(['apply', '--namespace', NAMESPACE, '-f', join(EXAMPLES, story)])
  }
  const everywhere = { apiVersion: 'v1', kind: 'ConfigMap', name: 'everywhere' }
  await apply(
    host,
    propagationPolicy({ name: 'everywhere', namespace: NAMESPACE }, [everywhere]),
    configMap({ name: 'everywhere', namespace: NAMESPACE }),
  )
  await placedAsUsual()
}, 240_000)

beforeEach(asUsual)

afterEach(async () => {
  await observer?.stop()
  observer = undefined
})

afterAll(() => proxy?.stop())

const bindingOf = (name: string): Promise<AnyObject> =>
  readObject(host, { kind: 'rb', name: `${name}-deployment`, namespace: NAMESPACE })
const clusterOf = (name: string): Promise<AnyObject> => readObject(host, { kind: 'cluster', name })

function targetsIn(binding: AnyObject): Readonly<Record<string, number>> {
  const targets: readonly AnyObject[] = binding?.spec.clusters ?? []
  return Object.fromEntries(targets.map(({ name, replicas = 0 }) => [name, replicas]))
}

const conditionOf = (object: AnyObject, type: string): AnyObject =>
  object?.status?.conditions?.find((condition: AnyObject) => condition.type === type)
const isReady = (cluster: AnyObject): boolean => conditionOf(cluster, 'Ready')?.status === 'True'
const taintOf = (cluster: AnyObject): AnyObject =>
  cluster?.spec.taints?.find(({ key, effect }: AnyObject) => key.endsWith('/not-ready') && effect === 'NoExecute')
const tasksOf = (binding: AnyObject): readonly AnyObject[] => binding?.spec.gracefulEvictionTasks ?? []

async function readyIn(member: ControlPlane, name: string): Promise<number> {
  const found = await readObject(member, { kind: 'deployment', name, namespace: NAMESPACE })
  return found?.status?.readyReplicas ?? 0
}

/** Two thirds of nothing are missing: the victim has its share, and all of the other one. */
async function placedAsUsual(): Promise<void> {
  await eventually('everything is ready where it belongs', async () => {
    const [web, api] = await Promise.all(['web', 'api'].map(bindingOf))
    const counts = await Promise.all(fleet.members.map(member => readyIn(member, 'web')))
    const placed = targetsIn(web)[VICTIM] === 2 && targetsIn(api)[VICTIM] === 2
    const settled = [web, api].every(binding => tasksOf(binding).length === 0)
    return placed && settled && counts.every(count => count === 2) && (await readyIn(fleet.member(VICTIM), 'api')) === 2
  })
}

/** What belongs everywhere is there, and is still the same object. */
function keptCopy(): Promise<string> {
  return eventually('what belongs everywhere is in the victim as well', async () => {
    const binding = await readObject(host, { kind: 'rb', name: 'everywhere-configmap', namespace: NAMESPACE })
    const found = await readObject(fleet.member(VICTIM), {
      kind: 'configmap',
      name: 'everywhere',
      namespace: NAMESPACE,
    })
    const belongs = VICTIM in targetsIn(binding) && tasksOf(binding).length === 0
    return belongs && (found?.metadata.uid as string | undefined)
  })
}

/** Whatever became of the story before. */
async function asUsual(): Promise<void> {
  const api = await bindingOf('api')
  if (targetsIn(api)[VICTIM] === undefined) await requestFailback()
  await placedAsUsual()
}

async function requestFailback(): Promise<void> {
  const requested = 'flotilla.dev/failback=requested'
  await host.kubectl(['annotate', '--overwrite', 'rb', '-n', NAMESPACE, 'web-deployment', 'api-deployment', requested])
}

async function observe(): Promise<Observer> {
  const { members } = fleet
  observer = await startObserver({ host, members, namespace: NAMESPACE, victim: VICTIM, workloads: WANTED })
  return observer
}

/** What must be seen of an outage, in this order. */
function watchOutage(look: Observer): void {
  look.milestone('Ready is not True', ({ cluster }) => !isReady(cluster))
  look.milestone('tainted NoExecute', ({ cluster }) => taintOf(cluster) !== undefined)
  look.milestone('web has left', ({ bindings }) => targetsIn(bindings['web'])[VICTIM] === undefined)
  look.milestone('new copies are ready', ({ ready }) => {
    const others = (name: 'web' | 'api') => WANTED[name] <= sumWithout(ready[name] ?? {})
    return others('web') && others('api')
  })
}

function sumWithout(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [name, count]) => (name === VICTIM ? sum : sum + count), 0)
}

/** What must be seen when it is over, in this order. */
function watchRecovery(look: Observer): void {
  look.milestone('Ready again', ({ cluster }) => isReady(cluster))
  look.milestone('no taint', ({ cluster }) => (cluster?.spec.taints ?? []).length === 0)
  // An apiserver that has just started knows no objects at all.
  look.milestone('old copies are gone', ({ cluster, held }) => isReady(cluster) && held.length === 0)
}

function print(title: string, seen: Readonly<Record<string, number>>): void {
  const lines = Object.entries(seen).map(([name, ms]) => `  ${String(ms).padStart(7)} ms  ${name}`)
  process.stdout.write(`${[title, ...lines].join('\n')}\n`)
}

function expectOrder(seen: Readonly<Record<string, number>>, names: readonly string[]): void {
  const times = names.map(name => seen[name] ?? Number.NaN)
  expect({ names, times }).toEqual({ names, times: times.toSorted((a, b) => a - b) })
}

const OUTAGE = ['Ready is not True', 'tainted NoExecute', 'web has left', 'new copies are ready']
const RECOVERY = ['Ready again', 'old copies are gone']

/** Replicas at the fewest: what there is in a member that is away counts, it runs on. */
function expectNothingMissing({ fewest }: Observer): void {
  expect(fewest['web']).toBeGreaterThanOrEqual(WANTED.web)
  expect(fewest['api']).toBeGreaterThanOrEqual(WANTED.api)
}

/** Everything returns when it is asked to, and nothing before. */
async function failBack(): Promise<void> {
  await eventually('no eviction is left', async () => {
    const bindings = await Promise.all(['web', 'api'].map(bindingOf))
    return bindings.every(binding => tasksOf(binding).length === 0)
  })
  expect(targetsIn(await bindingOf('web'))).toEqual({ member2: 3, member3: 3 })
  expect(targetsIn(await bindingOf('api'))).toEqual({ member2: 2 })
  const { members } = fleet
  const look = await startObserver({
    host,
    members,
    namespace: NAMESPACE,
    victim: VICTIM,
    workloads: { api: WANTED.api },
  })
  await requestFailback()
  await placedAsUsual().finally(() => look.stop())
  // The copy that it leaves waits for the new one.
  expect(look.fewest['api']).toBeGreaterThanOrEqual(WANTED.api)
}

interface Fault {
  readonly name: string
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
  /** Besides, while the workloads are leaving. */
  readonly meanwhile?: () => Promise<void>
}

const FAULTS: readonly Fault[] = [
  {
    name: 'killed, and the operator in the middle of it',
    begin: () => fleet.member(VICTIM).kill('apiserver'),
    end: () => fleet.member(VICTIM).start('apiserver'),
    meanwhile: async () => {
      await eventually('an eviction is under way', async () => tasksOf(await bindingOf('api')).length > 0)
      await fleet.operator.process.kill()
      fleet.operator.process.start()
    },
  },
  {
    name: 'paused',
    begin: () => fleet.member(VICTIM).pause('apiserver'),
    end: () => fleet.member(VICTIM).resume('apiserver'),
  },
  {
    name: 'cut off',
    begin: () => proxy.become('silent'),
    end: () => proxy.become('none'),
  },
]

describe.each(FAULTS)('a member that is $name', ({ name, begin, end, meanwhile }) => {
  it('is left when that was tolerated for long enough, and what left stays away until it is asked back', async () => {
    const before = await keptCopy()
    const look = await observe()
    watchOutage(look)
    await begin()
    try {
      await meanwhile?.()
      const seen = { ...(await look.reached()) }
      print(`${name} (configured: ${CONFIGURED_MS} ms and the time of a probe)`, seen)
      expectOrder(seen, OUTAGE)
      expect(tasksOf(await bindingOf('api'))).toMatchObject([
        { fromCluster: VICTIM, reason: 'TaintUntolerated', producer: 'TaintManager', purgeMode: 'Gracefully' },
      ])
    } finally {
      watchRecovery(look)
      await end()
    }
    const seen = await look.reached()
    print(`${name}, and back`, Object.fromEntries(Object.entries(seen).filter(([step]) => !OUTAGE.includes(step))))
    expectOrder(seen, [...OUTAGE, ...RECOVERY])
    expectNothingMissing(look)
    await look.stop()
    expect(await keptCopy()).toEqual(before)
    await failBack()
    const moves: readonly AnyObject[] = JSON.parse((await bindingOf('api')).metadata.annotations['flotilla.dev/moves'])
    expect(moves.at(-1)).toMatchObject({ from: VICTIM, to: ['member2'], replicas: 2, returned: { by: 'Requested' } })
  })
})

it('a member that is half a second away stays what it is', async () => {
  await proxy.become('slow')
  const look = await observe()
  try {
    await host.kubectl(['scale', '--namespace', NAMESPACE, 'deployment/web', '--replicas=9'])
    look.milestone('the slow member has its new share', ({ ready }) => ready['web']?.[VICTIM] === 3)
    print('slow', await look.reached())
    const cluster = await clusterOf(VICTIM)
    expect([isReady(cluster), taintOf(cluster), tasksOf(await bindingOf('web'))]).toEqual([true, undefined, []])
    expectNothingMissing(look)
  } finally {
    await look.stop()
    await proxy.become('none')
    await host.kubectl(['scale', '--namespace', NAMESPACE, 'deployment/web', '--replicas=6'])
  }
  await placedAsUsual()
})

const dedicated = { key: 'repair', effect: 'NoExecute' }
const taint = (name: string, taints: readonly object[]) =>
  host.kubectl(['patch', 'cluster', name, '--type=merge', '-p', JSON.stringify({ spec: { taints } })])

it('nothing leaves two of three members at once until somebody confirms it', async () => {
  await taint(VICTIM, [dedicated])
  await eventually('one alone is left', async () => targetsIn(await bindingOf('web'))[VICTIM] === undefined)
  await taint('member3', [dedicated])
  const halted = await eventually('the brake tells of itself', async () => {
    const [cluster, binding] = await Promise.all([clusterOf('member3'), bindingOf('web')])
    const conditions = [cluster, binding].map(object => conditionOf(object, 'EvictionHalted'))
    return conditions.every(condition => condition?.status === 'True') && conditions
  })
  expect(halted.map(({ reason }) => reason)).toEqual(['TooManyClusters', 'TooManyClusters'])
  expect(targetsIn(await bindingOf('web'))['member3']).toBeGreaterThan(0)
  const { timeAdded } = (await clusterOf('member3')).spec.taints[0]
  await host.kubectl(['annotate', 'cluster', 'member3', `flotilla.dev/confirm-eviction=${timeAdded}`])
  await eventually('what is confirmed goes on', async () => targetsIn(await bindingOf('web'))['member3'] === undefined)
  await Promise.all([taint(VICTIM, []), taint('member3', [])])
  await eventually('the brake is released', async () => {
    const [cluster, binding] = await Promise.all([clusterOf('member3'), bindingOf('web')])
    return [cluster, binding].every(object => conditionOf(object, 'EvictionHalted')?.status === 'False')
  })
})
