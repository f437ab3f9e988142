import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { type RequestCount, totalRequests } from './controlplane/request-counts.ts'
import { CallError } from './controlplane/rest.ts'
import { parkedWorkloads } from './parking-workloads.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

// An ordinary host whose apiserver serves no MutatingAdmissionPolicy: the operator parks templates, right after it has
// claimed them, and nobody keeps the host's controllers from writing their status.

jest.setTimeout(300_000)

const OFF = 'admissionregistration.k8s.io/v1/mutatingadmissionpolic'
const apiserverFlags = [
  '--feature-gates=MutatingAdmissionPolicy=false',
  `--runtime-config=${OFF}ies=false,${OFF}ybindings=false`,
]
const fleet = useFleet({ host: { kind: 'ordinary', apiserverFlags }, members: 2 })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = fleet.members
})

const workloads = parkedWorkloads('web')
/** Kinds that can be parked only when they are made: they are reported instead. */
const REPORTED: readonly string[] = ['Pod', 'Service']
const parkable = workloads.filter(({ kind }) => !REPORTED.includes(kind))
/** A Job that has begun is not stopped: it would begin again in the members. */
const steady = parkable.filter(({ kind }) => kind !== 'Job')
const templateOf = ({ apiVersion, kind, spec }: (typeof workloads)[number], namespace: string): object => ({
  ...{ apiVersion, kind, metadata: { name: 'web', namespace } },
  spec,
})
const templates = (namespace: string): readonly object[] => workloads.map(workload => templateOf(workload, namespace))
const policy = (namespace: string): object =>
  propagationPolicy(
    { name: 'everything', namespace },
    workloads.map(({ apiVersion, kind }) => ({ apiVersion, kind, name: 'web' })),
  )

async function read(cluster: ControlPlane, path: string): Promise<AnyObject> {
  try {
    return await cluster.request(path)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}
const pathOf = ({ apiVersion, resource }: (typeof workloads)[number], namespace: string): string =>
  `/${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/namespaces/${namespace}/${resource}s/web`
const bindingOf = (kind: string, namespace: string): Promise<AnyObject> =>
  read(host, `/apis/work.karmada.io/v1alpha2/namespaces/${namespace}/resourcebindings/web-${kind.toLowerCase()}`)
const podsOn = async (cluster: ControlPlane, namespace: string): Promise<readonly AnyObject[]> =>
  (await read(cluster, `/api/v1/namespaces/${namespace}/pods`)).items
/** Those that take up a node, by the kind that made them. */
const runningOnHost = async (namespace: string): Promise<readonly string[]> =>
  (await podsOn(host, namespace))
    .filter(({ spec, status }) => spec.nodeName !== undefined && status.phase !== 'Succeeded')
    .map(({ metadata }) => metadata.ownerReferences?.[0]?.kind ?? 'Pod')
const eventsOf = async (namespace: string, kind: string): Promise<readonly string[]> => {
  const selector = encodeURIComponent(`involvedObject.kind=${kind},involvedObject.name=web`)
  const list = await read(host, `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`)
  return list.items.map((event: AnyObject) => event.reason)
}
/** What is written all the time: Jobs of the members' CronJobs are reported every minute, and tokens are renewed. */
const BACKGROUND = /works|resourcebindings|cronjobs|serviceaccounts/
const isOurs = ({ resource }: RequestCount): boolean => !BACKGROUND.test(resource)

it('the operator sees that nobody else parks', () => {
  expect(readFileSync(`${fleet.logs}/operator.log`, 'utf8')).toContain('ordinary-without-policies')
})

describe.each([
  {
    order: 'the policy before its templates',
    namespace: 'policy-first',
    objects: (n: string) => [policy(n), ...templates(n)],
  },
  {
    order: 'the templates before their policy',
    namespace: 'template-first',
    objects: (n: string) => [...templates(n), policy(n)],
  },
])('$order', ({ namespace, objects }) => {
  beforeAll(async () => {
    await newNamespace(host, namespace)
    await apply(host, ...objects(namespace))
  })

  it.each(steady)('$kind is parked, and whole in the members', async workload => {
    await eventually('it is parked', async () => {
      const found = await read(host, pathOf(workload, namespace))
      return found.metadata.labels?.['flotilla.dev/parked'] === 'true' && workload.parkedBy(found.spec)
    })
    for (const member of members) {
      const found = await eventually('the members have it', () => read(member, pathOf(workload, namespace)))
      expect(workload.parkedBy(found.spec)).toBe(false)
      expect(JSON.stringify(found)).not.toContain('flotilla.dev/parked')
    }
  })

  it('Job is suspended, or its user is told that it has begun', async () => {
    await eventually('one of both', async () => {
      const job = await read(host, `/apis/batch/v1/namespaces/${namespace}/jobs/web`)
      const isSuspended = job.spec.suspend === true && job.metadata.labels?.['flotilla.dev/parked'] === 'true'
      return isSuspended || (await eventsOf(namespace, 'Job')).includes('HostWorkloadRunning')
    })
  })

  it('leaves nothing that runs on the host but the Pod that nobody can park any more', async () => {
    await eventually('the rest is gone', async () => {
      expect(await runningOnHost(namespace)).toEqual(['Pod'])
      return true
    })
  })

  it.each([
    { kind: 'Pod', reason: 'HostWorkloadRunning' },
    { kind: 'Service', reason: 'ActsOnHost' },
  ])('$kind: its user is told that it is on the host too', async ({ kind, reason }) => {
    await eventually(reason, async () => (await eventsOf(namespace, kind)).includes(reason))
    await eventually(
      'the members have it',
      async () => (await bindingOf(kind, namespace))?.status?.aggregatedStatus?.length === 2,
    )
  })

  it.each(parkable.filter(({ kind }) => kind !== 'CronJob'))(
    '$kind: the binding has the status of the fleet',
    async ({ kind }) => {
      await eventually('both members are healthy', async () => {
        const items: readonly AnyObject[] = (await bindingOf(kind, namespace))?.status?.aggregatedStatus ?? []
        return items.length === 2 && items.every(item => item.health === 'Healthy')
      })
    },
  )
})

describe('settled', () => {
  it('nobody fights over a status', async () => {
    await quiet(fleet)
    const before = await countRequests(fleet)
    await sleep(20_000)
    const [onHost = []] = await writesSince(fleet, before)
    expect(onHost.filter(isOurs)).toEqual([])
  })

  it('a restart of the operator changes nothing', async () => {
    await quiet(fleet)
    await fleet.operator.process.stop()
    const before = await countRequests(fleet)
    fleet.operator.process.start()
    await fleet.operator.ready()
    await quiet(fleet)
    const [onHost = []] = await writesSince(fleet, before)
    expect(onHost.filter(isOurs)).toEqual([])
  })
})

describe('a status that the host’s controller keeps writing', () => {
  const namespace = 'contested'
  const [web] = workloads
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`
  /** Controllers of the host write with PUT. */
  const ofOperator = { verb: 'PATCH', resource: 'deployments', subresource: 'status' }
  const statusWrites = async (): Promise<number> => totalRequests(await host.requestCounts(), ofOperator)

  it('is left to it, for good: the user is told once, and the binding has that of the fleet', async () => {
    const before = await statusWrites()
    await newNamespace(host, namespace)
    const metadata = { name: 'web', namespace }
    await apply(host, policy(namespace), { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: web?.spec })
    await eventually('it is left to them', async () =>
      (await eventsOf(namespace, 'Deployment')).includes('StatusContested'),
    )
    await eventually('the binding tells of the fleet', async () => {
      const items: readonly AnyObject[] = (await bindingOf('Deployment', namespace))?.status?.aggregatedStatus ?? []
      return items.length === 2 && items.every(item => item.status?.readyReplicas === 2)
    })
    await quiet(fleet)
    const written = await statusWrites()
    // Each time that the members come further before the controller writes is one, besides the one that is written over.
    expect(written - before).toBeLessThanOrEqual(4)
    const conditions: readonly AnyObject[] = (await bindingOf('Deployment', namespace)).status.conditions
    expect(conditions.find(({ type }) => type === 'StatusAggregated')).toMatchObject({
      status: 'False',
      reason: 'StatusContested',
    })
    const { resourceVersion } = (await read(host, path)).metadata
    await sleep(60_000)
    expect(await statusWrites()).toBe(written)
    expect((await read(host, path)).metadata.resourceVersion).toBe(resourceVersion)
    expect((await eventsOf(namespace, 'Deployment')).filter(reason => reason === 'StatusContested')).toHaveLength(1)
  })
})

describe('policies that are switched on later', () => {
  const metrics = async (): Promise<string> => (await fetch(fleet.operator.metricsUrl)).text()
  const restart = async (flags: readonly string[]): Promise<void> => {
    await host.restartWithFlags(flags)
    await fleet.operator.process.stop()
    fleet.operator.process.start()
    await fleet.operator.ready()
  }

  it('are not, where the API is served and the admission plugin is not there: the operator finds out', async () => {
    await restart(['--disable-admission-plugins=MutatingAdmissionPolicy'])
    const log = (): string => readFileSync(`${fleet.logs}/operator.log`, 'utf8')
    await eventually('the trial has shown it', async () => log().includes('does not act on it'))
    expect(await metrics()).toContain('flotilla_parking{mode="policies",by="operator"} 1')
    const namespace = await newNamespace(host, 'no-plugin')
    const [web] = workloads
    const metadata = { name: 'web', namespace }
    await apply(host, policy(namespace), { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: web?.spec })
    await eventually('the operator parks it', async () => {
      const found = await read(host, `/apis/apps/v1/namespaces/${namespace}/deployments/web`)
      return found.spec.paused === true && (await runningOnHost(namespace)).length === 0
    })
  })

  it('are taken up when the operator starts anew', async () => {
    await restart([])
    const namespace = await newNamespace(host, 'switched-on')
    await apply(host, policy(namespace))
    await eventually('the policy is indexed', async () => {
      const found = await read(
        host,
        `/apis/policy.karmada.io/v1alpha1/namespaces/${namespace}/propagationpolicies/everything`,
      )
      return found.metadata.labels?.['flotilla.dev/indexed-v1'] !== undefined
    })
    // It does so within seconds; until then the operator parks, which comes too late for Pods and Services.
    await eventually('the apiserver parks by it', async () => {
      const made = workloads.map(async (workload): Promise<boolean> => {
        const path = pathOf(workload, namespace).replace(/\/web$/, '?dryRun=All')
        const { spec }: AnyObject = await host.request(path, { method: 'POST', body: templateOf(workload, namespace) })
        return workload.parkedBy(spec)
      })
      return (await Promise.all(made)).every(isParked => isParked)
    })
    for (const template of templates(namespace)) await apply(host, template)
    for (const workload of workloads) {
      const found = await read(host, pathOf(workload, namespace))
      expect([workload.kind, workload.parkedBy(found.spec)]).toEqual([workload.kind, true])
    }
    expect(await runningOnHost(namespace)).toEqual([])
    await eventually('the apiserver is seen to park', async () =>
      (await metrics()).includes('flotilla_parking{mode="policies",by="apiserver"} 1'),
    )
  })

  it('the status of what is parked is the fleet’s from then on, and nobody says otherwise any more', async () => {
    await eventually('the template shows the fleet', async () => {
      const { status } = await read(host, '/apis/apps/v1/namespaces/contested/deployments/web')
      return status.readyReplicas === 4
    })
    await eventually('the condition is gone', async () => {
      const conditions: readonly AnyObject[] = (await bindingOf('Deployment', 'contested')).status.conditions
      return conditions.every(({ type }) => type !== 'StatusAggregated')
    })
  })

  it.each(steady)('what was parked before is still parked: $kind', async workload => {
    const found = await read(host, pathOf(workload, 'policy-first'))
    expect(found.metadata.labels?.['flotilla.dev/parked']).toBe('true')
  })
})
