import type { AnyObject } from '../cluster-view.ts'
import {
  type Behaviour,
  conditionOf,
  deployment,
  isRunning,
  job,
  rolledOut,
  type Scene,
  web,
  workload,
} from './scene.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const imageOf = ({ spec }: AnyObject): string => spec.template.spec.containers[0].image
const sizes = async (scene: Scene): Promise<readonly number[]> =>
  (await scene.list('replicasets')).map(({ spec }) => spec.replicas).sort()
const setImage = (scene: Scene, kind: string, image: string): Promise<string> =>
  scene.kubectl('set', 'image', `${kind}/web`, `main=${image}`)

async function deploymentRollsOut(scene: Scene): Promise<object> {
  await scene.apply(deployment(2))
  const said = await scene.kubectl('rollout', 'status', 'deployment/web', '--timeout=120s')
  await setImage(scene, 'deployment', 'main:2')
  await scene.kubectl('rollout', 'status', 'deployment/web', '--timeout=120s')
  const { metadata, spec } = await rolledOut(scene, 2)
  const pods = (await scene.list('pods')).filter(isRunning).length
  return {
    said: said.trim().split('\n').at(-1),
    ...{ revision: metadata.annotations[REVISION], image: imageOf({ spec }), sizes: await sizes(scene), pods },
  }
}

async function deploymentScales(scene: Scene): Promise<object> {
  await scene.apply(deployment(1))
  await rolledOut(scene, 1)
  await scene.kubectl('scale', 'deployment/web', '--replicas=3')
  await rolledOut(scene, 3)
  const three = (await scene.list('pods')).filter(isRunning).length
  await scene.kubectl('scale', 'deployment/web', '--replicas=0')
  await rolledOut(scene, 0)
  const pods = await scene.until('no Pods', async () => {
    const { length } = await scene.list('pods')
    return length === 0 && { none: length }
  })
  return { three, ...pods }
}

async function deploymentGoesBack(scene: Scene): Promise<object> {
  await scene.apply(deployment(1))
  await rolledOut(scene, 1)
  await setImage(scene, 'deployment', 'main:2')
  await rolledOut(scene, 1)
  await scene.kubectl('rollout', 'undo', 'deployment/web')
  const { metadata, spec } = await scene.until('the revision', async () => {
    const found = await rolledOut(scene, 1)
    return found.metadata.annotations[REVISION] === '3' && found
  })
  return { revision: metadata.annotations[REVISION], image: imageOf({ spec }), sizes: await sizes(scene) }
}

async function deploymentPauses(scene: Scene): Promise<object> {
  await scene.apply(deployment(1))
  await rolledOut(scene, 1)
  await scene.kubectl('rollout', 'pause', 'deployment/web')
  await setImage(scene, 'deployment', 'main:2')
  const paused = await scene.until('the pause is seen', async () => {
    const found = await scene.read('deployments/web')
    const isSeen = found.status.observedGeneration === found.metadata.generation
    return isSeen && conditionOf(found, 'Progressing')?.reason === 'DeploymentPaused' && found
  })
  const before = await sizes(scene)
  await scene.kubectl('rollout', 'resume', 'deployment/web')
  const { spec } = await rolledOut(scene, 1)
  return { paused: paused.spec.paused, before, resumed: spec.paused ?? 'not paused', after: await sizes(scene) }
}

async function statefulSetIsOrdered(scene: Scene): Promise<object> {
  await scene.apply(web('apps/v1 StatefulSet', workload({ replicas: 3, serviceName: 'none' })))
  const settled = (replicas: number): Promise<AnyObject> =>
    scene.until(`${replicas} Pods`, async () => {
      const { metadata, status = {} } = await scene.read('statefulsets/web')
      const isDone =
        status.observedGeneration === metadata.generation &&
        status.replicas === replicas &&
        status.readyReplicas === replicas &&
        status.currentRevision === status.updateRevision
      return isDone && status
    })
  const names = async () => (await scene.list('pods')).map(pod => pod.metadata.name).sort()
  await settled(3)
  const pods = await scene.list('pods')
  const started = pods.map(pod => `${pod.metadata.creationTimestamp} ${pod.metadata.name}`).sort()
  const order = started.map(text => text.split(' ')[1])
  await setImage(scene, 'statefulset', 'main:2')
  await settled(3)
  const images = (await scene.list('pods')).map(pod => pod.spec.containers[0].image)
  await scene.kubectl('scale', 'statefulset/web', '--replicas=1')
  await settled(1)
  return { order, images, left: await names(), revisions: (await scene.list('controllerrevisions')).length }
}

async function daemonSetIsEverywhere(scene: Scene): Promise<object> {
  await scene.apply(web('apps/v1 DaemonSet', workload()))
  const settled = (): Promise<AnyObject> =>
    scene.until('it is everywhere', async () => {
      const { metadata, status = {} } = await scene.read('daemonsets/web')
      const isDone =
        status.observedGeneration === metadata.generation &&
        status.numberAvailable === 2 &&
        status.updatedNumberScheduled === 2
      return isDone && status
    })
  await settled()
  await scene.kubectl('rollout', 'restart', 'daemonset/web')
  const { desiredNumberScheduled, numberMisscheduled } = await settled()
  const nodes = new Set((await scene.list('pods')).filter(isRunning).map(pod => pod.spec.nodeName))
  return { desiredNumberScheduled, numberMisscheduled, nodes: nodes.size }
}

async function replicaSetAdopts(scene: Scene): Promise<object> {
  const pod = web(
    'v1 Pod',
    { containers: [{ name: 'main', image: 'main:1' }] },
    { labels: { app: 'web' }, name: 'orphan' },
  )
  await scene.apply(pod)
  await scene.apply(web('apps/v1 ReplicaSet', workload({ replicas: 2 })))
  await scene.until('two Pods', async () => (await scene.read('replicasets/web')).status.availableReplicas === 2)
  const { metadata } = await scene.read('pods/orphan')
  return { owner: metadata.ownerReferences[0].name, pods: (await scene.list('pods')).length }
}

const finished = (scene: Scene, type: string): Promise<AnyObject> =>
  scene.until(type, async () => {
    const found = await scene.read('jobs/web')
    return conditionOf(found, type)?.status === 'True' && found
  })

async function jobCompletes(scene: Scene): Promise<object> {
  await scene.apply(job({ completions: 2, parallelism: 2 }))
  const { status, spec } = await finished(scene, 'Complete')
  return { succeeded: status.succeeded, managedBy: spec.managedBy ?? 'nobody', pods: (await scene.list('pods')).length }
}

async function jobIsSuspended(scene: Scene): Promise<object> {
  await scene.apply(job({ suspend: true }))
  const { status } = await finished(scene, 'Suspended')
  const pods = (await scene.list('pods')).length
  await scene.patch('jobs/web', { spec: { suspend: false } })
  const done = await finished(scene, 'Complete')
  return { pods, started: status.startTime ?? 'never', succeeded: done.status.succeeded }
}

async function jobGivesUp(scene: Scene): Promise<object> {
  // On no node, so that nobody but this test decides how its Pod ends.
  await scene.apply(job({ backoffLimit: 0 }, { nodeSelector: { nowhere: 'yes' } }))
  const [pod] = await scene.until('its Pod', async () => {
    const pods = await scene.list('pods')
    return pods.length > 0 && pods
  })
  await scene.patch(`pods/${pod.metadata.name}/status`, { status: { phase: 'Failed' } })
  const failed = await finished(scene, 'Failed')
  return { failed: failed.status.failed, reason: conditionOf(failed, 'Failed').reason }
}

async function cronJobFires(scene: Scene): Promise<object> {
  const { spec } = job()
  await scene.apply(web('batch/v1 CronJob', { schedule: '* * * * *', jobTemplate: { spec } }))
  await scene.kubectl('create', 'job', 'by-hand', '--from=cronjob/web')
  const isFired = async (): Promise<boolean> =>
    (await scene.list('jobs')).some(
      each => each.metadata.name !== 'by-hand' && conditionOf(each, 'Complete') !== undefined,
    )
  await scene.until('the minute is over', isFired)
  const { spec: after, status } = await scene.until('it says so', async () => {
    const found = await scene.read('cronjobs/web')
    return found.status.lastScheduleTime !== undefined && found
  })
  await scene.patch('cronjobs/web', { spec: { suspend: true } })
  const owners = new Set((await scene.list('jobs')).map(each => each.metadata.ownerReferences[0].kind))
  return { suspend: after.suspend, fired: typeof status.lastScheduleTime, owners: [...owners] }
}

async function podRuns(scene: Scene): Promise<object> {
  await scene.apply(web('v1 Pod', { containers: [{ name: 'main', image: 'main:1' }] }))
  const pod = await scene.until('it runs', async () => {
    const found = await scene.read('pods/web')
    return isRunning(found) && found
  })
  await scene.kubectl('delete', 'pod', 'web', '--timeout=120s')
  return { gates: pod.spec.schedulingGates ?? 'none', left: (await scene.list('pods')).length }
}

export const WORKLOADS: readonly Behaviour[] = [
  {
    name: 'a Deployment rolls out, and rollout status says so',
    run: deploymentRollsOut,
    want: { said: 'deployment "web" successfully rolled out', revision: '2', image: 'main:2', sizes: [0, 2], pods: 2 },
  },
  { name: 'a Deployment scales, to none too', run: deploymentScales, want: { three: 3, none: 0 } },
  {
    name: 'a rollout is undone',
    run: deploymentGoesBack,
    want: { revision: '3', image: 'main:1', sizes: [0, 1] },
  },
  {
    name: 'a Deployment is paused and resumed by its user',
    run: deploymentPauses,
    want: { paused: true, before: [1], resumed: 'not paused', after: [0, 1] },
  },
  {
    name: 'a StatefulSet starts in order, rolls out and scales',
    run: statefulSetIsOrdered,
    want: {
      order: ['web-0', 'web-1', 'web-2'],
      images: ['main:2', 'main:2', 'main:2'],
      left: ['web-0'],
      revisions: 2,
    },
  },
  {
    name: 'a DaemonSet is on every node and restarts there',
    run: daemonSetIsEverywhere,
    want: { desiredNumberScheduled: 2, numberMisscheduled: 0, nodes: 2 },
  },
  { name: 'a ReplicaSet adopts a Pod that is there', run: replicaSetAdopts, want: { owner: 'web', pods: 2 } },
  { name: 'a Job completes', run: jobCompletes, want: { succeeded: 2, managedBy: 'nobody', pods: 2 } },
  { name: 'a suspended Job waits', run: jobIsSuspended, want: { pods: 0, started: 'never', succeeded: 1 } },
  { name: 'a Job gives up', run: jobGivesUp, want: { failed: 1, reason: 'BackoffLimitExceeded' } },
  { name: 'a CronJob fires', run: cronJobFires, want: { suspend: false, fired: 'string', owners: ['CronJob'] } },
  { name: 'a Pod runs and goes', run: podRuns, want: { gates: 'none', left: 0 } },
]
