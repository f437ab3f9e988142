import type { Resource } from '../src/api/kinds.ts'
import { runBareLoop } from './bare-loop.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import type { Question } from './question.ts'
import { type Figures, percentiles, type Report, type Series, spreadCurve } from './report.ts'
import { CONFIG_MAP, DEPLOYMENT, objectNames, openWorkload, template, watchJourney } from './workload.ts'

const KINDS: readonly Resource[] = [CONFIG_MAP, DEPLOYMENT]

export const latency: Question = {
  name: 'latency',
  asks: 'how long an object takes to the members, and its status back to the host; one at a time',
  clusters: 'any',
  objects: 50,
  measure: measureLatency,
}

/** How long after the host's answer to a creation does the last member have the object, and the host its status? One at a time. */
async function measureLatency(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, KINDS)
  const measured: MeasuredKind[] = []
  for (const kind of KINDS) measured.push(await measureKind(clusters, kind, { namespace: workload.namespace, objects }))
  const alone = await measureMembersAlone(clusters, { namespace: workload.namespace, objects })
  await workload.remove()
  const { kubeconfigs, members } = clusters
  const bare = await runBareLoop({ kubeconfigs, kinds: KINDS.map(({ kind }) => kind), objects, creators: 1 })
  return {
    question: 'latency',
    setting: { objects, members: members.length },
    figures: Object.assign({}, ...measured.map(({ figures }) => figures)),
    bare: Object.assign(
      alone,
      ...bare.flatMap(({ kind, toMembersMs, toStatusMs }) => [
        percentiles(`${prefixOf(kind)}ToMembers`, toMembersMs),
        percentiles(`${prefixOf(kind)}ToStatusOnHost`, toStatusMs),
      ]),
    ),
    requests: [],
    series: measured.flatMap(({ spread }) => spread),
  }
}

function prefixOf(kind: string): string {
  return kind === CONFIG_MAP.kind ? 'configMap' : 'deployment'
}

interface MeasuredKind {
  readonly figures: Figures
  readonly spread: readonly Series[]
}

async function measureKind(
  clusters: ClusterUnderTest,
  kind: Resource,
  { namespace, objects }: { readonly namespace: string; readonly objects: number },
): Promise<MeasuredKind> {
  const journey = await watchJourney(clusters, kind, namespace)
  const toMembersMs: number[] = []
  const toStatusMs: number[] = []
  const inMembersMs: number[] = []
  const statusLagMs: number[] = []
  for (const name of objectNames(kind, objects)) {
    await clusters.host.create(kind, template(kind, namespace, name))
    const createdMs = performance.now()
    const statusMs = await journey.statusOnHost(name)
    // An object may be seen before the answer to its creation is.
    toMembersMs.push(Math.max(0, (await journey.inMembers(name)) - createdMs))
    toStatusMs.push(Math.max(0, statusMs - createdMs))
    const ownMs = await journey.statusInMembers(name)
    inMembersMs.push(Math.max(0, ownMs - createdMs))
    statusLagMs.push(Math.max(0, statusMs - ownMs))
  }
  journey.stop()
  const prefix = prefixOf(kind.kind)
  return {
    figures: {
      ...percentiles(`${prefix}ToMembers`, toMembersMs),
      ...percentiles(`${prefix}ToStatusOnHost`, toStatusMs),
      ...(kind === DEPLOYMENT && percentiles(`${prefix}StatusInMembers`, inMembersMs)),
      // Without the time that the members' own controllers take.
      ...percentiles(`${prefix}MemberStatusToHost`, statusLagMs),
    },
    spread: [spreadCurve(`${prefix}ToMembers`, toMembersMs), spreadCurve(`${prefix}ToStatusOnHost`, toStatusMs)],
  }
}

/**
 * The floor of a status: the same Deployment made in all members at once by nobody but us, until the last of them has a status of
 * its own. That long their controllers take, however it comes there.
 */
async function measureMembersAlone(
  clusters: ClusterUnderTest,
  { namespace, objects }: { readonly namespace: string; readonly objects: number },
): Promise<Figures> {
  const journey = await watchJourney(clusters, DEPLOYMENT, namespace)
  const inMembersMs: number[] = []
  for (const each of objectNames(DEPLOYMENT, objects)) {
    const name = `alone-${each}`
    await Promise.all(clusters.members.map(member => member.create(DEPLOYMENT, template(DEPLOYMENT, namespace, name))))
    const createdMs = performance.now()
    inMembersMs.push(Math.max(0, (await journey.statusInMembers(name)) - createdMs))
  }
  journey.stop()
  return percentiles(`${prefixOf(DEPLOYMENT.kind)}StatusInMembers`, inMembersMs)
}
