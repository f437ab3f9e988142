import { expect } from '@jest/globals'
import type { AnyObject } from '../cluster-view.ts'
import { core, grouped, type KindRow, object, stepped } from './row.ts'

const containers = [{ name: 'main', image: 'main:1' }]
const workload = (app: string) => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers } },
})
/** The generations that a member's counters travel with. */
const generations = (member: AnyObject) => ({
  generation: member.metadata.generation,
  resourceTemplateGeneration: Number(member.metadata.annotations['resourcetemplate.karmada.io/generation']),
})
const observed = (member: AnyObject) => ({ observedGeneration: member.metadata.generation, ...generations(member) })
const observedLatest = (template: AnyObject) => ({ observedGeneration: template.metadata.generation })
/** A Deployment that every member has rolled out. */
const ROLLED_OUT = [
  { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
  { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
]
const minute = (n: number): string => `2026-01-01T00:0${n}:00Z`

export const WORKLOAD_ROWS: readonly KindRow[] = [
  {
    title: 'Deployment',
    path: grouped('apps/v1', 'deployments'),
    template: object('apps/v1 Deployment', 'deployment', {
      spec: {
        ...workload('deployment'),
        replicas: 2,
        template: {
          metadata: { labels: { app: 'deployment' } },
          spec: {
            containers: [
              {
                ...containers[0],
                ports: [{ containerPort: 80 }],
                resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 2 } },
                env: [{ name: 'A', value: '' }],
                readinessProbe: { httpGet: { port: 'http', path: '/' } },
              },
            ],
          },
        },
      },
    }),
    change: stepped({ spec: { replicas: 3 } }),
    changed: { spec: { replicas: 3 } },
    reflected: m => ({ ...replicaCounters(m.spec.replicas), updatedReplicas: m.spec.replicas, ...observed(m) }),
    total: t => ({ ...replicaCounters(6), updatedReplicas: 6, ...observedLatest(t), conditions: ROLLED_OUT }),
    changedTotal: t => ({ ...replicaCounters(9), updatedReplicas: 9, ...observedLatest(t), conditions: ROLLED_OUT }),
  },
  {
    title: 'StatefulSet',
    path: grouped('apps/v1', 'statefulsets'),
    template: object('apps/v1 StatefulSet', 'statefulset', {
      spec: { ...workload('statefulset'), replicas: 1, serviceName: 'headless' },
    }),
    change: stepped({ spec: { replicas: 2 } }),
    changed: { spec: { replicas: 2 } },
    reflected: m => ({
      ...replicaCounters(m.spec.replicas),
      currentReplicas: m.spec.replicas,
      updatedReplicas: m.spec.replicas,
      ...observed(m),
    }),
    total: t => ({ ...replicaCounters(3), currentReplicas: 3, updatedReplicas: 3, ...observedLatest(t) }),
    changedTotal: t => ({ ...replicaCounters(6), currentReplicas: 6, updatedReplicas: 6, ...observedLatest(t) }),
  },
  {
    title: 'DaemonSet',
    path: grouped('apps/v1', 'daemonsets'),
    template: object('apps/v1 DaemonSet', 'daemonset', { spec: workload('daemonset') }),
    change: stepped({ spec: { minReadySeconds: 1 } }),
    changed: { spec: { minReadySeconds: 1 } },
    reflected: m => ({ ...daemonCounters(2), ...observed(m) }),
    total: t => ({ ...daemonCounters(6), ...observedLatest(t) }),
  },
  {
    title: 'ReplicaSet',
    path: grouped('apps/v1', 'replicasets'),
    template: object('apps/v1 ReplicaSet', 'replicaset', { spec: { ...workload('replicaset'), replicas: 2 } }),
    change: stepped({ spec: { minReadySeconds: 1 } }),
    changed: { spec: { minReadySeconds: 1 } },
    reflected: m => ({ ...replicaCounters(2), fullyLabeledReplicas: 2, ...observed(m) }),
    total: t => ({ ...replicaCounters(6), fullyLabeledReplicas: 6, ...observedLatest(t) }),
  },
  {
    title: 'Job',
    path: grouped('batch/v1', 'jobs'),
    template: object('batch/v1 Job', 'job', {
      spec: { parallelism: 2, completions: 2, template: { spec: { restartPolicy: 'Never', containers } } },
    }),
    change: stepped({ spec: { backoffLimit: 5 } }),
    changed: { spec: { backoffLimit: 5 } },
    reflected: ({ status: { conditions, startTime, completionTime } }) => ({
      succeeded: 2,
      conditions,
      startTime,
      completionTime,
    }),
    total: () => ({
      succeeded: 6,
      conditions: [
        expect.objectContaining({ type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached' }),
        expect.objectContaining({ type: 'Complete', status: 'True', reason: 'Completed', message: 'Job completed' }),
      ],
      startTime: expect.any(String),
      completionTime: expect.any(String),
    }),
  },
  {
    title: 'CronJob',
    path: grouped('batch/v1', 'cronjobs'),
    template: object('batch/v1 CronJob', 'cronjob', {
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers } } } },
      },
    }),
    change: stepped({ spec: { schedule: '0 0 2 1 *' } }),
    changed: { spec: { schedule: '0 0 2 1 *' } },
    byHand: n => ({ lastScheduleTime: minute(n), lastSuccessfulTime: minute(n + 1) }),
    total: () => ({ lastScheduleTime: minute(3), lastSuccessfulTime: minute(4) }),
  },
  {
    title: 'Pod',
    path: core('pods'),
    template: object('v1 Pod', 'pod', { spec: { containers } }),
    change: stepped({ spec: { containers: [{ name: 'main', image: 'main:2' }] } }),
    changeType: 'strategic-merge-patch',
    changed: { spec: { containers: [{ name: 'main', image: 'main:2' }], nodeName: expect.any(String) } },
    total: () => ({
      phase: 'Running',
      containerStatuses: Array(3).fill(
        expect.objectContaining({ name: '', ready: true, state: { running: expect.any(Object) } }),
      ),
    }),
  },
  {
    title: 'HorizontalPodAutoscaler',
    path: grouped('autoscaling/v2', 'horizontalpodautoscalers'),
    template: object('autoscaling/v2 HorizontalPodAutoscaler', 'autoscaler', {
      spec: {
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nowhere' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1000m' } } },
        ],
      },
    }),
    change: stepped({ spec: { maxReplicas: 8 } }),
    changed: { spec: { maxReplicas: 8 } },
    byHand: n => ({ currentReplicas: n, desiredReplicas: 2 }),
    reflected: ({ status: { currentReplicas, desiredReplicas, conditions } }) => ({
      ...{ currentReplicas, desiredReplicas },
      ...(conditions && { conditions }),
    }),
    total: () => ({ currentReplicas: 6, desiredReplicas: 6 }),
  },
  {
    title: 'PodDisruptionBudget',
    path: grouped('policy/v1', 'poddisruptionbudgets'),
    needs: 'ReplicaSet',
    template: object('policy/v1 PodDisruptionBudget', 'budget', {
      spec: { selector: { matchLabels: { app: 'replicaset' } }, minAvailable: 1 },
    }),
    change: stepped({ spec: { minAvailable: '100%' } }),
    changed: { spec: { minAvailable: '100%' } },
    reflected: ({ status: { disruptionsAllowed, desiredHealthy, conditions } }) => ({
      ...{ disruptionsAllowed, desiredHealthy, conditions },
      ...{ expectedPods: 2, currentHealthy: 2 },
    }),
    total: () => ({ expectedPods: 6, currentHealthy: 6, desiredHealthy: 3, disruptionsAllowed: 3 }),
    changedTotal: () => ({ expectedPods: 6, currentHealthy: 6, desiredHealthy: 6, disruptionsAllowed: 0 }),
  },
]

function replicaCounters(count: number) {
  return { replicas: count, readyReplicas: count, availableReplicas: count }
}

function daemonCounters(count: number) {
  return {
    currentNumberScheduled: count,
    numberMisscheduled: 0,
    desiredNumberScheduled: count,
    numberReady: count,
    updatedNumberScheduled: count,
    numberAvailable: count,
  }
}
