/** A workload of each kind that is parked on the host, small enough for a member of two nodes. */
export interface ParkedWorkload {
  readonly kind: string
  /** As kubectl names it. */
  readonly resource: string
  readonly apiVersion: string
  readonly spec: object
  /** What parks it, as it is seen on the host. */
  readonly parkedBy: (spec: Spec) => boolean
}

// biome-ignore lint/suspicious/noExplicitAny: specs of many kinds; a wrong path fails its assertion.
type Spec = any

const GATE = 'flotilla.dev/parked'
const podSpec = {
  terminationGracePeriodSeconds: 0,
  containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }],
}
const replicated = (name: string, more: object = {}) => ({
  replicas: 2,
  selector: { matchLabels: { app: name } },
  template: { metadata: { labels: { app: name } }, spec: podSpec },
  ...more,
})
const jobTemplate = { template: { spec: { ...podSpec, restartPolicy: 'Never' } } }
const isGated = (pod: Spec): boolean => (pod.schedulingGates ?? []).some((gate: { name: string }) => gate.name === GATE)

/** @param name of the objects, and value of their label `app` */
export function parkedWorkloads(name: string): readonly ParkedWorkload[] {
  const daemonSet = { selector: { matchLabels: { app: `${name}-ds` } } }
  const daemonPod = {
    metadata: { labels: { app: `${name}-ds` } },
    spec: { ...podSpec, nodeSelector: { 'kubernetes.io/os': 'linux' } },
  }
  return [
    {
      kind: 'Deployment',
      resource: 'deployment',
      apiVersion: 'apps/v1',
      spec: replicated(name),
      parkedBy: spec => spec.paused === true,
    },
    {
      kind: 'StatefulSet',
      resource: 'statefulset',
      apiVersion: 'apps/v1',
      spec: replicated(`${name}-sts`, { serviceName: 'none' }),
      parkedBy: spec => isGated(spec.template.spec),
    },
    {
      kind: 'ReplicaSet',
      resource: 'replicaset',
      apiVersion: 'apps/v1',
      spec: replicated(`${name}-rs`),
      parkedBy: spec => isGated(spec.template.spec),
    },
    {
      kind: 'DaemonSet',
      resource: 'daemonset',
      apiVersion: 'apps/v1',
      spec: { ...daemonSet, template: daemonPod },
      parkedBy: spec => spec.template.spec.nodeSelector[GATE] === 'true',
    },
    {
      kind: 'Job',
      resource: 'job',
      apiVersion: 'batch/v1',
      spec: jobTemplate,
      parkedBy: spec => spec.managedBy === 'flotilla.dev/fleet',
    },
    {
      kind: 'CronJob',
      resource: 'cronjob',
      apiVersion: 'batch/v1',
      spec: { schedule: '* * * * *', jobTemplate: { spec: jobTemplate } },
      parkedBy: spec => spec.suspend === true,
    },
    { kind: 'Pod', resource: 'pod', apiVersion: 'v1', spec: podSpec, parkedBy: isGated },
    {
      kind: 'Service',
      resource: 'service',
      apiVersion: 'v1',
      spec: { type: 'LoadBalancer', selector: { app: name }, ports: [{ port: 80 }] },
      parkedBy: spec => spec.loadBalancerClass === GATE,
    },
  ]
}
