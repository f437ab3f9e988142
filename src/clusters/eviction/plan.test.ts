import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../../api/generated/cluster.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { fleetOf } from '../brake.ts'
import type { FailoverSettings } from '../failover-settings.ts'
import { withMoves } from '../moves.ts'
import { planEviction } from './plan.ts'

const START = Date.UTC(2026, 0, 1)
const at = (seconds: number): string => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`
const SETTINGS: FailoverSettings = {
  ...{
    mode: 'taint',
    tolerationSeconds: 300,
    purgeMode: 'Gracefully',
    gracePeriodSeconds: 600,
    evictionsPerSecond: 100,
  },
  brake: { clusterShare: 0.5, replicaShare: 0.5, minClusters: 2, windowSeconds: 600 },
}
const CLAIM = { 'propagationpolicy.karmada.io/permanent-id': 'p' }
const taint = (key: string, seconds = 0): Taint => ({ key, effect: 'NoExecute', timeAdded: at(seconds) })
const outage = taint('cluster.karmada.io/not-ready')
const tainted = (name: string, ...taints: readonly Taint[]): Cluster => a.cluster({ name, spec: { taints } })
const applied = (clusterTolerations: readonly object[] = []) => ({
  [ANNOTATION.appliedPlacement]: JSON.stringify({ clusterTolerations }),
})
const TWO = [
  { name: 'm1', replicas: 1 },
  { name: 'm2', replicas: 1 },
]
const bound = (spec: Partial<Binding['spec']> = {}, tolerations: readonly object[] = []): Binding =>
  a.binding({ labels: CLAIM, annotations: applied(tolerations), spec: { replicas: 2, clusters: TWO, ...spec } })

interface Case {
  readonly name: string
  readonly binding?: Binding
  readonly clusters?: readonly Cluster[]
  readonly settings?: Partial<FailoverSettings>
  readonly seconds?: number
  readonly leaves?: readonly string[]
  readonly nextSeconds?: number
}

const planFor = ({ binding = bound(), clusters = [tainted('m1', taint('down'))], settings, seconds = 10 }: Case) => {
  const fleet = [...clusters, a.cluster({ name: 'm2' }), a.cluster({ name: 'm3' }), a.cluster({ name: 'm4' })]
  const byName = new Map(fleet.toReversed().map(cluster => [cluster.metadata.name, cluster]))
  return planEviction({
    ...{ binding, getCluster: name => byName.get(name), nowMs: START + seconds * 1000 },
    fleet: fleetOf([...byName.values()]),
    settings: { ...SETTINGS, ...settings },
  })
}

// spec/behaviour/clusters.md §4
describe('planEviction', () => {
  const tolerating = (more: object = {}): Binding => bound({}, [{ key: 'down', operator: 'Exists', ...more }])
  it.each<Case>([
    { name: 'leaves a cluster whose taint it does not tolerate', leaves: ['m1'] },
    { name: 'whatever the clock says that wrote the taint', seconds: -30, leaves: ['m1'] },
    { name: 'stays where nothing is tainted', clusters: [tainted('m1')] },
    { name: 'stays where it is not', clusters: [tainted('m3', taint('down'))] },
    { name: 'stays when it tolerates the taint', binding: tolerating() },
    { name: 'stays for as long as it tolerates it', binding: tolerating({ tolerationSeconds: 60 }), nextSeconds: 60 },
    { name: 'leaves then', binding: tolerating({ tolerationSeconds: 60 }), seconds: 60, leaves: ['m1'] },
    { name: 'moves nothing when failover is off', settings: { mode: 'off' } },
    {
      name: 'leaves a binding alone that is deleted',
      binding: a.binding({
        labels: CLAIM,
        annotations: applied(),
        metadata: { deletionTimestamp: at(0) },
        spec: { clusters: TWO },
      }),
    },
    {
      name: 'leaves one alone that nobody would place anew',
      binding: a.binding({ annotations: applied(), spec: { clusters: TWO } }),
    },
    { name: 'waits for the first placement', binding: a.binding({ labels: CLAIM, spec: { clusters: TWO } }) },
    { name: 'does not wait in mode taint, whoever set it', clusters: [tainted('m1', outage)], leaves: ['m1'] },
    {
      name: 'tolerates an outage for a while in mode auto',
      clusters: [tainted('m1', outage)],
      settings: { mode: 'auto' },
      nextSeconds: 300,
    },
    {
      name: 'leaves then',
      clusters: [tainted('m1', outage)],
      settings: { mode: 'auto' },
      seconds: 300,
      leaves: ['m1'],
    },
    {
      name: 'a policy says otherwise',
      clusters: [tainted('m1', outage)],
      binding: bound({}, [{ key: outage.key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }]),
      settings: { mode: 'auto' },
      leaves: ['m1'],
    },
    { name: 'in mode auto the taints of others are not tolerated', settings: { mode: 'auto' }, leaves: ['m1'] },
    {
      name: 'leaves several at once, where they were tainted far apart',
      clusters: [tainted('m1', taint('down', -9_000)), tainted('m2', taint('down', 0))],
      leaves: ['m1', 'm2'],
    },
  ])('$name', each => {
    const { departures, nextMs, halt } = planFor(each)
    expect(departures.map(({ cluster }) => cluster)).toEqual(each.leaves ?? [])
    expect(nextMs).toBe(each.nextSeconds === undefined ? undefined : START + each.nextSeconds * 1000)
    expect(halt).toBeUndefined()
  })

  it.each([
    { name: 'that of the settings', failover: undefined, setting: 'Directly', want: 'Directly' },
    {
      name: 'that of the policy',
      failover: { cluster: { purgeMode: 'Directly' } },
      setting: 'Gracefully',
      want: 'Directly',
    },
    {
      name: 'gracefully when the policy has none',
      failover: { cluster: {} },
      setting: 'Gracefully',
      want: 'Gracefully',
    },
  ] as const)('the purge mode is $name', ({ failover, setting, want }) => {
    const binding = bound(failover === undefined ? {} : { failover })
    const [departure] = planFor({ name: '', binding, settings: { purgeMode: setting } }).departures
    expect(departure?.task).toEqual({
      producer: 'TaintManager',
      reason: 'TaintUntolerated',
      message: 'The cluster has taint down:NoExecute since 2026-01-01T00:00:00Z',
      purgeMode: want,
    })
  })

  describe('with state to be preserved', () => {
    const rules = [{ aliasLabelName: 'job', jsonPath: '{.id}' }]
    const stateful = (status?: Record<string, unknown>): Binding => ({
      ...bound({ failover: { cluster: { purgeMode: 'Directly', statePreservation: { rules } } } }),
      status: { aggregatedStatus: [{ clusterName: 'm1', ...(status && { status }) }] },
    })

    it('the task remembers it', () => {
      const [departure] = planFor({ name: '', binding: stateful({ id: 'abc' }) }).departures
      expect(departure?.task.preservedLabelState).toEqual({ job: 'abc' })
    })

    it('nothing is left while it is not known', () => {
      const plan = planFor({ name: '', binding: stateful() })
      expect([plan.departures, plan.failures.map(({ cluster }) => cluster)]).toEqual([[], ['m1']])
    })
  })

  describe('the brake', () => {
    const down = (name: string) => tainted(name, taint('down'))
    const wide = bound({ replicas: 4, clusters: ['m1', 'm2', 'm3', 'm4'].map(name => ({ name, replicas: 1 })) })

    it('keeps everything where it is when most clusters are tainted', () => {
      const plan = planFor({ name: '', binding: wide, clusters: ['m1', 'm2', 'm3'].map(down) })
      expect([plan.departures, plan.halt?.reason]).toEqual([[], 'TooManyClusters'])
    })

    it('keeps a workload that would lose most of its replicas', () => {
      const plan = planFor({ name: '', clusters: ['m1', 'm2'].map(down) })
      expect([plan.departures, plan.halt?.reason]).toEqual([[], 'TooManyReplicas'])
    })

    it('counts what left in the same incident', () => {
      const moved = withMoves(bound({ replicas: 2, clusters: [{ name: 'm2', replicas: 2 }] }), [
        { from: 'm1', to: ['m2'], replicas: 2, at: at(1), reason: 'TaintUntolerated' },
      ])
      expect(planFor({ name: '', binding: moved, clusters: ['m1', 'm2'].map(down) }).halt?.reason).toBe(
        'TooManyReplicas',
      )
      // Once the first cluster is back, the second one is an incident of its own.
      expect(planFor({ name: '', binding: moved, clusters: [down('m2')] }).departures).toHaveLength(1)
    })

    it('counts what will have to leave later', () => {
      const binding = bound({}, [{ key: 'slow', operator: 'Exists', tolerationSeconds: 900 }])
      const clusters = [down('m1'), tainted('m2', taint('slow'))]
      expect(planFor({ name: '', binding, clusters }).halt?.reason).toBe('TooManyReplicas')
    })
  })
})
