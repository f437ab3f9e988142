import { AILMENTS, type ClusterUnderTest } from './cluster-under-test.ts'
import type { Question } from './question.ts'
import { type Figures, percentiles, type Report, round } from './report.ts'
import { CONFIG_MAP, openWorkload, template, type Workload, watchJourney } from './workload.ts'

export const neighbours: Question = {
  name: 'neighbours',
  asks: 'whether a member that is ill delays the others',
  clusters: 'own',
  start: { ailing: true },
  objects: 150,
  measure: measureNeighbours,
}

/**
 * Does a member that is ill delay the others? The same objects, to the members that are well, with it and without; and once it is
 * well again, does it get what it missed by itself?
 */
async function measureNeighbours(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const { ail } = clusters
  if (ail === undefined) throw new Error('neighbours breaks a member: it runs on clusters of its own only')
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  const well: ClusterUnderTest = { ...clusters, members: clusters.members.slice(0, -1) }
  const figures: Figures[] = []
  for (const ailment of AILMENTS) {
    // Right before, since a busy machine is another one a minute later.
    const before = await latencies(well, workload, { name: `${ailment}Well`, objects })
    const heal = await ail(ailment)
    const during = await latencies(well, workload, { name: ailment, objects })
    await heal()
    const ratio = (during[`${ailment}P95Ms`] ?? 0) / (before[`${ailment}WellP95Ms`] ?? 1)
    const caughtUpMs = await untilCaughtUp(clusters, workload, { name: ailment, objects })
    figures.push(before, during, { [`${ailment}P95Ratio`]: round(ratio), [`${ailment}CaughtUpMs`]: caughtUpMs })
  }
  return {
    question: 'neighbours',
    setting: { objects, members: clusters.members.length, well: well.members.length },
    figures: Object.assign({}, ...figures),
    bare: {},
    requests: [],
  }
}

interface Series {
  readonly name: string
  readonly objects: number
}

function nameOf(name: string, index: number): string {
  return `${name.toLowerCase()}-${index}`
}

async function latencies(well: ClusterUnderTest, { namespace }: Workload, series: Series): Promise<Figures> {
  const journey = await watchJourney(well, CONFIG_MAP, namespace)
  const toMembersMs: number[] = []
  for (let index = 0; index < series.objects; index++) {
    const object = template(CONFIG_MAP, namespace, nameOf(series.name, index))
    await well.host.create(CONFIG_MAP, object)
    const createdMs = performance.now()
    toMembersMs.push(Math.max(0, (await journey.inMembers(object.metadata.name)) - createdMs))
  }
  journey.stop()
  return percentiles(series.name, toMembersMs)
}

/** @returns how long after its recovery the last member has all that was made meanwhile, in milliseconds. @throws when it has not. */
async function untilCaughtUp(clusters: ClusterUnderTest, { namespace }: Workload, series: Series): Promise<number> {
  const healedMs = performance.now()
  const recovered: ClusterUnderTest = { ...clusters, members: clusters.members.slice(-1) }
  const journey = await watchJourney(recovered, CONFIG_MAP, namespace)
  const names = Array.from({ length: series.objects }, (_, index) => nameOf(series.name, index))
  const seenMs = await Promise.all(names.map(name => journey.inMembers(name)))
  journey.stop()
  return round(Math.max(0, Math.max(...seenMs) - healedMs))
}
