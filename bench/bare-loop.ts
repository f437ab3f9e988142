// Does only the writes without which an object could not be placed and reported: what any implementation is held against.
// usage: bare-loop.ts <settings as JSON>; prints the outcome as JSON. A process of its own, so that its use can be told.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { NAMESPACE, type Resource } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { newClient } from '../src/kube/new-client.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { keyOf } from '../src/object/object-key.ts'
import {
  BARE_BINDING,
  BARE_WORK,
  bareBinding,
  bareManifest,
  bareStatus,
  bareWork,
  registerBareKinds,
  removeBareKinds,
} from './bare-objects.ts'
import { type Kubeconfigs, readServerConfig } from './cluster-under-test.ts'
import {
  CONFIG_MAP,
  DEPLOYMENT,
  forEachConcurrently,
  namespaceObject,
  newNamespaceName,
  objectNames,
  removeNamespace,
  template,
} from './workload.ts'

export interface BareSettings {
  readonly kubeconfigs: Kubeconfigs
  /** Measured one after the other. */
  readonly kinds: readonly Resource['kind'][]
  /** Of each kind. */
  readonly objects: number
  /** How many at once; 1 for one after the other. */
  readonly creators: number
  /** Afterwards the last member loses all of them. */
  readonly drops?: boolean
}

/** Of one kind. */
export interface BareOutcome {
  readonly kind: string
  /** From the answer to the creation of each template. */
  readonly toMembersMs: readonly number[]
  readonly toStatusMs: readonly number[]
  /** From the first creation to the last object in the last member. */
  readonly toMembersSeconds: number
  readonly toStatusSeconds: number
  readonly hostRequests: number
  readonly memberRequests: number
  readonly cpuSeconds: number
  /** Of the process up to the end of this kind. */
  readonly peakRssMiB: number
  /** Of what the last member loses. */
  readonly drop?: BareDrop
}

export interface BareDrop {
  /** To the answer to the last deletion in the member. */
  readonly inMemberSeconds: number
  /** To the last status of a binding. */
  readonly onHostSeconds: number
  readonly hostRequests: number
  readonly memberRequests: number
  readonly cpuSeconds: number
}

/** Runs the bare loop as a process of its own. */
export async function runBareLoop(settings: BareSettings): Promise<readonly BareOutcome[]> {
  const args = [import.meta.filename, JSON.stringify(settings)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout)
}

interface Place {
  readonly host: Client
  readonly members: readonly Client[]
  readonly namespace: string
  /** Works of the last member have a finalizer. */
  readonly drops: boolean
  /** Counted by the clients. */
  readonly requests: { host: number; members: number }
}

async function main(settings: BareSettings): Promise<readonly BareOutcome[]> {
  const place = openPlace(settings)
  const servers = [place.host, ...place.members]
  await registerBareKinds(place.host)
  try {
    await Promise.all(servers.map(server => server.create(NAMESPACE, namespaceObject(place.namespace))))
    const outcomes: BareOutcome[] = []
    for (const kind of [CONFIG_MAP, DEPLOYMENT].filter(each => settings.kinds.includes(each.kind))) {
      const first = `warm-up-${kind.plural}`
      await carry(place, kind, first)
      if (place.drops) await drop(place, kind, first)
      outcomes.push(await measure(place, kind, settings))
    }
    return outcomes
  } finally {
    await Promise.all(servers.map(server => removeNamespace(server, place.namespace)))
    await removeBareKinds(place.host)
    await Promise.all(servers.map(server => server.close()))
  }
}

function openPlace({ kubeconfigs: { host, members }, drops = false }: BareSettings): Place {
  const requests = { host: 0, members: 0 }
  return {
    host: newClient(readServerConfig(host, 'host'), { onRequest: () => void requests.host++ }),
    members: members.map((path, index) =>
      newClient(readServerConfig(path, `member${index + 1}`), { onRequest: () => void requests.members++ }),
    ),
    namespace: newNamespaceName(),
    drops,
    requests,
  }
}

async function measure(place: Place, kind: Resource, settings: BareSettings): Promise<BareOutcome> {
  const { objects, creators, drops = false } = settings
  const journeys: Journey[] = []
  const before = { ...place.requests }
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await forEachConcurrently(objectNames(kind, objects), creators, async name => {
    journeys.push(await carry(place, kind, name))
  })
  const { user, system } = process.cpuUsage(cpu)
  const outcome = {
    kind: kind.kind,
    toMembersMs: journeys.map(each => each.inMembersMs - each.createdMs),
    toStatusMs: journeys.map(each => each.reportedMs - each.createdMs),
    toMembersSeconds: (Math.max(...journeys.map(each => each.inMembersMs)) - startMs) / 1000,
    toStatusSeconds: (Math.max(...journeys.map(each => each.reportedMs)) - startMs) / 1000,
    hostRequests: place.requests.host - before.host,
    memberRequests: place.requests.members - before.members,
    cpuSeconds: (user + system) / 1e6,
    peakRssMiB: process.resourceUsage().maxRSS / 1024,
  }
  return drops ? { ...outcome, drop: await measureDrop(place, kind, settings) } : outcome
}

async function measureDrop(place: Place, kind: Resource, { objects, creators }: BareSettings): Promise<BareDrop> {
  const before = { ...place.requests }
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  const deletedMs: number[] = []
  await forEachConcurrently(objectNames(kind, objects), creators, async name => {
    deletedMs.push(await drop(place, kind, name))
  })
  const { user, system } = process.cpuUsage(cpu)
  return {
    inMemberSeconds: (Math.max(...deletedMs) - startMs) / 1000,
    onHostSeconds: (performance.now() - startMs) / 1000,
    hostRequests: place.requests.host - before.host,
    memberRequests: place.requests.members - before.members,
    cpuSeconds: (user + system) / 1e6,
  }
}

/**
 * The last member loses one object: the binding's targets, the Work, the object, the Work's finalizer, the binding's status.
 *
 * @returns when the member no longer had it, by `performance.now()`.
 */
async function drop({ host, members, namespace }: Place, kind: Resource, name: string): Promise<number> {
  const left = members.slice(0, -1).map(member => member.name)
  const last = members.at(-1)
  if (last === undefined) throw new Error('there is no member that could lose anything')
  const [manifest, work] = [bareManifest(template(kind, namespace, name)), { namespace, name: `${name}-${last.name}` }]
  const clusters = left.map(each => ({ name: each }))
  await host.patch(BARE_BINDING, keyOf(manifest), { type: 'merge', body: { spec: { clusters } } })
  await host.delete(BARE_WORK, work)
  await last.delete(kind, { namespace, name })
  const deletedMs = performance.now()
  await host.patch(BARE_WORK, work, { type: 'merge', body: { metadata: { finalizers: null } } })
  // The binding has the name of what it is about.
  await writeStatus(host, BARE_BINDING, { object: manifest, status: bareStatus(manifest, left) })
  return deletedMs
}

/** Of `performance.now()`. */
interface Journey {
  readonly createdMs: number
  readonly inMembersMs: number
  readonly reportedMs: number
}

/** One object all the way: creation, claim, binding, Works, members, their statuses, the binding's, the template's. */
async function carry({ host, members, namespace, drops }: Place, kind: Resource, name: string): Promise<Journey> {
  const created = await host.create(kind, template(kind, namespace, name))
  const createdMs = performance.now()
  const labels = { 'propagationpolicy.karmada.io/permanent-id': created.metadata.uid ?? '' }
  await host.patch(kind, keyOf(created), { type: 'merge', body: { metadata: { labels } } })
  const names = members.map(member => member.name)
  const binding = await host.create(BARE_BINDING, bareBinding(created, names))
  const manifest = bareManifest(template(kind, namespace, name))
  const works = await Promise.all(
    names.map(name => host.create(BARE_WORK, bareWork(manifest, name, drops && name === names.at(-1)))),
  )
  await Promise.all(members.map(member => member.apply(kind, manifest)))
  const inMembersMs = performance.now()
  const status = bareStatus(manifest, names)
  await Promise.all(works.map(work => writeStatus(host, BARE_WORK, { object: work, status })))
  await writeStatus(host, BARE_BINDING, { object: binding, status })
  if (kind === DEPLOYMENT) {
    const counts = { replicas: members.length, updatedReplicas: members.length, observedGeneration: 1 }
    await writeStatus(host, kind, { object: created, status: counts })
  }
  return { createdMs, inMembersMs, reportedMs: performance.now() }
}

async function writeStatus(
  host: Client,
  resource: Resource,
  { object, status }: { readonly object: KubeObject; readonly status: unknown },
): Promise<void> {
  await host.patch(resource, keyOf(object), { type: 'merge', body: { status } }, { subresource: 'status' })
}

if (import.meta.main) {
  const outcomes = await main(JSON.parse(process.argv[2] ?? '{}'))
  process.stdout.write(JSON.stringify(outcomes))
}
