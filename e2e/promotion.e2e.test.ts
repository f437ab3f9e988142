import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { CallError } from './controlplane/rest.ts'
import { type ParkedWorkload, parkedWorkloads } from './parking-workloads.ts'
import { newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

// Workloads between the host and the members: those that ran on the host before their policy came move when their user asks
// for it, and those that were parked run on the host when their user keeps them there. Deployments: parking.e2e.test.ts.

jest.setTimeout(300_000)

const fleet = useFleet({ host: 'ordinary', members: 2 })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = fleet.members
})

const PATHS: Readonly<Record<string, string>> = {
  StatefulSet: 'apis/apps/v1/namespaces/%/statefulsets',
  DaemonSet: 'apis/apps/v1/namespaces/%/daemonsets',
  ReplicaSet: 'apis/apps/v1/namespaces/%/replicasets',
  CronJob: 'apis/batch/v1/namespaces/%/cronjobs',
  Job: 'apis/batch/v1/namespaces/%/jobs',
  Pod: 'api/v1/namespaces/%/pods',
  ResourceBinding: 'apis/work.karmada.io/v1alpha2/namespaces/%/resourcebindings',
}
const pathOf = (kind: string, namespace: string): string => `/${PATHS[kind]?.replace('%', namespace)}`

async function read(cluster: ControlPlane, path: string): Promise<AnyObject> {
  try {
    return await cluster.request(path)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}

const listOf = async (cluster: ControlPlane, kind: string, namespace: string): Promise<readonly AnyObject[]> =>
  (await read(cluster, pathOf(kind, namespace))).items
const isReady = (pod: AnyObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status.conditions ?? []).some((each: AnyObject) => each.type === 'Ready' && each.status === 'True')
const readyPods = async (cluster: ControlPlane, namespace: string): Promise<number> =>
  (await listOf(cluster, 'Pod', namespace)).filter(isReady).length
const scheduledPods = async (namespace: string): Promise<readonly AnyObject[]> =>
  (await listOf(host, 'Pod', namespace)).filter(pod => pod.spec.nodeName !== undefined)

const workloadOf = (kind: string): ParkedWorkload => {
  const found = parkedWorkloads('web').find(workload => workload.kind === kind)
  if (found === undefined) throw new Error(`no workload of kind ${kind}`)
  return found
}
const objectOf = ({ apiVersion, kind, spec }: ParkedWorkload, metadata: object): object => ({
  apiVersion,
  kind,
  metadata,
  spec,
})
const policyFor = ({ apiVersion, kind }: ParkedWorkload, namespace: string): object =>
  propagationPolicy({ name: 'moves', namespace }, [{ apiVersion, kind, name: 'web' }])
const hostWorkloadRunning = async (kind: string, namespace: string): Promise<string | undefined> => {
  const binding = await read(host, `${pathOf('ResourceBinding', namespace)}/web-${kind.toLowerCase()}`)
  return binding?.status?.conditions?.find((each: AnyObject) => each.type === 'HostWorkloadRunning')?.status
}

/** Counts ready Pods of the whole fleet until it is told to stop. @returns the fewest at any moment. */
async function fewestReady(namespace: string, isOver: () => boolean): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY
  while (!isOver()) {
    const counts = await Promise.all([host, ...members].map(cluster => readyPods(cluster, namespace)))
    fewest = Math.min(
      fewest,
      counts.reduce((sum, count) => sum + count, 0),
    )
    await sleep(20)
  }
  return fewest
}

describe('what ran on the host before its policy moves to the members when its user asks', () => {
  it.each([{ kind: 'StatefulSet' }, { kind: 'DaemonSet' }, { kind: 'ReplicaSet' }])(
    '$kind: the members first, then the Pods of the host go',
    async ({ kind }) => {
      const workload = workloadOf(kind)
      const namespace = await newNamespace(host, `moves-${kind.toLowerCase()}`)
      await apply(host, objectOf(workload, { name: 'web', namespace }))
      await eventually('it runs on the host', async () => (await readyPods(host, namespace)) === 2)
      // A policy that comes within seconds means that both were applied together.
      await sleep(6_000)
      await apply(host, policyFor(workload, namespace))
      await eventually('its user is told', async () => (await hostWorkloadRunning(kind, namespace)) === 'True')
      for (const member of members)
        await eventually('the members have it', async () => (await readyPods(member, namespace)) === 2)
      expect(await readyPods(host, namespace)).toBe(2)
      // As long as it runs there, its status is what the host's controller sees.
      await eventually('both members are told', async () => {
        const binding = await read(host, `${pathOf('ResourceBinding', namespace)}/web-${kind.toLowerCase()}`)
        const items: readonly AnyObject[] = binding.status.aggregatedStatus ?? []
        return items.length === 2 && items.every(item => item.health === 'Healthy')
      })
      const { status } = await read(host, `${pathOf(kind, namespace)}/web`)
      expect(status.readyReplicas ?? status.numberReady).toBe(2)

      let isDone = false
      const fewest = fewestReady(namespace, () => isDone)
      await host.kubectl(['annotate', workload.resource, 'web', 'flotilla.dev/promote=true', '-n', namespace])
      await eventually('nothing runs on the host', async () => (await scheduledPods(namespace)).length === 0)
      await eventually('its user is told', async () => (await hostWorkloadRunning(kind, namespace)) === 'False')
      const template = await eventually('it is a template like any other', async () => {
        const found = await read(host, `${pathOf(kind, namespace)}/web`)
        const { annotations } = found.metadata
        return annotations['flotilla.dev/promote'] === undefined &&
          annotations['flotilla.dev/retire-host-copy'] === undefined &&
          (found.status.readyReplicas ?? found.status.numberReady) === 4
          ? found
          : undefined
      })
      isDone = true
      expect(workload.parkedBy(template.spec)).toBe(true)
      expect(await fewest).toBeGreaterThanOrEqual(4)
      for (const member of members) {
        const found = await read(member, `${pathOf(kind, namespace)}/web`)
        expect(workload.parkedBy(found.spec)).toBe(false)
      }
    },
  )

  it('CronJob: it fires in the members only, and its Jobs on the host go', async () => {
    const workload = workloadOf('CronJob')
    const namespace = await newNamespace(host, 'moves-cronjob')
    const cronJob: AnyObject = objectOf(workload, { name: 'web', namespace })
    await apply(host, { ...cronJob, spec: { ...cronJob.spec, schedule: '0 0 1 1 *' } })
    await host.kubectl(['create', 'job', 'fired', '--from=cronjob/web', '-n', namespace])
    const path = `${pathOf('CronJob', namespace)}/web`
    const status = { lastScheduleTime: '2026-01-01T00:00:00Z' }
    await host.request(`${path}/status`, { method: 'PATCH', body: { status } })
    await sleep(6_000)
    await apply(host, policyFor(workload, namespace))
    await eventually('its user is told', async () => (await hostWorkloadRunning('CronJob', namespace)) === 'True')
    expect((await listOf(host, 'Job', namespace)).length).toBe(1)
    expect((await read(host, path)).spec.suspend).toBe(false)
    await host.kubectl(['annotate', 'cronjob', 'web', 'flotilla.dev/promote=true', '-n', namespace])
    await eventually('nothing is left on the host', async () => (await listOf(host, 'Job', namespace)).length === 0)
    await eventually('its user is told', async () => (await hostWorkloadRunning('CronJob', namespace)) === 'False')
    // The host's garbage collector takes them after their Job.
    await eventually('nor a Pod', async () => (await listOf(host, 'Pod', namespace)).length === 0)
    expect((await read(host, path)).spec.suspend).toBe(true)
    for (const member of members) expect((await read(member, path)).spec.suspend).toBe(false)
  })
})

describe('what was parked runs on the host when its user keeps it there', () => {
  it.each([{ kind: 'StatefulSet' }, { kind: 'ReplicaSet' }, { kind: 'DaemonSet' }])(
    '$kind: its Pods that waited are replaced',
    async ({ kind }) => {
      const workload = workloadOf(kind)
      const namespace = await newNamespace(host, `stays-${kind.toLowerCase()}`)
      await apply(host, policyFor(workload, namespace))
      await apply(host, objectOf(workload, { name: 'web', namespace }))
      for (const member of members)
        await eventually('the members have it', async () => (await readyPods(member, namespace)) === 2)
      expect(await scheduledPods(namespace)).toEqual([])
      await host.kubectl(['label', workload.resource, 'web', 'flotilla.dev/local=true', '-n', namespace])
      await eventually('it runs on the host', async () => (await readyPods(host, namespace)) === 2)
      const template = await eventually('its status is that of the host, and no policy claims it', async () => {
        const found = await read(host, `${pathOf(kind, namespace)}/web`)
        const isOfHost = (found.status.readyReplicas ?? found.status.numberReady) === 2
        return isOfHost && isDeepStrictEqual(found.metadata.labels, { 'flotilla.dev/local': 'true' })
          ? found
          : undefined
      })
      expect(workload.parkedBy(template.spec)).toBe(false)
    },
  )
})
