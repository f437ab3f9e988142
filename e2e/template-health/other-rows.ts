import type { JsonObject } from '../../src/object/kube-object.ts'
import { AT, condition, type HealthRow, LATER, type MemberState, POD_SPEC } from './row.ts'

const refused: MemberState = { refusal: 'exceeded quota' }
const of = (type: string, rows: readonly Omit<HealthRow, 'type'>[]): readonly HealthRow[] =>
  rows.map(row => ({ type, ...row }))

const JOB_SPEC = { parallelism: 2, completions: 2, template: { spec: { ...POD_SPEC, restartPolicy: 'Never' } } }
const running: MemberState = { status: { active: 2, startTime: AT } }
const complete: MemberState = {
  status: {
    ...{ succeeded: 2, startTime: AT, completionTime: LATER },
    conditions: [condition('SuccessCriteriaMet', 'True', 'CompletionsReached'), condition('Complete', 'True', 'Done')],
  },
}
const failed: MemberState = {
  status: {
    ...{ failed: 1, startTime: AT },
    conditions: [
      condition('FailureTarget', 'True', 'BackoffLimitExceeded'),
      condition('Failed', 'True', 'BackoffLimitExceeded'),
    ],
  },
}
const suspended: MemberState = { status: { conditions: [condition('Suspended', 'True', 'JobSuspended')] } }

const jobs = of('batch/v1 Job', [
  { situation: 'complete', spec: JOB_SPEC, members: { a: complete, b: complete }, want: 'done' },
  { situation: 'running in one', spec: JOB_SPEC, members: { a: complete, b: running }, want: 'rolling' },
  { situation: 'refused by one', spec: JOB_SPEC, members: { a: complete, b: refused }, want: 'rolling' },
  { situation: 'failed in one', spec: JOB_SPEC, members: { a: complete, b: failed }, want: 'broken' },
  {
    situation: 'failed in one, running in another',
    spec: JOB_SPEC,
    members: { a: running, b: failed },
    want: 'rolling',
  },
  {
    situation: 'suspended',
    ...{ spec: { ...JOB_SPEC, suspend: true }, members: { a: suspended, b: suspended }, want: 'suspended' },
  },
])

const CRON_SPEC = { schedule: '0 * * * *', jobTemplate: { spec: JOB_SPEC } }
const ran: MemberState = { status: { lastScheduleTime: AT, lastSuccessfulTime: LATER } }
const always = { parked: { argo: 'Healthy', flux: 'Current' } }
const cronJobs = of('batch/v1 CronJob', [
  { situation: 'has run', spec: CRON_SPEC, members: { a: ran, b: ran }, want: 'done' },
  { situation: 'has not run yet', spec: CRON_SPEC, members: { a: { status: {} }, b: { status: {} } }, want: 'done' },
  {
    situation: 'has failed everywhere',
    spec: CRON_SPEC,
    members: {
      a: { status: { lastScheduleTime: LATER, lastSuccessfulTime: AT } },
      b: { status: { lastScheduleTime: LATER, lastSuccessfulTime: AT } },
    },
    // kstatus takes every CronJob for Current; Argo CD takes every suspended one for Healthy, and a parked one is suspended.
    ...{ want: 'broken', flux: 'Current', ...always },
  },
])

const told = (phase: string, isReady: boolean, container: JsonObject): MemberState => ({
  status: {
    phase,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(type => {
      const holds = isReady || type === 'PodScheduled' || type === 'Initialized'
      return { type, status: holds ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: AT }
    }),
    containerStatuses: [
      { name: 'web', image: 'nginx', imageID: '', restartCount: 0, lastState: {}, ready: isReady, state: container },
    ],
  },
})
const up = told('Running', true, { running: { startedAt: AT } })
const starting = told('Running', false, { running: { startedAt: AT } })
const looping = told('Running', false, { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } })
const pending: MemberState = {
  status: {
    phase: 'Pending',
    conditions: [{ ...condition('PodScheduled', 'False', 'Unschedulable'), lastProbeTime: null }],
  },
}
const pods = of('v1 Pod', [
  { situation: 'ready', spec: POD_SPEC, members: { a: up, b: up }, want: 'done' },
  { situation: 'starting in one', spec: POD_SPEC, members: { a: up, b: starting }, want: 'rolling' },
  { situation: 'refused by one', spec: POD_SPEC, members: { a: up, b: refused }, want: 'rolling' },
  { situation: 'crashing in one', spec: POD_SPEC, members: { a: up, b: looping }, want: 'broken' },
  {
    situation: 'without room in one',
    ...{ spec: POD_SPEC, members: { a: up, b: pending }, want: 'rolling' },
  },
  {
    situation: 'one member stale',
    ...{ spec: POD_SPEC, formerly: { a: up, b: up }, members: { a: up, b: { ...up, isStale: true } }, want: 'rolling' },
  },
])

const BALANCER = { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] }
const entry = (ip: string): MemberState => ({ status: { loadBalancer: { ingress: [{ ip }] } } })
const noEntry: MemberState = { status: { loadBalancer: {} } }
const services = of('v1 Service', [
  {
    situation: 'has its addresses',
    spec: BALANCER,
    members: { a: entry('1.2.3.4'), b: entry('1.2.3.5') },
    want: 'done',
  },
  // kstatus asks only whether it has a cluster IP.
  {
    situation: 'has no address yet',
    spec: BALANCER,
    members: { a: noEntry, b: noEntry },
    want: 'rolling',
    flux: 'Current',
  },
])

const INGRESS_SPEC = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } }
const ingresses = of('networking.k8s.io/v1 Ingress', [
  {
    situation: 'has its addresses',
    spec: INGRESS_SPEC,
    members: { a: entry('1.2.3.4'), b: entry('1.2.3.5') },
    want: 'done',
  },
  // kstatus knows nothing of the kind.
  {
    situation: 'has no address yet',
    spec: INGRESS_SPEC,
    members: { a: noEntry, b: noEntry },
    want: 'rolling',
    flux: 'Current',
  },
])

const CLAIM = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const phase = (name: string): MemberState => ({ status: { phase: name } })
const claims = of('v1 PersistentVolumeClaim', [
  { situation: 'bound', spec: CLAIM, members: { a: phase('Bound'), b: phase('Bound') }, want: 'done' },
  { situation: 'pending in one', spec: CLAIM, members: { a: phase('Bound'), b: phase('Pending') }, want: 'rolling' },
  // kstatus goes on waiting, as in one cluster.
  {
    situation: 'lost in one',
    spec: CLAIM,
    members: { a: phase('Bound'), b: phase('Lost') },
    want: 'broken',
    flux: 'InProgress',
  },
])

const SCALER = {
  minReplicas: 1,
  maxReplicas: 5,
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
}
const scaling = (...conditions: readonly JsonObject[]): MemberState => ({
  status: { currentReplicas: 2, desiredReplicas: 2, conditions },
})
const able = condition('AbleToScale', 'True', 'ReadyForNewScale')
const active = condition('ScalingActive', 'True', 'ValidMetricFound')
const blind = condition('ScalingActive', 'False', 'FailedGetResourceMetric')
const autoscalers = of(
  'autoscaling/v2 HorizontalPodAutoscaler',
  [
    { situation: 'works', members: { a: scaling(able, active), b: scaling(able, active) }, want: 'done' as const },
    // kstatus knows nothing of the kind.
    {
      situation: 'has not looked yet',
      members: { a: scaling(), b: scaling() },
      want: 'rolling' as const,
      flux: 'Current',
    },
    {
      situation: 'gets no metrics in one',
      members: { a: scaling(able, active), b: scaling(able, blind) },
      ...{ want: 'broken' as const, flux: 'Current' },
    },
  ].map(row => ({ spec: SCALER, isForDedicatedOnly: true, ...row })),
)

const BUDGET = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } }
const budget = (disruptionsAllowed: number, status: string, reason: string): MemberState => ({
  status: {
    ...{ disruptionsAllowed, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 },
    conditions: [condition('DisruptionAllowed', status, reason)],
  },
})
const sufficient = budget(1, 'True', 'SufficientPods')
const budgets = of(
  'policy/v1 PodDisruptionBudget',
  [
    { situation: 'allows a disruption', members: { a: sufficient, b: sufficient }, want: 'done' as const },
    {
      situation: 'allows none in one',
      members: { a: sufficient, b: budget(0, 'False', 'InsufficientPods') },
      want: 'done' as const,
    },
    {
      situation: 'cannot be computed in one',
      members: { a: sufficient, b: budget(0, 'False', 'SyncFailed') },
      // kstatus takes every budget for Current.
      ...{ want: 'broken' as const, flux: 'Current' },
    },
  ].map(row => ({ spec: BUDGET, isForDedicatedOnly: true, ...row })),
)

export const OTHER_ROWS: readonly HealthRow[] = [
  ...jobs,
  ...cronJobs,
  ...pods,
  ...services,
  ...ingresses,
  ...claims,
  ...autoscalers,
  ...budgets,
]
