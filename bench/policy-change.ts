import { CLUSTER, NAMESPACE, PROPAGATION_POLICY, RESOURCE_BINDING } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { listAt, stringAt, valueAt } from '../src/object/field.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { type BareDrop, runBareLoop } from './bare-loop.ts'
import { CREATORS, createBurst, rowsBetween, type Snapshot, settled } from './burst.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { watchPopulation } from './population.ts'
import type { Question } from './question.ts'
import { countForeground, countResource, type Figures, type Report, type RequestRow, round } from './report.ts'
import { watchSightings } from './sightings.ts'
import { CONFIG_MAP, objectNames, openWorkload, POLICY_NAME, type Workload } from './workload.ts'

export const policyChange: Question = {
  name: 'policy-change',
  asks: 'how long until a policy that drops a member, and takes it in again, is carried out for all of its objects',
  clusters: 'any',
  objects: 1000,
  measure: measurePolicyChange,
}

/** One write of one policy: the last member loses everything, and gets it back. */
async function measurePolicyChange(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  await createBurst(clusters, workload, objects)
  const before = await settled(clusters)
  const cluster = await findCluster(clusters.host, clusters.members.at(-1))
  const dropped = await change(clusters, workload, { objects, excluded: [cluster], name: 'drop', before })
  const added = await change(clusters, workload, { objects, excluded: [], name: 'add', before: dropped.after })
  await workload.remove()
  const { kubeconfigs } = clusters
  const [bare] = await runBareLoop({ kubeconfigs, kinds: [CONFIG_MAP.kind], objects, creators: CREATORS, drops: true })
  return {
    question: 'policy-change',
    setting: { objects, members: clusters.members.length },
    figures: { ...dropped.figures, ...added.figures },
    bare: bare?.drop === undefined ? {} : bareFigures(bare.drop, objects),
    requests: [...dropped.requests, ...added.requests],
  }
}

function bareFigures(drop: BareDrop, objects: number): Figures {
  const { inMemberSeconds, onHostSeconds, hostRequests, memberRequests, cpuSeconds } = drop
  return {
    dropInMemberSeconds: round(inMemberSeconds),
    dropOnHostSeconds: round(onHostSeconds),
    dropHostRequestsPerObject: round(hostRequests / objects),
    dropMemberRequestsPerObject: round(memberRequests / objects),
    dropCpuSeconds: round(cpuSeconds),
  }
}

interface PolicyWrite {
  readonly objects: number
  /** Names of Clusters. */
  readonly excluded: readonly string[]
  readonly name: 'drop' | 'add'
  readonly before: Snapshot
}

interface Changed {
  readonly figures: Figures
  readonly requests: readonly RequestRow[]
  readonly after: Snapshot
}

async function change(clusters: ClusterUnderTest, { namespace }: Workload, write: PolicyWrite): Promise<Changed> {
  const { objects, excluded, name, before } = write
  const { host, members } = clusters
  const names = objectNames(CONFIG_MAP, objects)
  const watched = { client: members.at(-1) ?? host, resource: CONFIG_MAP, namespace, names: new Set(names) }
  const population = await watchPopulation(watched)
  const shown = await watchSightings({
    client: host,
    resource: RESOURCE_BINDING,
    namespace,
    nameOf: binding => nameOfSettled(binding, members.length - excluded.length),
  })
  const key = { namespace, name: POLICY_NAME }
  const body = { spec: { placement: { clusterAffinity: { exclude: excluded } } } }
  const startMs = performance.now()
  await host.patch(PROPAGATION_POLICY, key, { type: 'merge', body })
  const inMemberMs = await population.until(excluded.length > 0 ? 0 : objects)
  const shownMs = Math.max(...(await Promise.all(names.map(each => shown.until(each)))))
  const after = await settled(clusters)
  for (const watch of [population, shown]) watch.stop()
  const requests = rowsBetween(before.counts, after.counts)
  return {
    requests,
    after,
    figures: {
      [`${name}InMemberSeconds`]: round((inMemberMs - startMs) / 1000),
      [`${name}OnHostSeconds`]: round((shownMs - startMs) / 1000),
      [`${name}HostRequestsPerObject`]: round(countForeground(requests, 'host') / objects),
      [`${name}HostEventRequestsPerObject`]: round(countResource(requests, 'host', 'events') / objects),
      [`${name}MemberRequestsPerObject`]: round(countForeground(requests, 'members') / objects),
      ...(before.usage !== undefined &&
        after.usage !== undefined && {
          [`${name}CpuSeconds`]: round(after.usage.cpuSeconds - before.usage.cpuSeconds),
          [`${name}PeakRssMiB`]: round(after.usage.peakRssMiB),
        }),
    },
  }
}

/** A binding whose targets are so many, all of which, and nobody else, report that they have applied it. */
function nameOfSettled(binding: KubeObject, members: number): string | undefined {
  const items = listAt(binding, 'status', 'aggregatedStatus')
  const isSettled =
    listAt(binding, 'spec', 'clusters').length === members &&
    items.length === members &&
    items.every(item => valueAt(item, 'applied') === true)
  return isSettled ? stringAt(binding, 'spec', 'resource', 'name') : undefined
}

/** @returns the name under which the host knows a member: `spec.id` is the UID of its kube-system. @throws when it does not. */
export async function findCluster(host: Client, member: Client | undefined): Promise<string> {
  if (member === undefined) throw new Error('there is no member')
  const system = await member.get(NAMESPACE, { namespace: '', name: 'kube-system' })
  const { items } = await host.list(CLUSTER)
  const found = items.find(cluster => stringAt(cluster, 'spec', 'id') === system.metadata.uid)
  if (found === undefined) throw new Error(`${host.name} has no Cluster with the id of ${member.name}`)
  return found.metadata.name
}
