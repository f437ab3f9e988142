import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { steady } from './bad-input/steady.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { parkedWorkloads } from './parking-workloads.ts'
import { clusterPropagationPolicy, configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const fleet = useFleet({ host: 'ordinary', members: 2 })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = fleet.members
})

const workloads = parkedWorkloads('web')
const selectors = workloads.map(({ apiVersion, kind }) => ({ apiVersion, kind }))
const everything = (namespace: string) => propagationPolicy({ name: 'everything', namespace }, selectors)
const objectOf = ({ apiVersion, kind, spec }: (typeof workloads)[number], metadata: object): object => ({
  apiVersion,
  kind,
  metadata,
  spec,
})
const deployment = (metadata: object, spec: object = {}) => {
  const [web] = workloads
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { ...web?.spec, ...spec } }
}
const forDeployments = (namespace: string, selector: object = {}) =>
  propagationPolicy({ name: 'deployments', namespace }, [{ apiVersion: 'apps/v1', kind: 'Deployment', ...selector }])
const podsOf = async (cluster: ControlPlane, namespace: string): Promise<readonly AnyObject[]> => {
  const list: AnyObject = await cluster.request(`/api/v1/namespaces/${namespace}/pods`)
  return list.items
}
/** Every Pod of the host that ever left the gate has an event of the scheduler. */
const scheduledOnHost = async (namespace: string): Promise<readonly string[]> => {
  const list: AnyObject = await host.request(`/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DScheduled`)
  return list.items.map((event: AnyObject) => event.involvedObject.name)
}
const eventsOf = async (namespace: string, name: string): Promise<readonly string[]> => {
  const list: AnyObject = await host.request(
    `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}`,
  )
  return list.items.map((event: AnyObject) => event.reason)
}
const ready = (object: AnyObject) => object.status?.readyReplicas === 2
/** Whether the apiserver parks a Deployment as it is made. */
const isParkedAtOnce = async (object: object): Promise<boolean> => {
  const sent = ['create', '--dry-run=server', '-o', 'json', '-f', '-']
  return JSON.parse(await host.kubectl(sent, JSON.stringify(object))).spec.paused === true
}

const BY_APISERVER = 'flotilla_parking{mode="policies",by="apiserver"} 1'

describe('every kind that runs something', () => {
  const namespace = 'every-kind'

  beforeAll(async () => {
    await newNamespace(host, namespace)
    await apply(
      host,
      everything(namespace),
      ...workloads.map(workload => objectOf(workload, { name: 'web', namespace, annotations: { mine: 'yes' } })),
    )
  })

  it.each(workloads)('$kind is parked on the host, and whole in the members', async ({ resource, parkedBy, spec }) => {
    const onHost: AnyObject = await eventually(`the ${resource} is claimed`, async () => {
      const found = JSON.parse(await host.kubectl(['get', resource, 'web', '-n', namespace, '-o', 'json']))
      return found.metadata.annotations['propagationpolicy.karmada.io/name'] === 'everything' ? found : undefined
    })
    expect(parkedBy(onHost.spec)).toBe(true)
    for (const member of members) {
      const text = await eventually(`${member.name} has the ${resource}`, async () =>
        member.kubectl(['get', resource, 'web', '-n', namespace, '-o', 'json']).catch(() => undefined),
      )
      const found: AnyObject = JSON.parse(text)
      expect(parkedBy(found.spec)).toBe(false)
      expect(text).not.toContain('flotilla.dev/parked')
      expect(found.spec).toMatchObject(resource === 'job' || resource === 'pod' ? {} : { ...spec })
    }
  })

  it('has the status of the fleet, and nobody writes over it for a minute', async () => {
    await eventually('the Deployment is ready', async () => {
      const found = await readObject(host, { kind: 'deployment', name: 'web', namespace })
      return found.status?.readyReplicas === 4
    })
    await eventually('the Job is complete', async () => {
      const found = await readObject(host, { kind: 'job', name: 'web', namespace })
      return (found.status?.conditions ?? []).some((each: AnyObject) => each.type === 'Complete')
    })
    await eventually('the others are as in the members', async () => {
      const kinds = 'statefulset,replicaset,daemonset,pod'
      const list: AnyObject = JSON.parse(await host.kubectl(['get', kinds, 'web', '-n', namespace, '-o', 'json']))
      const of = Object.fromEntries(list.items.map(({ kind, status }: AnyObject) => [kind, status]))
      const counts = [of.StatefulSet.readyReplicas, of.ReplicaSet.readyReplicas, of.DaemonSet.numberReady]
      return counts.every(count => count === 4) && of.Pod.phase === 'Running'
    })
    const kept = workloads.filter(({ kind }) => kind !== 'CronJob')
    const versions = async (): Promise<string> =>
      host.kubectl([
        'get',
        kept.map(each => each.resource).join(),
        'web',
        '-n',
        namespace,
        '-o',
        'jsonpath={range .items[*]}{.kind} {.metadata.resourceVersion}{"\\n"}{end}',
      ])
    await steady('what the host has', versions)
    const before = await versions()
    await sleep(60_000)
    expect(await versions()).toBe(before)
  })

  it('tells kubectl of the rollout, as any Deployment does', async () => {
    const status = await host.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s', '-n', namespace])
    expect(status).toContain('successfully rolled out')
    await host.kubectl(['wait', '--for=condition=Available', 'deployment/web', '--timeout=60s', '-n', namespace])
  })

  it('goes on that way when it is scaled, changed, resumed and sent anew', async () => {
    await host.kubectl(['scale', 'deployment/web', 'statefulset/web', '--replicas=3', '-n', namespace])
    await host.kubectl(['set', 'image', 'deployment/web', 'main=registry.k8s.io/pause:3.9', '-n', namespace])
    await host.kubectl(['rollout', 'resume', 'deployment/web', '-n', namespace])
    await everywhere(
      members,
      { kind: 'deployment', name: 'web', namespace },
      found =>
        found.spec.replicas === 3 &&
        found.spec.template.spec.containers[0].image.endsWith('3.9') &&
        found.spec.paused !== true,
    )
    // Between its reading and its writing the status may change: then it says so, and is tried again.
    await eventually('it is replaced', () =>
      host
        .kubectl(['replace', '-f', '-'], JSON.stringify(deployment({ name: 'web', namespace })))
        .catch(() => undefined),
    )
    await everywhere(members, { kind: 'deployment', name: 'web', namespace }, found => found.spec.replicas === 2)
    await eventually('the host shows the fleet', async () => {
      const found = await readObject(host, { kind: 'deployment', name: 'web', namespace })
      return found.status?.readyReplicas === 4 && found.spec.paused === true
    })
  })

  describe('with the operator down for a minute', () => {
    const meanwhile = parkedWorkloads('meanwhile')
    let downSinceMs: number

    beforeAll(async () => {
      await fleet.operator.process.stop()
      downSinceMs = Date.now()
      await apply(host, ...meanwhile.map(workload => objectOf(workload, { name: 'meanwhile', namespace })))
      await host.kubectl([
        'scale',
        'deployment/web',
        'statefulset/web',
        'replicaset/web',
        '--replicas=4',
        '-n',
        namespace,
      ])
      const image = 'main=registry.k8s.io/pause:3.9'
      await host.kubectl(['set', 'image', 'statefulset/web', 'daemonset/web', 'deployment/web', image, '-n', namespace])
      await newNamespace(host, 'new-policy')
      await apply(host, forDeployments('new-policy'), deployment({ name: 'web', namespace: 'new-policy' }))
    })

    afterAll(async () => {
      fleet.operator.process.start()
      await fleet.operator.ready()
    })

    it.each(meanwhile)('a new $kind is parked', async ({ resource, parkedBy }) => {
      const text = await host.kubectl(['get', resource, 'meanwhile', '-n', namespace, '-o', 'json'])
      expect(parkedBy(JSON.parse(text).spec)).toBe(true)
    })

    it('every admission works, and what no policy selects runs', async () => {
      const other = await newNamespace(host, 'plain')
      const kept = configMap({ name: 'kept', namespace: other })
      await apply(
        host,
        deployment({ name: 'web', namespace: other }),
        kept,
        forDeployments(other, { name: 'elsewhere' }),
      )
      await eventually('it runs on the host', async () =>
        ready(await readObject(host, { kind: 'deployment', name: 'web', namespace: other })),
      )
      const spread = { placement: { spreadConstraints: [{ spreadByField: 'region', minGroups: 1 }] } }
      const wrong = propagationPolicy({ name: 'wrong', namespace: other }, selectors, spread)
      await expect(apply(host, wrong)).rejects.toThrow('cluster')
      const protection = 'resourcetemplate.karmada.io/deletion-protected=Always'
      await host.kubectl(['label', 'configmap/kept', protection, '-n', other])
      await expect(host.kubectl(['delete', 'configmap/kept', '-n', other])).rejects.toThrow('protected')
      await host.kubectl(['delete', 'deployment/web', 'propagationpolicy/deployments', '-n', other])
    })

    it('no Pod gets a node, however they are changed', async () => {
      await sleep(Math.max(0, downSinceMs + 60_000 - Date.now()))
      expect(await scheduledOnHost(namespace)).toEqual([])
      // A policy of the last moment may be too late to park it; it keeps it from having Pods all the same.
      expect(await podsOf(host, 'new-policy')).toEqual([])
    })
  })

  it('the members have all of that once the operator is back', async () => {
    await everywhere(members, { kind: 'deployment', name: 'meanwhile', namespace }, ready)
    await everywhere(members, { kind: 'deployment', name: 'web', namespace: 'new-policy' }, ready)
    await everywhere(members, { kind: 'statefulset', name: 'web', namespace }, found => found.spec.replicas === 4)
  })

  it('leaves nothing when it is deleted', async () => {
    await host.kubectl(['delete', workloads.map(each => each.resource).join(), '--all', '-n', namespace])
    await nowhere(members, { kind: 'deployment', name: 'web', namespace })
    await nowhere(members, { kind: 'statefulset', name: 'web', namespace })
  })

  it('never had a Pod on a node of the host', async () => {
    expect(await scheduledOnHost(namespace)).toEqual([])
    const running = (await podsOf(host, namespace)).filter(pod => pod.spec.nodeName !== undefined)
    expect(running).toEqual([])
  })
})

it('a policy and its template in one apply never lead to a Pod on the host, two hundred times', async () => {
  const namespace = await newNamespace(host, 'together')
  const pairs = Array.from({ length: 200 }, (_, n) => {
    const name = `web-${n}`
    const labels = { app: name }
    const selector = n % 2 === 0 ? { name } : { labelSelector: { matchLabels: labels } }
    return [
      propagationPolicy({ name, namespace }, [{ apiVersion: 'apps/v1', kind: 'Deployment', ...selector }], {
        placement: { clusterAffinity: { clusterNames: ['nowhere'] } },
      }),
      deployment(
        { name, namespace, labels },
        {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
          },
        },
      ),
    ]
  })
  // kubectl has two minutes for each, on a machine that may be busy.
  for (let first = 0; first < pairs.length; first += 40) await apply(host, ...pairs.slice(first, first + 40).flat())
  await sleep(2_000)
  expect(await podsOf(host, namespace)).toEqual([])
  const sets: AnyObject = await host.request(`/apis/apps/v1/namespaces/${namespace}/replicasets`)
  expect(sets.items).toEqual([])
})

describe('a workload that ran on the host before its policy came', () => {
  it('is not stopped, and its user is told', async () => {
    const namespace = await newNamespace(host, 'ran-before')
    await apply(host, deployment({ name: 'web', namespace }))
    await eventually('it runs on the host', async () =>
      ready(await readObject(host, { kind: 'deployment', name: 'web', namespace })),
    )
    // A policy that comes within seconds means that both were applied together.
    await sleep(6_000)
    await apply(host, forDeployments(namespace))
    const condition: AnyObject = await eventually('the binding says so', async () => {
      const binding = await readObject(host, { kind: 'rb', name: 'web-deployment', namespace })
      return binding?.status?.conditions?.find((each: AnyObject) => each.type === 'HostWorkloadRunning')
    })
    expect(condition).toMatchObject({ status: 'True', message: expect.stringContaining('flotilla.dev/promote=true') })
    await eventually('so does an event', async () => (await eventsOf(namespace, 'web')).includes('HostWorkloadRunning'))
    await everywhere(members, { kind: 'deployment', name: 'web', namespace }, ready)
    expect((await readObject(host, { kind: 'deployment', name: 'web', namespace })).spec.paused).toBeUndefined()
  })

  it('moves to the members when asked, without a moment in which no Pod is ready', async () => {
    const namespace = 'ran-before'
    let fewest = Number.POSITIVE_INFINITY
    let done = false
    const sampling = (async () => {
      while (!done) {
        const pods = (await Promise.all([host, ...members].map(cluster => podsOf(cluster, namespace)))).flat()
        const readyPods = pods.filter(pod =>
          pod.status.conditions?.some((each: AnyObject) => each.type === 'Ready' && each.status === 'True'),
        )
        fewest = Math.min(fewest, readyPods.length)
        await sleep(20)
      }
    })()
    await host.kubectl(['annotate', 'deployment/web', 'flotilla.dev/promote=true', '-n', namespace])
    await eventually('nothing runs on the host', async () => (await podsOf(host, namespace)).length === 0)
    await eventually('the host shows the fleet', async () => {
      const found = await readObject(host, { kind: 'deployment', name: 'web', namespace })
      return found.status?.readyReplicas === 4 && found.metadata.annotations['flotilla.dev/promote'] === undefined
    })
    await eventually('the condition is over', async () => {
      const binding = await readObject(host, { kind: 'rb', name: 'web-deployment', namespace })
      return (
        binding.status.conditions.find((each: AnyObject) => each.type === 'HostWorkloadRunning')?.status === 'False'
      )
    })
    done = true
    await sampling
    expect(fewest).toBeGreaterThanOrEqual(2)
  })

  it('stays on the host alone when it is labelled local', async () => {
    const namespace = await newNamespace(host, 'stays-local')
    await apply(
      host,
      deployment({ name: 'web', namespace, labels: { 'flotilla.dev/local': 'true' } }),
      forDeployments(namespace),
    )
    await eventually('it runs on the host', async () =>
      ready(await readObject(host, { kind: 'deployment', name: 'web', namespace })),
    )
    expect(await readObject(host, { kind: 'rb', name: 'web-deployment', namespace })).toBeUndefined()
  })
})

describe('a parked template', () => {
  const namespace = 'parked'
  const place = { kind: 'deployment', name: 'web', namespace }

  it('stays parked when its policy goes, and its user is told', async () => {
    await newNamespace(host, namespace)
    await apply(host, forDeployments(namespace), deployment({ name: 'web', namespace }))
    await everywhere(members, place, ready)
    await host.kubectl(['delete', 'propagationpolicy', 'deployments', '-n', namespace])
    await eventually('an event tells', async () => (await eventsOf(namespace, 'web')).includes('StaysParked'))
    await host.kubectl(['rollout', 'restart', 'deployment/web', '-n', namespace]).catch(() => undefined)
    expect((await readObject(host, place)).spec.paused).toBe(true)
    expect(await podsOf(host, namespace)).toEqual([])
  })

  it('runs on the host when it is made local', async () => {
    await host.kubectl(['label', 'deployment/web', 'flotilla.dev/local=true', '-n', namespace])
    await eventually('it runs on the host', async () => {
      const found = await readObject(host, place)
      return (
        found.status?.observedGeneration === found.metadata.generation &&
        found.status?.availableReplicas === 2 &&
        (await podsOf(host, namespace)).length === 2
      )
    })
    expect((await readObject(host, place)).spec.paused).toBeUndefined()
  })
})

it('a cluster-wide policy parks in every namespace it means', async () => {
  const [inside, outside] = [await newNamespace(host, 'wide-inside'), await newNamespace(host, 'wide-outside')]
  const labelSelector = {
    matchExpressions: [{ key: 'fleet', operator: 'In', values: ['yes', 'of course'.slice(0, 2)] }],
  }
  await apply(
    host,
    clusterPropagationPolicy('wide', [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: inside, labelSelector }]),
  )
  await eventually('the policy is in the index', async () => {
    const policy: AnyObject = await host.request('/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies/wide')
    return policy.metadata.labels?.['flotilla.dev/indexed-v1'] === '1'
  })
  // It takes up what is in the index within seconds; until then the operator parks.
  const web = (namespace: string): object => deployment({ name: 'web', namespace, labels: { fleet: 'yes' } })
  await eventually('the apiserver parks by it', () => isParkedAtOnce(web(inside)))
  for (const namespace of [inside, outside]) await apply(host, web(namespace))
  await everywhere(members, { kind: 'deployment', name: 'web', namespace: inside }, ready)
  await eventually('the other runs on the host', async () =>
    ready(await readObject(host, { kind: 'deployment', name: 'web', namespace: outside })),
  )
  expect(await podsOf(host, inside)).toEqual([])
})

it('in a namespace for templates the order does not matter at all', async () => {
  const namespace = await newNamespace(host, 'templates', { labels: { 'flotilla.dev/templates': 'true' } })
  await apply(host, deployment({ name: 'web', namespace }))
  await sleep(2_000)
  expect(await podsOf(host, namespace)).toEqual([])
  await apply(host, forDeployments(namespace))
  await everywhere(members, { kind: 'deployment', name: 'web', namespace }, ready)
  expect(await scheduledOnHost(namespace)).toEqual([])
})

it('what somebody takes away of the admission policies is put back while the operator runs', async () => {
  const metrics = async (): Promise<string> => (await fetch(fleet.operator.metricsUrl)).text()
  await eventually('the apiserver is seen to park', async () => (await metrics()).includes(BY_APISERVER))
  await host.kubectl([
    'delete',
    'mutatingadmissionpolicy/flotilla-parking-index',
    'crd/overridepolicies.policy.karmada.io',
  ])
  await host.kubectl(['delete', 'validatingadmissionpolicybinding/flotilla-parking-new-propagationpolicies'])
  await eventually('all of it is back', () =>
    host
      .kubectl([
        'get',
        'mutatingadmissionpolicy/flotilla-parking-index',
        'crd/overridepolicies.policy.karmada.io',
        'validatingadmissionpolicybinding/flotilla-parking-new-propagationpolicies',
      ])
      .catch(() => undefined),
  )
  await eventually('events tell', async () => {
    const selector = encodeURIComponent('reason=RegistrationRestored')
    const list: AnyObject = await host.request(`/api/v1/namespaces/default/events?fieldSelector=${selector}`)
    return new Set(list.items.map((event: AnyObject) => event.involvedObject.kind)).size === 3
  })
  await eventually('the apiserver parks again', async () => (await metrics()).includes(BY_APISERVER))
  // It takes up a policy within seconds; until then the operator parks.
  const another = deployment({ name: 'another', namespace: 'wide-inside', labels: { fleet: 'yes' } })
  await eventually('the policy is in force again', () => isParkedAtOnce(another))
})
