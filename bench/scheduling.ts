import { explain } from '../src/scheduling/explain.ts'
import type {
  Placement,
  SchedulableBinding,
  SchedulableCluster,
  SpreadConstraint,
} from '../src/scheduling/placement.ts'
import { schedule } from '../src/scheduling/schedule.ts'
import type { Question } from './question.ts'
import type { Report } from './report.ts'

export const scheduling: Question = {
  name: 'scheduling',
  asks: 'how long the pure scheduler takes for one binding among 10 to 5000 clusters',
  clusters: 'none',
  measure: () => measureScheduling(),
}

const SIZES = [10, 100, 1000, 5000] as const
const REGIONS = 50
const BATCH_MICROS = 3_000
const [WARM_UP_BATCHES, BATCHES] = [20, 41]

const divided = (replicaDivisionPreference: string, weightPreference?: object): Placement => ({
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference,
    ...(weightPreference && { weightPreference }),
  },
})

const DIVISIONS: Readonly<Record<string, Placement>> = {
  duplicated: {},
  staticWeight: divided('Weighted', {
    staticWeightList: [1, 2, 3].map(weight => ({
      targetCluster: { labelSelector: { matchLabels: { tier: String(weight) } } },
      weight,
    })),
  }),
  dynamicWeight: divided('Weighted', { dynamicWeight: 'AvailableReplicas' }),
  aggregated: divided('Aggregated'),
}

const limits = (spreadByField: string, minGroups: number, maxGroups: number): SpreadConstraint => ({
  spreadByField,
  minGroups,
  maxGroups,
})
/** Static weights ignore them. `byRegion` has to search: more clusters are wanted than regions. */
const SPREADS: Readonly<Record<string, readonly SpreadConstraint[]>> = {
  '': [],
  ByCluster: [limits('cluster', 1, 5)],
  ByRegion: [limits('region', 2, 40), limits('cluster', 8, 60)],
  ByZone: [limits('zone', 3, 5), limits('region', 2, 3), limits('cluster', 3, 9)],
}

/**
 * How long the pure scheduler takes for one binding, from a binding without targets to the explained result.
 *
 * @param sizes numbers of clusters
 * @returns µs of CPU time per binding, by division, spread and number of clusters; and for the text of the decision
 */
function measureScheduling(sizes: readonly number[] = SIZES): Report {
  const figures: Record<string, number> = {}
  for (const size of sizes) {
    const clusters = fleetOf(size)
    for (const [division, placement] of Object.entries(DIVISIONS)) {
      for (const [spread, spreadConstraints] of Object.entries(SPREADS)) {
        const binding = bindingOf({ ...placement, spreadConstraints })
        figures[`${division}${spread}${size}ClustersUs`] = timeOf(() => schedule({ binding, clusters }))
      }
    }
    const decided = schedule({ binding: bindingOf({}), clusters })
    figures[`decisionText${size}ClustersUs`] = timeOf(() => explain(decided))
  }
  return { question: 'scheduling', setting: { regions: REGIONS }, figures, bare: {}, requests: [] }
}

/** The median of many batches, in CPU time: what else runs on the machine, and the compiler, count less then. */
function timeOf(run: () => unknown): number {
  const once = batchMicros(run, 3) / 3
  const perBatch = Math.max(1, Math.ceil(BATCH_MICROS / once))
  const micros = Array.from({ length: WARM_UP_BATCHES + BATCHES }, () => batchMicros(run, perBatch) / perBatch)
  const [median = 0] = micros
    .slice(WARM_UP_BATCHES)
    .sort((a, b) => a - b)
    .slice(BATCHES >> 1)
  return Math.round(median)
}

function batchMicros(run: () => unknown, times: number): number {
  const start = process.cpuUsage()
  for (let left = times; left > 0; left--) run()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

function bindingOf(placement: Placement): SchedulableBinding {
  return {
    spec: {
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', uid: 'a' },
      replicas: 200,
      replicaRequirements: { resourceRequest: { cpu: '250m', memory: '512Mi' } },
      placement,
    },
  }
}

/** Clusters of different sizes that serve what a usual cluster serves; one in twenty has a taint. */
function fleetOf(size: number): readonly SchedulableCluster[] {
  return Array.from({ length: size }, (_, index) => {
    const region = `region-${index % REGIONS}`
    return {
      metadata: { name: `member-${String(index).padStart(4, '0')}`, labels: { tier: String(index % 4) } },
      spec: {
        region,
        zones: [`${region}-${index % 3}`],
        provider: `provider-${index % 3}`,
        ...(index % 20 === 7 && { taints: [{ key: 'maintenance', effect: 'NoSchedule' }] }),
      },
      status: { apiEnablements: API_ENABLEMENTS, resourceSummary: summaryOf(index) },
    }
  })
}

const API_ENABLEMENTS = ['v1', 'batch/v1', 'networking.k8s.io/v1', 'policy/v1', 'apps/v1'].map(groupVersion => ({
  groupVersion,
  resources: ['Pod', 'Job', 'Ingress', 'StatefulSet', 'Deployment'].map(kind => ({ kind })),
}))

function summaryOf(index: number): NonNullable<NonNullable<SchedulableCluster['status']>['resourceSummary']> {
  const nodes = 3 + (index % 40)
  return {
    allocatable: { pods: String(nodes * 110), cpu: String(nodes * 16), memory: `${nodes * 65_536}Mi` },
    allocated: { pods: String(nodes * 20), cpu: `${nodes * 4321}m`, memory: `${nodes * 12_345}Mi` },
    allocating: { pods: '2', cpu: '500m', memory: '1Gi' },
    // Half of the clusters tell the grades of their nodes.
    ...(index % 2 === 0 && { allocatableModelings: [2, 3, 4].map(grade => ({ grade, count: nodes - grade })) }),
  }
}
