import type { Resource } from '../src/api/kinds.ts'
import { runBareLoop } from './bare-loop.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { type Figures, percentiles, type Report } from './report.ts'
import { CONFIG_MAP, DEPLOYMENT, objectNames, openWorkload, template, watchJourney } from './workload.ts'

const KINDS: readonly Resource[] = [CONFIG_MAP, DEPLOYMENT]

/** How long after the host's answer to a creation does the last member have the object, and the host its status? One at a time. */
export async function measureLatency(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, KINDS)
  const measured: Figures[] = []
  for (const kind of KINDS) measured.push(await measureKind(clusters, kind, { namespace: workload.namespace, objects }))
  await workload.remove()
  const { kubeconfigs, members } = clusters
  const bare = await runBareLoop({ kubeconfigs, kinds: KINDS.map(({ kind }) => kind), objects, creators: 1 })
  return {
    question: 'latency',
    setting: { objects, members: members.length },
    figures: Object.assign({}, ...measured),
    bare: Object.assign(
      {},
      ...bare.flatMap(({ kind, toMembersMs, toStatusMs }) => [
        percentiles(`${prefixOf(kind)}ToMembers`, toMembersMs),
        percentiles(`${prefixOf(kind)}ToStatusOnHost`, toStatusMs),
      ]),
    ),
    requests: [],
  }
}

function prefixOf(kind: string): string {
  return kind === CONFIG_MAP.kind ? 'configMap' : 'deployment'
}

async function measureKind(
  clusters: ClusterUnderTest,
  kind: Resource,
  { namespace, objects }: { readonly namespace: string; readonly objects: number },
): Promise<Figures> {
  const journey = await watchJourney(clusters, kind, namespace)
  const toMembersMs: number[] = []
  const toStatusMs: number[] = []
  const statusLagMs: number[] = []
  for (const name of objectNames(kind, objects)) {
    await clusters.host.create(kind, template(kind, namespace, name))
    const createdMs = performance.now()
    const statusMs = await journey.statusOnHost(name)
    // An object may be seen before the answer to its creation is.
    toMembersMs.push(Math.max(0, (await journey.inMembers(name)) - createdMs))
    toStatusMs.push(Math.max(0, statusMs - createdMs))
    statusLagMs.push(Math.max(0, statusMs - (await journey.statusInMembers(name))))
  }
  journey.stop()
  const prefix = prefixOf(kind.kind)
  return {
    ...percentiles(`${prefix}ToMembers`, toMembersMs),
    ...percentiles(`${prefix}ToStatusOnHost`, toStatusMs),
    // Without the time that the members' own controllers take.
    ...percentiles(`${prefix}MemberStatusToHost`, statusLagMs),
  }
}
