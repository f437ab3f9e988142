import type { JsonObject } from '../../object/kube-object.ts'
import type { AdmissionCase } from './admission-case.ts'

const SELECTOR = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx' }
const FILLED = { clusterNames: ['m1'] }

const withSpec = (spec: JsonObject): JsonObject => ({ resourceSelectors: [SELECTOR], ...spec })
const withPlacement = (placement: JsonObject): JsonObject => withSpec({ placement })
const withFailover = (application: JsonObject): JsonObject =>
  withSpec({ propagateDeps: true, failover: { application: { decisionConditions: {}, ...application } } })
const withSpread = (...spreadConstraints: readonly JsonObject[]): JsonObject => withPlacement({ spreadConstraints })
const withTerms = (...clusterAffinities: readonly JsonObject[]): JsonObject =>
  withPlacement({ clusterAffinities, replicaScheduling: { replicaDivisionPreference: 'Aggregated' } })
const requirement = (key: string, operator: string): JsonObject => ({
  fieldSelector: { matchExpressions: [{ key, operator, values: ['x'] }] },
})

const SCHEMA: readonly AdmissionCase[] = [
  { rule: 'schema: the least that is needed', spec: withSpec({}) },
  { rule: 'schema: no selector', spec: { resourceSelectors: [] }, want: 'spec.resourceSelectors' },
  { rule: 'schema: spec without selectors', spec: {}, want: 'spec.resourceSelectors: Required value' },
  { rule: 'schema: a selector without kind', spec: { resourceSelectors: [{ apiVersion: 'v1' }] }, want: 'kind' },
  { rule: 'schema: an unknown value', spec: withSpec({ conflictResolution: 'Merge' }), want: '"Abort", "Overwrite"' },
  {
    rule: 'schema: a weight of 0',
    spec: withPlacement({
      replicaScheduling: { weightPreference: { staticWeightList: [{ targetCluster: {}, weight: 0 }] } },
    }),
    want: 'weight',
  },
  {
    rule: 'schema: no check of selectors in static weights',
    spec: withPlacement({
      replicaScheduling: {
        weightPreference: { staticWeightList: [{ targetCluster: requirement('cloud', 'Exists'), weight: 1 }] },
      },
    }),
  },
]

const AFFINITY: readonly AdmissionCase[] = [
  {
    rule: '§2.4 one way to name clusters',
    spec: withPlacement({ clusterAffinity: FILLED, clusterAffinities: [{ affinityName: 'a' }] }),
    want: 'clusterAffinities cannot co-exist with clusterAffinity',
  },
  {
    rule: '§2.5 overflow with replicas that are packed',
    spec: withTerms({ affinityName: 'a', ...FILLED, overflowAffinities: [{ affinityName: 'b' }] }),
  },
  {
    rule: '§2.5 overflow with dynamic weight',
    spec: withPlacement({
      clusterAffinities: [{ affinityName: 'a', ...FILLED, overflowAffinities: [{ affinityName: 'b' }] }],
      replicaScheduling: { weightPreference: { dynamicWeight: 'AvailableReplicas' } },
    }),
  },
  {
    rule: '§2.5 overflow with static weight',
    spec: withPlacement({
      clusterAffinities: [{ affinityName: 'a', ...FILLED, overflowAffinities: [{ affinityName: 'b' }] }],
      replicaScheduling: { replicaDivisionPreference: 'Weighted' },
    }),
    want: 'overflowAffinities needs replicas that are divided Aggregated or with dynamicWeight',
  },
  {
    rule: '§2.6 an unknown field',
    spec: withPlacement({ clusterAffinity: requirement('cloud', 'In') }),
    want: 'supported values: "provider", "region", "zone"',
  },
  {
    rule: '§2.6 an operator that fields do not have',
    spec: withTerms({ affinityName: 'a', ...requirement('zone', 'Exists') }),
    want: 'supported values: "In", "NotIn"',
  },
  {
    rule: '§2.6 the same in an overflow term',
    spec: withTerms({
      affinityName: 'a',
      ...FILLED,
      overflowAffinities: [{ affinityName: 'b', ...requirement('x', 'In') }],
    }),
    want: 'overflowAffinities[0].fieldSelector',
  },
  { rule: '§2.6 a known field', spec: withPlacement({ clusterAffinity: requirement('region', 'NotIn') }) },
  { rule: '§2.7 a name that is no label key', spec: withTerms({ affinityName: 'a b' }), want: 'affinityName' },
  { rule: '§2.7 an empty name', spec: withTerms({ affinityName: '' }), want: 'affinityName' },
  {
    rule: '§2.8 two terms of one name',
    spec: withTerms({ affinityName: 'a' }, { affinityName: 'b' }, { affinityName: 'b' }),
    want: 'must have a unique affinityName: rename the repeated b',
  },
  {
    rule: '§2.9 a term that selects nothing itself',
    spec: withTerms({ affinityName: 'a', overflowAffinities: [{ affinityName: 'b' }] }),
    want: 'must select clusters itself',
  },
  {
    rule: '§2.10 an overflow named as its term',
    spec: withTerms({ affinityName: 'a', ...FILLED, overflowAffinities: [{ affinityName: 'a' }] }),
    want: 'must not duplicate the affinityName of their term',
  },
  {
    rule: '§2.10 two overflows of one name',
    spec: withTerms({
      affinityName: 'a',
      ...FILLED,
      overflowAffinities: [{ affinityName: 'b' }, { affinityName: 'b' }],
    }),
    want: 'names in overflowAffinities must be unique',
  },
]

const SPREAD: readonly AdmissionCase[] = [
  {
    rule: '§2.11 field and label in one constraint',
    spec: withSpread({ spreadByField: 'cluster', spreadByLabel: 'rack' }),
    want: 'spreadByField and spreadByLabel should not co-exist',
  },
  { rule: '§2.11 an empty label is none', spec: withSpread({ spreadByField: 'cluster', spreadByLabel: '' }) },
  { rule: '§2.12 a negative minimum', spec: withSpread({ minGroups: -1 }), want: 'minGroups' },
  { rule: '§2.12 a negative maximum', spec: withSpread({ maxGroups: -1 }), want: 'maxGroups' },
  {
    rule: '§2.13 a maximum below the minimum',
    spec: withSpread({ minGroups: 3, maxGroups: 2 }),
    want: 'maxGroups lower than minGroups is not allowed',
  },
  { rule: '§2.13 no maximum', spec: withSpread({ minGroups: 3, maxGroups: 0 }) },
  { rule: '§2.13 a minimum of 0 counts as 1', spec: withSpread({ minGroups: 0, maxGroups: 1 }) },
  {
    rule: '§2.14 two constraints for one field',
    spec: withSpread({ spreadByField: 'cluster' }, { spreadByField: 'region' }, { spreadByField: 'region' }),
    want: 'multiple region constraints are not allowed',
  },
  {
    rule: '§2.14 a constraint without field is by cluster',
    spec: withSpread({ spreadByField: 'cluster' }, {}),
    want: 'multiple cluster constraints are not allowed',
  },
  {
    rule: '§2.15 regions without clusters',
    spec: withSpread({ spreadByField: 'region' }),
    want: 'the cluster constraint must be enabled too',
  },
  { rule: '§2.15 regions and the default', spec: withSpread({ spreadByField: 'region' }, {}) },
  { rule: '§2.15 labels need no clusters', spec: withSpread({ spreadByLabel: 'rack' }) },
]

const PLACEMENT: readonly AdmissionCase[] = [
  {
    rule: '§2.16 a group key that is no label key',
    spec: withPlacement({ workloadAffinity: { affinity: { groupByLabelKey: '-x' } } }),
    want: 'groupByLabelKey',
  },
  {
    rule: '§2.17 together and apart by one key',
    spec: withPlacement({
      workloadAffinity: { affinity: { groupByLabelKey: 'app' }, antiAffinity: { groupByLabelKey: 'app' } },
    }),
    want: 'must not use the same groupByLabelKey',
  },
  {
    rule: '§2.17 by two keys',
    spec: withPlacement({
      workloadAffinity: { affinity: { groupByLabelKey: 'app' }, antiAffinity: { groupByLabelKey: 'example.com/tier' } },
    }),
  },
  {
    rule: '§2.18 an operator that compares numbers',
    spec: withPlacement({ clusterTolerations: [{ key: 'k', operator: 'Gt', value: '1' }] }),
    want: 'clusterTolerations: unsupported operator',
  },
  { rule: '§2.18 Exists', spec: withPlacement({ clusterTolerations: [{ key: 'k', operator: 'Exists' }] }) },
]

const FAILOVER: readonly AdmissionCase[] = [
  {
    rule: '§2.19 failover without dependencies',
    spec: withSpec({ failover: { application: { decisionConditions: {} } } }),
    want: 'spec.propagateDeps must be true when spec.failover.application is set',
  },
  {
    rule: '§2.19 a ServiceImport brings its dependencies',
    spec: {
      resourceSelectors: [{ apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceImport' }],
      failover: { application: { decisionConditions: {} } },
    },
  },
  {
    rule: '§2.20 a negative toleration',
    spec: withFailover({ decisionConditions: { tolerationSeconds: -1 } }),
    want: 'tolerationSeconds',
  },
  {
    rule: '§2.21 a grace period that is not waited for',
    spec: withFailover({ purgeMode: 'Directly', gracePeriodSeconds: 5 }),
    want: 'gracePeriodSeconds only takes effect with purgeMode Gracefully',
  },
  { rule: '§2.22 no grace period: the default is used', spec: withFailover({ purgeMode: 'Gracefully' }) },
  { rule: '§2.21 the default purge mode', spec: withFailover({ gracePeriodSeconds: 5 }) },
  { rule: '§2.23 a grace period of 0', spec: withFailover({ gracePeriodSeconds: 0 }), want: 'gracePeriodSeconds' },
  {
    rule: '§2.24 a label name that is none',
    spec: withFailover({ statePreservation: { rules: [{ aliasLabelName: 'a/b/c', jsonPath: '{.x}' }] } }),
    want: 'aliasLabelName',
  },
]

const REST: readonly AdmissionCase[] = [
  {
    rule: '§2.26 preemption of everything',
    spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap' }], preemption: 'Always' },
    want: 'name cannot be empty with preemption Always',
  },
  { rule: '§2.26 preemption by name', spec: withSpec({ preemption: 'Always' }) },
  {
    rule: '§2.27 suspended twice',
    spec: withSpec({ suspension: { dispatching: true, dispatchingOnClusters: { clusterNames: ['m1'] } } }),
    want: 'cannot co-exist',
  },
  {
    rule: '§2.27 suspended for some',
    spec: withSpec({ suspension: { dispatching: false, dispatchingOnClusters: { clusterNames: ['m1'] } } }),
  },
]

/** For PropagationPolicy and ClusterPropagationPolicy alike. */
export const PROPAGATION_POLICY_CASES: readonly AdmissionCase[] = [
  ...SCHEMA,
  ...AFFINITY,
  ...SPREAD,
  ...PLACEMENT,
  ...FAILOVER,
  ...REST,
]

/** For namespaced policies of both sorts; the namespace is that of `newObject`. */
export const OWN_NAMESPACE_CASES: readonly AdmissionCase[] = [
  {
    rule: '§2.25, §3.11 another namespace',
    spec: { resourceSelectors: [{ ...SELECTOR, namespace: 'other' }] },
    want: 'namespace must be the same as the namespace of the policy: change it to shop',
  },
  { rule: '§2.25, §3.11 its own namespace', spec: { resourceSelectors: [{ ...SELECTOR, namespace: 'shop' }] } },
]
