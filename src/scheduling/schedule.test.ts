import { describe, expect, it } from '@jest/globals'
import { aMember } from '../testing/scheduling-cluster.ts'
import type { Placement, SchedulableBinding, SchedulableSpec } from './placement.ts'
import { PLUGINS } from './registry.ts'
import { type PeerBinding, type ScheduleInput, schedule } from './schedule.ts'

/** Even parity of its hash: ties go to the smaller name. */
const EVEN_UID = 'a'
const ODD_UID = 'b'
const THREE = [aMember('member1'), aMember('member2'), aMember('member3')]
const weighted = (weights: Readonly<Record<string, number>>): Placement => ({
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: {
      staticWeightList: Object.entries(weights).map(([name, weight]) => ({
        targetCluster: { clusterNames: [name] },
        weight,
      })),
    },
  },
})
const divided = (preference: string, dynamicWeight?: string): Placement => ({
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: preference,
    ...(dynamicWeight && { weightPreference: { dynamicWeight } }),
  },
})
const deployment = (placement: Placement, fields: Partial<SchedulableSpec> = {}): SchedulableBinding => ({
  spec: {
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', uid: EVEN_UID },
    replicas: 2,
    replicaRequirements: {},
    placement,
    ...fields,
  },
})

function outcome(input: ScheduleInput): string {
  const result = schedule(input)
  const targets = result.targets
    .map(({ name, replicas }) => (replicas === undefined ? name : `${name}:${replicas}`))
    .join(' ')
  return result.outcome.type === 'success'
    ? targets
    : `${result.outcome.reason}: ${result.outcome.message} [${targets}]`
}

describe('schedule, who is fit (scheduling.md §4)', () => {
  it.each<{ name: string; input: ScheduleInput; want: string }>([
    {
      name: 'no affinity is all clusters',
      input: { binding: deployment({}), clusters: THREE },
      want: 'member1:2 member2:2 member3:2',
    },
    {
      name: 'clusterAffinity chooses',
      input: { binding: deployment({ clusterAffinity: { exclude: ['member2'] } }), clusters: THREE },
      want: 'member1:2 member3:2',
    },
    {
      name: 'no cluster at all empties the targets',
      input: { binding: deployment({}, { clusters: [{ name: 'member1', replicas: 2 }] }), clusters: [] },
      want: 'NoClusterFit: 0/0 clusters are available: no cluster exists. []',
    },
    {
      name: 'no fit cluster says why, and empties the targets',
      input: {
        binding: deployment(
          { clusterAffinity: { clusterNames: ['member1'] } },
          { clusters: [{ name: 'gone', replicas: 2 }] },
        ),
        clusters: [aMember('member1', { taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }] }), aMember('member2')],
      },
      want:
        'NoClusterFit: 0/2 clusters are available: 1 cluster(s) did not match the placement cluster affinity constraint, ' +
        '1 cluster(s) had untolerated taint {a=b:NoExecute}. []',
    },
    {
      name: 'a tainted cluster keeps what it has and gets nothing new (§13)',
      input: {
        binding: deployment({}, { clusters: [{ name: 'member1', replicas: 2 }] }),
        clusters: ['member1', 'member2'].map(name => aMember(name, { taints: [{ key: 'a', effect: 'NoSchedule' }] })),
      },
      want: 'member1:2',
    },
    {
      name: 'a cluster under deletion is skipped',
      input: { binding: deployment({}), clusters: [aMember('member1', { deleting: true }), aMember('member2')] },
      want: 'member2:2',
    },
    {
      name: 'a cluster from which an eviction task takes the object is skipped',
      input: { binding: deployment({}, { gracefulEvictionTasks: [{ fromCluster: 'member1' }] }), clusters: THREE },
      want: 'member2:2 member3:2',
    },
    {
      name: 'a plugin can be switched off',
      input: {
        binding: deployment({}),
        clusters: [aMember('member1', { kinds: [] })],
        options: { plugins: ['*', '-APIEnablement'] },
      },
      want: 'member1:2',
    },
    {
      name: 'a binding without placement is an error that moves nothing',
      input: {
        binding: { spec: { resource: { apiVersion: 'v1', kind: 'ConfigMap' }, clusters: [{ name: 'member1' }] } },
        clusters: THREE,
      },
      want: 'SchedulerError: the binding has no placement [member1]',
    },
  ])('$name', ({ input, want }) => expect(outcome(input)).toBe(want))
})

describe('schedule, who gets how many (scheduling.md §8)', () => {
  const nine = { replicas: 9 }
  it.each<{ name: string; binding: SchedulableBinding; want: string }>([
    {
      name: 'Duplicated: all replicas everywhere',
      binding: deployment({ replicaScheduling: { replicaSchedulingType: 'Duplicated' } }),
      want: 'member1:2 member2:2 member3:2',
    },
    {
      name: 'static weights 1:2, the third unlisted (§13)',
      binding: deployment(weighted({ member1: 1, member2: 2 }), nine),
      want: 'member1:3 member2:6',
    },
    {
      name: 'static weights for nobody: equal',
      binding: deployment(weighted({ other: 7 }), nine),
      want: 'member1:3 member2:3 member3:3',
    },
    {
      name: 'no weightPreference: equal',
      binding: deployment(divided('Weighted'), nine),
      want: 'member1:3 member2:3 member3:3',
    },
    {
      name: 'a cluster without a share is no target',
      binding: deployment(divided('Weighted')),
      want: 'member1:1 member2:1',
    },
    {
      name: 'an odd UID gives odd replicas to the larger names',
      binding: deployment(divided('Weighted'), {
        resource: { apiVersion: 'apps/v1', kind: 'Deployment', uid: ODD_UID },
      }),
      want: 'member2:1 member3:1',
    },
    {
      name: 'static weights start from scratch, whatever was before',
      binding: deployment(weighted({ member1: 1, member2: 1 }), { clusters: [{ name: 'member1', replicas: 2 }] }),
      want: 'member1:1 member2:1',
    },
    {
      name: 'no division preference',
      binding: deployment(divided('')),
      want:
        'SchedulerError: unsupported replica scheduling strategy, replicaSchedulingType=Divided, ' +
        'replicaDivisionPreference=, please try another scheduling strategy []',
    },
    {
      name: 'dynamic weights by room',
      binding: deployment(divided('Weighted', 'AvailableReplicas'), nine),
      want: 'member1:3 member2:3 member3:3',
    },
    { name: 'aggregated', binding: deployment(divided('Aggregated'), nine), want: 'member1:9' },
    {
      name: 'more than fits keeps what is placed',
      binding: deployment(divided('Aggregated'), { replicas: 301, clusters: [{ name: 'member1', replicas: 1 }] }),
      want: 'member1:101 member2:100 member3:100',
    },
    {
      name: 'too little room',
      binding: deployment(divided('Aggregated'), { replicas: 302, clusters: [{ name: 'member1', replicas: 1 }] }),
      want: 'Unschedulable: Clusters available replicas 300 are not enough to schedule. [member1:1]',
    },
    {
      name: 'no replicas and no requirements: all clusters, without replicas',
      binding: { spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment' }, placement: {} } },
      want: 'member1 member2 member3',
    },
    {
      name: 'a workload scaled to zero goes nowhere',
      binding: deployment(divided('Weighted'), { replicas: 0 }),
      want: '',
    },
    { name: 'a duplicated workload scaled to zero goes nowhere', binding: deployment({}, { replicas: 0 }), want: '' },
    {
      name: 'several components are placed whole',
      binding: deployment(divided('Weighted'), {
        components: ['jobmanager', 'taskmanager'].map(name => ({ name, replicas: 1 })),
      }),
      want: 'member1 member2 member3',
    },
  ])('$name', ({ binding, want }) => expect(outcome({ binding, clusters: THREE })).toBe(want))

  it('keeps empty workloads where they are selected when asked to', () => {
    const binding = deployment(divided('Weighted'), { replicas: 0 })
    const options = { propagateEmptyWorkloads: true }
    expect(outcome({ binding, clusters: THREE, options })).toBe('member1 member2 member3')
  })

  it('takes the answers of other estimators for the room of clusters', () => {
    const estimates = [
      new Map([
        ['member1', 1],
        ['member2', 2],
        ['member3', 0],
      ]),
    ]
    const binding = deployment(divided('Weighted', 'AvailableReplicas'), { replicas: 3 })
    expect(outcome({ binding, clusters: THREE, estimates })).toBe('member1:1 member2:2')
  })
})

describe('schedule, spread constraints (scheduling.md §7)', () => {
  const spread = (field: string, maxGroups: number, rest: Placement = {}): Placement => ({
    spreadConstraints: [{ spreadByField: field, minGroups: 1, maxGroups }],
    ...rest,
  })
  const clusters = ['member1', 'member2'].map(name => aMember(name, { region: 'eu' }))
  it.each<{ name: string; binding: SchedulableBinding; want: string }>([
    { name: 'at most one cluster', binding: deployment(spread('cluster', 1)), want: 'member1:2' },
    {
      name: 'the cluster of the previous result first',
      binding: deployment(spread('cluster', 1), { clusters: [{ name: 'member2', replicas: 2 }] }),
      want: 'member2:2',
    },
    {
      name: 'static weights ignore constraints',
      binding: deployment(spread('cluster', 1, divided('Weighted'))),
      want: 'member1:1 member2:1',
    },
    {
      name: 'a label that no cluster has',
      binding: deployment({ spreadConstraints: [{ spreadByLabel: 'rack', minGroups: 1 }] }),
      want: 'NoClusterFit: 0/2 clusters are available: 2 cluster(s) did not have label rack. []',
    },
    {
      name: 'a cluster without the property is not fit',
      binding: deployment(spread('provider', 1)),
      want: 'NoClusterFit: 0/2 clusters are available: 2 cluster(s) did not have provider property. []',
    },
    {
      name: 'no maxGroups is no limit',
      binding: deployment(spread('cluster', 0)),
      want: 'member1:2 member2:2',
    },
    {
      name: 'by region, with all clusters of it that are allowed',
      binding: deployment({
        spreadConstraints: [
          { spreadByField: 'region', minGroups: 1, maxGroups: 1 },
          { spreadByField: 'cluster', minGroups: 2, maxGroups: 2 },
        ],
      }),
      want: 'member1:2 member2:2',
    },
    {
      name: 'by region without a word of clusters: one of each region',
      binding: deployment(spread('region', 3)),
      want: 'member1:2',
    },
    {
      name: 'a field that does not exist',
      binding: deployment({ spreadConstraints: [{ spreadByField: 'planet', minGroups: 1 }] }),
      want: 'SchedulerError: just support cluster and region spread constraint []',
    },
  ])('$name', ({ binding, want }) => expect(outcome({ binding, clusters })).toBe(want))
})

describe('schedule, ordered terms (scheduling.md §5)', () => {
  const term = (affinityName: string, ...clusterNames: string[]) => ({ affinityName, clusterNames })
  const placement: Placement = {
    clusterAffinities: [term('first', 'member1'), term('second', 'member2'), term('third', 'member3')],
  }
  const placed = { clusters: [{ name: 'member2', replicas: 2 }] }
  const without = (...names: string[]) => THREE.filter(cluster => !names.includes(cluster.metadata.name))

  it.each<{
    name: string
    binding: SchedulableBinding
    clusters: typeof THREE
    want: string
    term?: string
    failed: number
  }>([
    {
      name: 'the first that fits',
      binding: deployment(placement),
      clusters: THREE,
      want: 'member1:2',
      term: 'first',
      failed: 0,
    },
    {
      name: 'any failure goes on to the next',
      binding: deployment(placement),
      clusters: without('member1'),
      want: 'member2:2',
      term: 'second',
      failed: 1,
    },
    {
      name: 'starts at the observed term and never goes back by itself',
      binding: { ...deployment(placement, placed), status: { schedulerObservingAffinityName: 'second' } },
      clusters: THREE,
      want: 'member2:2',
      term: 'second',
      failed: 0,
    },
    {
      name: 'an unknown observed term is the first',
      binding: { ...deployment(placement), status: { schedulerObservingAffinityName: 'renamed' } },
      clusters: THREE,
      want: 'member1:2',
      term: 'first',
      failed: 0,
    },
    {
      name: 'a triggered reschedule starts at the first again',
      binding: {
        spec: { ...deployment(placement, placed).spec, rescheduleTriggeredAt: '2026-01-02T00:00:00Z' },
        status: { schedulerObservingAffinityName: 'second', lastScheduledTime: '2026-01-01T00:00:00Z' },
      },
      clusters: THREE,
      want: 'member1:2',
      term: 'first',
      failed: 0,
    },
    {
      name: 'all fail: a first error of fit empties the targets',
      binding: deployment(placement, placed),
      clusters: [aMember('other')],
      want: 'NoClusterFit: 0/1 clusters are available: 1 cluster(s) did not match the placement cluster affinity constraint. []',
      failed: 3,
    },
    {
      name: 'all fail: another first error leaves them',
      binding: deployment({ ...placement, ...divided('Aggregated') }, { ...placed, replicas: 500 }),
      clusters: THREE,
      want: 'Unschedulable: Clusters available replicas 100 are not enough to schedule. [member2:2]',
      failed: 3,
    },
  ])('$name', ({ binding, clusters, want, term: affinityName, failed }) => {
    expect(outcome({ binding, clusters })).toBe(want)
    const result = schedule({ binding, clusters })
    expect(result.affinityName).toBe(affinityName)
    expect(result.failedTerms.map(({ index }) => index)).toEqual(Array.from({ length: failed }, (_, index) => index))
  })

  it('fills overflow affinities tier by tier', () => {
    const overflowAffinities = [
      { affinityName: 'o1', clusterNames: ['member2'] },
      { affinityName: 'o2', clusterNames: ['member3'] },
    ]
    const tiers = (preference: Placement): Placement => ({
      clusterAffinities: [{ ...term('main', 'member1'), overflowAffinities }],
      ...preference,
    })
    const aggregated = (replicas: number) =>
      outcome({ binding: deployment(tiers(divided('Aggregated')), { replicas }), clusters: THREE })
    expect(aggregated(90)).toBe('member1:90')
    expect(aggregated(150)).toBe('member1:100 member2:50')
    expect(aggregated(300)).toBe('member1:100 member2:100 member3:100')
    expect(aggregated(301)).toBe('Unschedulable: Clusters available replicas are not enough to schedule. []')
    const byRoom = deployment(tiers(divided('Weighted', 'AvailableReplicas')), {
      replicas: 150,
      clusters: [{ name: 'member3', replicas: 10 }],
    })
    expect(outcome({ binding: byRoom, clusters: THREE })).toBe('member1:100 member2:50')
    const everywhere = deployment(tiers({}))
    expect(outcome({ binding: everywhere, clusters: THREE })).toBe('member1:2 member2:2 member3:2')
    const settings = { resource: { apiVersion: 'apps/v1', kind: 'Deployment' }, placement: tiers({}) }
    expect(outcome({ binding: { spec: settings }, clusters: THREE })).toBe('member1')
  })
})

describe('schedule, several components (scheduling.md §9)', () => {
  const components = [
    { name: 'jobmanager', replicas: 1 },
    { name: 'taskmanager', replicas: 3 },
  ]
  const flink = (placement: Placement): SchedulableBinding => ({
    spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment' }, components, placement },
  })
  const toOne: Placement = { spreadConstraints: [{ spreadByField: 'cluster', minGroups: 1, maxGroups: 1 }] }
  const clusters = [aMember('member1', { pods: 3 }), aMember('member2', { pods: 8 }), aMember('member3', { pods: 4 })]

  it('goes whole into the cluster that takes most sets of it', () => {
    expect(schedule({ binding: flink(toOne), clusters }).targets).toEqual([{ name: 'member2', components }])
  })
  it('divided, it needs room for one set', () => {
    const placement = { ...toOne, ...divided('Aggregated') }
    const [tooSmall] = clusters
    expect(outcome({ binding: flink(placement), clusters: tooSmall ? [tooSmall] : [] })).toBe(
      'SchedulerError: no enough resource when selecting 1 clusters []',
    )
  })
  it('without that constraint it is placed like an object without replicas', () => {
    expect(schedule({ binding: flink({}), clusters }).targets).toEqual(clusters.map(c => ({ name: c.metadata.name })))
  })
})

describe('schedule, groups of workloads (scheduling.md §4)', () => {
  const inGroup = (groups: object, targets: readonly string[] = []): SchedulableBinding =>
    deployment({}, { workloadAffinityGroups: groups, clusters: targets.map(name => ({ name, replicas: 2 })) })
  const peer = (groups: object, ...targets: string[]): PeerBinding => ({
    groups,
    clusters: targets.map(name => ({ name })),
  })
  const [withCache, apart] = [{ affinityGroup: 'app=cache' }, { antiAffinityGroup: 'app=db' }]
  it.each<{ name: string; binding: SchedulableBinding; peers: readonly PeerBinding[]; want: string }>([
    {
      name: 'only where every other of the affinity group is',
      binding: inGroup(withCache),
      peers: [peer(withCache, 'member1', 'member2'), peer(withCache, 'member2', 'member3'), peer(withCache)],
      want: 'member2:2',
    },
    {
      name: 'what is placed stays, whatever the others do',
      binding: inGroup(withCache, ['member3']),
      peers: [peer(withCache, 'member1')],
      want: 'member1:2 member3:2',
    },
    {
      name: 'nowhere that another of the anti-affinity group is',
      binding: inGroup(apart),
      peers: [peer(apart, 'member1'), peer({ antiAffinityGroup: 'app=other' }, 'member2')],
      want: 'member2:2 member3:2',
    },
    {
      name: 'who is in no group asks nobody',
      binding: inGroup({}),
      peers: [peer(withCache, 'member1'), peer(apart, 'member2')],
      want: 'member1:2 member2:2 member3:2',
    },
    {
      name: 'no cluster is left',
      binding: inGroup(apart),
      peers: [peer(apart, 'member1', 'member2', 'member3')],
      want: 'NoClusterFit: 0/3 clusters are available: 3 cluster already has workload with the same anti-affinity group. []',
    },
  ])('$name', ({ binding, peers, want }) => expect(outcome({ binding, peers, clusters: THREE })).toBe(want))
})

describe('schedule, explanation', () => {
  const FILTERS = PLUGINS.filter(({ filter }) => filter !== undefined).map(({ name }) => name)
  const scores = { ClusterAffinity: 0, ClusterLocality: 0 }
  it('tells of every cluster why it was chosen or not, with the arithmetic', () => {
    const clusters = [...THREE, aMember('tainted', { taints: [{ key: 'a', effect: 'NoSchedule' }] })]
    const { explanation } = schedule({
      binding: deployment(weighted({ member1: 1, member2: 2 }), { replicas: 9 }),
      clusters,
    })
    const feasible = { rejections: [], score: 0, scores, available: 100 }
    expect(explanation).toEqual({
      filters: FILTERS,
      division: '9 replicas by static weight (Webster)',
      clusters: [
        { name: 'member1', ...feasible, weight: 1, replicas: 3 },
        { name: 'member2', ...feasible, weight: 2, replicas: 6 },
        { name: 'member3', ...feasible, note: 'no replicas for it' },
        {
          name: 'tainted',
          rejections: [{ plugin: 'TaintToleration', reason: 'cluster(s) had untolerated taint {a:NoSchedule}' }],
        },
      ],
    })
  })
  it('tells what stayed and what was added', () => {
    const binding = deployment(divided('Weighted', 'AvailableReplicas'), {
      replicas: 6,
      clusters: [{ name: 'member1', replicas: 4 }],
    })
    const { explanation } = schedule({ binding, clusters: THREE })
    expect(explanation.division).toBe('2 more replicas by available replicas (Webster), 4 stay')
    expect(explanation.clusters.map(({ name, kept, weight, replicas }) => ({ name, kept, weight, replicas }))).toEqual([
      { name: 'member1', kept: 4, weight: 100, replicas: 5 },
      { name: 'member2', kept: undefined, weight: 100, replicas: 1 },
      { name: 'member3', kept: undefined, weight: 100, replicas: undefined },
    ])
  })
  it('tells which groups were chosen, and why a cluster of another is no target', () => {
    const clusters = ['eu', 'us'].map(region => aMember(`in-${region}`, { region }))
    const binding = deployment({ spreadConstraints: [{ spreadByField: 'region', minGroups: 1, maxGroups: 1 }] })
    const { explanation } = schedule({ binding, clusters })
    expect(explanation.selection).toBe('region eu of 2; 1 clusters')
    expect(explanation.clusters.map(({ note }) => note)).toEqual([
      undefined,
      'not selected by the spread constraints: region us is not chosen',
    ])
  })
})
