import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { RESOURCE_BINDING, type Resource, WORK } from '../src/api/kinds.ts'
import { newManagedInformers } from '../src/members/managed-informers.ts'
import { sentManifest } from '../src/members/sent-manifest.ts'
import type { Work } from '../src/object/karmada-objects.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { projectTemplate } from '../src/rendering/project-template.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { newInformer, type RunningInformer } from '../src/runtime/informer.ts'
import { silentLog } from '../src/testing/silent-log.ts'
import { listingClient, type MadeList } from './listed-copies.ts'
import type { Question } from './question.ts'
import { type Report, round } from './report.ts'
import type { Copier } from './scale-copies.ts'
import { curvesOf, figuresOf, fitsOf, type Point } from './scale-curve.ts'
import { NAMESPACE_NAME, startScaleFleet } from './scale-fleet.ts'
import { CONFIG_MAP } from './workload.ts'

export const scaleCaches: Question = {
  name: 'scale-caches',
  asks: 'what the caches of the operator hold for many templates in a hundred members, without servers',
  clusters: 'made',
  objects: 10_000,
  group: 'scale',
  measure: measureScaleCaches,
}

const MEMBERS = 100
const SHARES = [0.05, 0.1, 0.2, 1]
const BYTES_PER_MIB = 1024 ** 2
const BY_BINDING = 'binding'

async function measureScaleCaches(objects: number): Promise<Report> {
  const copier = await copierFor(MEMBERS)
  const points: Point[] = []
  for (const share of SHARES) points.push(await fillCaches(copier, Math.round(objects * share), MEMBERS))
  return {
    question: 'scale-caches',
    setting: { members: MEMBERS, templates: objects, memberObjects: objects * MEMBERS },
    figures: { ...Object.assign({}, ...points.map(figuresOf)), ...fitsOf(points, MEMBERS) },
    bare: {},
    requests: [],
    series: curvesOf(points, 'templates'),
  }
}

async function copierFor(members: number): Promise<Copier> {
  const fleet = await startScaleFleet()
  try {
    await fleet.grow(members)
    return await fleet.copierOf(await fleet.propagate(CONFIG_MAP, members))
  } finally {
    await fleet.stop()
  }
}

/** @returns what it takes to list everything into caches as the operator has them, and what they hold then. */
export async function fillCaches(copier: Copier, templates: number, members: number): Promise<Point> {
  const cpu = process.cpuUsage()
  const filled = await fill(copier, templates, members)
  const { user, system } = process.cpuUsage(cpu)
  const figures = {
    // With what the process has without them: where the line begins.
    heapMiB: round(heapMiB()),
    rssMiB: round(process.memoryUsage.rss() / BYTES_PER_MIB),
    cpuSeconds: round((user + system) / 1e6),
  }
  const cached = filled.reduce((sum, { size }) => sum + size, 0)
  if (cached !== templates * (2 + 2 * members)) throw new Error(`${cached} objects are cached`)
  for (const informer of filled) informer.stop()
  return { size: templates, figures }
}

/** The Works first, as the operator does it. */
async function fill(copier: Copier, templates: number, members: number): Promise<readonly RunningInformer[]> {
  const deps = { clock: systemClock, log: silentLog }
  const host = listingClient('host', resource => hostList(resource, { copier, templates, members }))
  const works = newInformer<Work>(
    { ...deps, client: host },
    { resource: WORK, indexes: { [BY_BINDING]: bindingIdOf }, relatives: BY_BINDING },
  )
  await works.waitForSync()
  const ofHost = [
    newInformer({ ...deps, client: host }, { resource: RESOURCE_BINDING }),
    newInformer({ ...deps, client: host }, { resource: CONFIG_MAP, project: projectTemplate }),
  ]
  const ofMembers = Array.from({ length: members }, (_, member) => {
    const textOf = (index: number): string => shown(copier.object(index, member).value)
    const client = listingClient(`c${member + 1}`, () => ({ count: templates, textOf }))
    return newManagedInformers({ ...deps, client, sentAs: object => sentManifest(works, object) }).ensure(CONFIG_MAP)
  })
  const all = [works, ...ofHost, ...ofMembers]
  await Promise.all(all.map(informer => informer.waitForSync()))
  return all
}

interface Size {
  readonly copier: Copier
  readonly templates: number
  readonly members: number
}

function hostList({ plural }: Resource, { copier, templates, members }: Size): MadeList | undefined {
  switch (plural) {
    case WORK.plural: {
      const textOf = (index: number): string => copier.work(index % templates, Math.floor(index / templates)).value
      return { count: templates * members, textOf }
    }
    case RESOURCE_BINDING.plural:
      return { count: templates, textOf: index => copier.binding(index).value }
    case CONFIG_MAP.plural:
      return { count: templates, textOf: index => copier.template(index).value }
    default:
      return undefined
  }
}

/** As the face of a member shows it (room-view.ts). */
function shown(text: string): string {
  return text.replaceAll(new RegExp(`"${NAMESPACE_NAME}--c\\d+"`, 'g'), `"${NAMESPACE_NAME}"`)
}

function bindingIdOf({ metadata: { labels } }: KubeObject): readonly string[] {
  const id = labels?.[RESOURCE_BINDING.permanentIdLabel]
  return id === undefined ? [] : [id]
}

function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  for (let round = 0; round < 2; round++) if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / BYTES_PER_MIB
}
