import type { JsonObject } from '../../src/object/kube-object.ts'
import { condition, type HealthRow, type MemberState, POD_TEMPLATE, SELECTOR } from './row.ts'

/** Four replicas, two in each member. */
const DIVIDED = { replicas: 4, selector: SELECTOR, template: POD_TEMPLATE }
/** Two replicas in each member. */
const DUPLICATED = { ...DIVIDED, replicas: 2 }
const ZERO = { ...DIVIDED, replicas: 0 }

const counts = (replicas: number, updated: number, available: number): JsonObject => ({
  observedGeneration: 1,
  replicas,
  updatedReplicas: updated,
  readyReplicas: available,
  availableReplicas: available,
})
const state = (status: JsonObject, more: Omit<MemberState, 'status'> = {}): MemberState => ({ status, ...more })
const ready = state(counts(2, 2, 2))
const rolling = state(counts(3, 1, 2))
const refused: MemberState = { refusal: 'exceeded quota' }
const none = state(counts(0, 0, 0))

const DEPLOYMENT = 'apps/v1 Deployment'
const exceeded = state({
  ...counts(2, 2, 1),
  conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')],
})
const over = 'it has more replicas than spec.replicas where a policy duplicates it'
const paused = { argo: 'Suspended', why: 'a parked Deployment is paused' }
const isParked = { parked: { bare: paused } }
/** What it says without settings where a policy duplicates a Deployment. */
const duplicated = (argo: string) => ({
  bare: { argo, flux: 'InProgress', why: over },
  parked: { bare: { ...paused, flux: 'InProgress' } },
})

const deployments: readonly Omit<HealthRow, 'type'>[] = [
  { situation: 'rolled out', spec: DIVIDED, replicas: 2, members: { a: ready, b: ready }, want: 'done', ...isParked },
  {
    situation: 'rolled out, duplicated',
    ...{ spec: DUPLICATED, replicas: 2, members: { a: ready, b: ready }, want: 'done' },
    ...duplicated('Healthy'),
  },
  { situation: 'rolling', spec: DIVIDED, replicas: 2, members: { a: ready, b: rolling }, want: 'rolling', ...isParked },
  {
    situation: 'refused by one',
    ...{ spec: DIVIDED, replicas: 2, members: { a: ready, b: refused }, want: 'rolling', ...isParked },
  },
  {
    situation: 'refused by one, duplicated',
    ...{ spec: DUPLICATED, replicas: 2, members: { a: ready, b: refused }, want: 'rolling', ...isParked },
  },
  {
    situation: 'one behind',
    ...{ spec: DIVIDED, replicas: 2, members: { a: ready, b: { ...ready, isBehind: true } }, want: 'rolling' },
    ...isParked,
  },
  {
    situation: 'one behind after a change',
    ...{ spec: DIVIDED, replicas: 2, formerly: { a: ready, b: ready } },
    ...{ members: { a: ready, b: { ...ready, isBehind: true } }, want: 'rolling', ...isParked },
  },
  {
    situation: 'one not observed yet',
    ...{ spec: DIVIDED, replicas: 2, members: { a: ready, b: {} }, want: 'rolling', ...isParked },
  },
  {
    situation: 'past its deadline in one',
    ...{ spec: DIVIDED, replicas: 2, members: { a: ready, b: exceeded }, want: 'broken', ...isParked },
  },
  {
    situation: 'past its deadline in one, duplicated',
    ...{ spec: DUPLICATED, replicas: 2, members: { a: ready, b: exceeded }, want: 'broken', ...isParked },
  },
  {
    situation: 'past its deadline before a change that is under way',
    ...{ spec: DIVIDED, replicas: 2, formerly: { a: ready, b: exceeded } },
    ...{ members: { a: ready, b: { ...exceeded, isBehind: true } }, want: 'rolling', ...isParked },
  },
  {
    situation: 'one member stale',
    ...{ spec: DIVIDED, replicas: 2, formerly: { a: ready, b: ready } },
    ...{ members: { a: ready, b: { ...ready, isStale: true } }, want: 'unknown' },
    bare: { argo: 'Healthy', why: 'it asks the counters only' },
    ...isParked,
  },
  { situation: 'scaled to zero', spec: ZERO, replicas: 0, members: { a: none, b: none }, want: 'done', ...isParked },
  {
    situation: 'without a deadline',
    spec: { ...DIVIDED, progressDeadlineSeconds: 2147483647 },
    ...{ replicas: 2, members: { a: ready, b: ready }, want: 'done', ...isParked },
  },
]

const STATEFUL_SET = 'apps/v1 StatefulSet'
const STATEFUL = { ...DIVIDED, serviceName: 'web' }
const stateful = (ready: number, updated: number): MemberState =>
  state({ ...counts(2, updated, ready), currentReplicas: 2 - updated === 0 ? 2 : 2 - updated })
const allReady = stateful(2, 2)
const halfReady = stateful(1, 1)
const notUpdated = stateful(2, 1)

const statefulSets: readonly Omit<HealthRow, 'type'>[] = [
  { situation: 'rolled out', spec: STATEFUL, replicas: 2, members: { a: allReady, b: allReady }, want: 'done' },
  {
    situation: 'rolled out, duplicated',
    ...{ spec: { ...STATEFUL, replicas: 2 }, replicas: 2, members: { a: allReady, b: allReady }, want: 'done' },
    bare: { flux: 'InProgress', why: over },
  },
  { situation: 'rolling', spec: STATEFUL, replicas: 2, members: { a: allReady, b: halfReady }, want: 'rolling' },
  {
    situation: 'rolling, duplicated',
    ...{ spec: { ...STATEFUL, replicas: 2 }, replicas: 2, members: { a: allReady, b: notUpdated }, want: 'rolling' },
    bare: { argo: 'Healthy', why: 'as many as spec.replicas are updated' },
  },
  { situation: 'refused by one', spec: STATEFUL, replicas: 2, members: { a: allReady, b: refused }, want: 'rolling' },
  {
    situation: 'refused by one, duplicated',
    ...{ spec: { ...STATEFUL, replicas: 2 }, replicas: 2, members: { a: allReady, b: refused }, want: 'rolling' },
  },
  {
    situation: 'one behind after a change',
    ...{ spec: STATEFUL, replicas: 2, formerly: { a: allReady, b: allReady } },
    ...{ members: { a: allReady, b: { ...allReady, isBehind: true } }, want: 'rolling' },
  },
  {
    situation: 'one member stale',
    ...{ spec: STATEFUL, replicas: 2, formerly: { a: allReady, b: allReady } },
    ...{ members: { a: allReady, b: { ...allReady, isStale: true } }, want: 'unknown' },
    bare: { argo: 'Healthy', why: 'it asks the counters only' },
  },
  {
    situation: 'updated as far as its partition lets it',
    spec: { ...STATEFUL, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
    ...{ replicas: 2, members: { a: notUpdated, b: notUpdated }, want: 'done' },
    bare: { argo: 'Progressing', flux: 'InProgress', why: 'they count one partition, and each member has its own' },
  },
  {
    situation: 'updated by its owner’s hand',
    spec: { ...STATEFUL, updateStrategy: { type: 'OnDelete' } },
    ...{ replicas: 2, members: { a: notUpdated, b: notUpdated }, want: 'done' },
  },
  {
    situation: 'scaled to zero',
    ...{ spec: { ...STATEFUL, replicas: 0 }, replicas: 0, members: { a: none, b: none }, want: 'done' },
  },
]

const DAEMON_SET = 'apps/v1 DaemonSet'
const DAEMON = { selector: SELECTOR, template: POD_TEMPLATE }
const daemon = (desired: number, updated: number, available: number): MemberState =>
  state({
    ...{
      observedGeneration: 1,
      desiredNumberScheduled: desired,
      currentNumberScheduled: desired,
      numberMisscheduled: 0,
    },
    ...{ updatedNumberScheduled: updated, numberReady: available, numberAvailable: available },
    numberUnavailable: desired - available,
  })
const everywhere = daemon(3, 3, 3)

const daemonSets: readonly Omit<HealthRow, 'type'>[] = [
  { situation: 'rolled out', spec: DAEMON, members: { a: everywhere, b: everywhere }, want: 'done' },
  { situation: 'rolling', spec: DAEMON, members: { a: everywhere, b: daemon(3, 1, 2) }, want: 'rolling' },
  { situation: 'refused by one', spec: DAEMON, members: { a: everywhere, b: refused }, want: 'rolling' },
  {
    situation: 'one behind after a change',
    ...{ spec: DAEMON, formerly: { a: everywhere, b: everywhere } },
    ...{ members: { a: everywhere, b: { ...everywhere, isBehind: true } }, want: 'rolling' },
  },
  {
    situation: 'one member stale',
    ...{ spec: DAEMON, formerly: { a: everywhere, b: everywhere } },
    ...{ members: { a: everywhere, b: { ...everywhere, isStale: true } }, want: 'unknown' },
    bare: { argo: 'Healthy', why: 'it asks the counters only' },
  },
  { situation: 'no node wants it', spec: DAEMON, members: { a: daemon(0, 0, 0), b: daemon(0, 0, 0) }, want: 'done' },
]

const REPLICA_SET = 'apps/v1 ReplicaSet'
const labelled = (count: number, available: number, more: JsonObject = {}): MemberState =>
  state({
    ...{ observedGeneration: 1, replicas: count, fullyLabeledReplicas: count },
    ...{ readyReplicas: available, availableReplicas: available, ...more },
  })
const failing = labelled(1, 1, { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate')] })

const replicaSets: readonly Omit<HealthRow, 'type'>[] = [
  {
    situation: 'rolled out',
    ...{ spec: DIVIDED, replicas: 2, members: { a: labelled(2, 2), b: labelled(2, 2) }, want: 'done' },
  },
  {
    situation: 'rolling',
    ...{ spec: DIVIDED, replicas: 2, members: { a: labelled(2, 2), b: labelled(2, 1) }, want: 'rolling' },
  },
  {
    situation: 'its Pods cannot be made in one',
    ...{ spec: DIVIDED, replicas: 2, members: { a: labelled(2, 2), b: failing }, want: 'broken' },
    // kstatus goes on waiting, as in one cluster.
    flux: 'InProgress',
  },
  {
    situation: 'one member stale',
    ...{ spec: DIVIDED, replicas: 2, formerly: { a: labelled(2, 2), b: labelled(2, 2) } },
    ...{ members: { a: labelled(2, 2), b: { ...labelled(2, 2), isStale: true } }, want: 'unknown' },
    // Argo CD asks its counters only, as in one cluster.
    argo: 'Healthy',
  },
]

const of = (type: string, rows: readonly Omit<HealthRow, 'type'>[]): readonly HealthRow[] =>
  rows.map(row => ({ type, ...row }))

export const WORKLOAD_ROWS: readonly HealthRow[] = [
  ...of(DEPLOYMENT, deployments),
  ...of(STATEFUL_SET, statefulSets),
  ...of(DAEMON_SET, daemonSets),
  ...of(REPLICA_SET, replicaSets),
]
