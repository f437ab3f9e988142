import type { ClusterUnderTest } from './cluster-under-test.ts'
import { type Figures, percentiles, type Report, round } from './report.ts'
import { CONFIG_MAP, openWorkload, template, type Workload, watchJourney } from './workload.ts'

/** What befalls the last member. */
const AILMENTS = ['paused', 'stopped'] as const

/** Does a member that is ill delay the others? The same objects, to the members that are well, with it and without. */
export async function measureNeighbours(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const { ail } = clusters
  if (ail === undefined) throw new Error('neighbours breaks a member: it runs on clusters of its own only')
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  const well: ClusterUnderTest = { ...clusters, members: clusters.members.slice(0, -1) }
  const before = await latencies(well, workload, { name: 'allWell', objects })
  const figures: Figures[] = [before]
  for (const ailment of AILMENTS) {
    const heal = await ail(ailment)
    const during = await latencies(well, workload, { name: ailment, objects })
    await heal()
    const ratio = (during[`${ailment}P95Ms`] ?? 0) / (before['allWellP95Ms'] ?? 1)
    figures.push(during, { [`${ailment}P95Ratio`]: round(ratio) })
  }
  return {
    question: 'neighbours',
    setting: { objects, members: clusters.members.length, well: well.members.length },
    figures: Object.assign({}, ...figures),
    bare: {},
    requests: [],
  }
}

async function latencies(
  well: ClusterUnderTest,
  { namespace }: Workload,
  { name, objects }: { readonly name: string; readonly objects: number },
): Promise<Figures> {
  const journey = await watchJourney(well, CONFIG_MAP, namespace)
  const toMembersMs: number[] = []
  for (let index = 0; index < objects; index++) {
    const object = template(CONFIG_MAP, namespace, `${name.toLowerCase()}-${index}`)
    await well.host.create(CONFIG_MAP, object)
    const createdMs = performance.now()
    toMembersMs.push(Math.max(0, (await journey.inMembers(object.metadata.name)) - createdMs))
  }
  journey.stop()
  return percentiles(name, toMembersMs)
}
