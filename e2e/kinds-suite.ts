import { beforeAll, describe, expect, it } from '@jest/globals'
import { executionNamespace } from '../src/api/names.ts'
import { bindingName, workName } from '../src/object/generated-names.ts'
import { type AnyObject, apply } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { RequestCount } from './controlplane/request-counts.ts'
import { CallError } from './controlplane/rest.ts'
import { waitFor } from './controlplane/wait.ts'
import { FLEET_LABEL, type KindRow } from './kind-rows/row.ts'
import { KIND_ROWS } from './kind-rows/rows.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { clusterPropagationPolicy, propagationPolicy, type TestFleet } from './test-fleet.ts'

// Every kind goes the whole way at the same time as all others; each test tells how it went for one of them.

const PATIENCE_MS = 120_000
const LOOK_MS = 700
const WORKS = '/apis/work.karmada.io/v1alpha1/namespaces'
const NAMES = KIND_ROWS.map(row => ({ name: row.title, row }))

let fleet: TestFleet
let onHost: HostWrites
let ofHost: readonly string[]

/** Whether a request to the host is one of its own controllers, which no run of the operator can do away with. */
type HostWrites = (request: RequestCount) => boolean

/**
 * Declares the suite: every kind is created, changed, sent anew and deleted, with the status that its row says.
 *
 * @param on three members
 * @param host.byItself what controllers of the host keep writing there; default: nothing
 * @param host.ownStatus kinds whose templates have the status of the host; the binding has that of the fleet all the same
 */
export function describeKinds(
  on: TestFleet,
  host: { readonly byItself?: HostWrites; readonly ownStatus?: readonly string[] } = {},
): void {
  fleet = on
  onHost = host.byItself ?? (() => false)
  ofHost = host.ownStatus ?? []

  beforeAll(() => apply(fleet.host, ...policies()))

  describe('created', () => {
    const arrivals = inTurn(
      row => row.needs,
      async row => {
        await eventually('it can be created', () => apply(fleet.host, row.template))
        await Promise.all(fleet.members.map((member, index) => arrives(row, member, index + 1)))
        await reports(row, row.total)
      },
    )
    it.each(NAMES)('$name', ({ row }) => arrivals(row))
  })

  describe('changed', () => {
    const changes = inTurn(
      () => undefined,
      async row => {
        const contentType = `application/${row.changeType ?? 'merge-patch'}+json`
        await fleet.host.request(pathOf(row), { method: 'PATCH', body: row.change, contentType })
        await Promise.all(fleet.members.map(member => hasChange(row, member)))
        await reports(row, row.changedTotal ?? row.total)
      },
    )
    it.each(NAMES)('$name', ({ row }) => changes(row))
  })

  describe('a second run', () => {
    it('of the operator, with everything applied once more, writes nothing', async () => {
      await eventually('the members have had their first look at what they scale', haveScaled)
      await quiet(fleet)
      await fleet.operator.process.stop()
      const before = await countRequests(fleet)
      fleet.operator.process.start()
      await fleet.operator.ready()
      await quiet(fleet)
      for (const row of KIND_ROWS) {
        // A controller of the host may write in between.
        await eventually(`${row.title} is applied once more`, async () => {
          const current = await readRow(fleet.host, row)
          await fleet.host.request(pathOf(row), { method: 'PUT', body: current })
        })
      }
      await quiet(fleet)
      const writes = await writesSince(fleet, before)
      expect(writes.map((rows, index) => rows.filter(row => !isExpected(index, row)))).toEqual([[], [], [], []])
    })
  })

  describe('deleted', () => {
    const deletions = inTurn(
      row => KIND_ROWS.find(other => other.needs === row.title)?.title,
      async row => {
        // As kubectl does. What a bare DELETE of a Job means, orphaning, leaves the binding and the members as they are.
        await fleet.host.request(`${pathOf(row)}?propagationPolicy=Background`, { method: 'DELETE' })
        await eventually(`${row.title} is gone`, async () => expect(await remainsOf(row)).toEqual([]))
      },
    )
    it.each(NAMES)('$name', ({ row }) => deletions(row))
  })
}

/** A member's own controller does so a quarter of a minute after it was made, and writes its status then. */
async function haveScaled(): Promise<void> {
  const scalers = KIND_ROWS.filter(({ template }) => template.kind === 'HorizontalPodAutoscaler')
  const looks = scalers.flatMap(row => fleet.members.map(member => readRow(member, row)))
  for (const { status } of await Promise.all(looks)) expect(status?.conditions).toBeDefined()
}

/** They are there before the kind of the custom resource is. */
function policies(): readonly object[] {
  const selectorsOf = (rows: readonly KindRow[]) =>
    rows.map(({ template: { apiVersion, kind } }) => ({
      apiVersion,
      kind,
      labelSelector: { matchLabels: FLEET_LABEL },
    }))
  const namespaced = KIND_ROWS.filter(row => row.template.metadata.namespace !== undefined)
  const others = KIND_ROWS.filter(row => row.template.metadata.namespace === undefined)
  return [propagationPolicy('kinds', selectorsOf(namespaced)), clusterPropagationPolicy('kinds', selectorsOf(others))]
}

/**
 * Does something for all rows side by side, from the moment on at which the first is asked for.
 *
 * @param after title of the row that has to be through before
 */
function inTurn(
  after: (row: KindRow) => string | undefined,
  work: (row: KindRow) => Promise<void>,
): (row: KindRow) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const start = (row: KindRow): Promise<void> => {
    const known = running.get(row.title)
    if (known !== undefined) return known
    const first = KIND_ROWS.find(other => other.title === after(row))
    const started = first === undefined ? work(row) : start(first).then(() => work(row))
    // Its own test tells; until that runs, a failure has nobody who listens.
    started.catch(() => undefined)
    running.set(row.title, started)
    return started
  }
  return async row => {
    for (const each of KIND_ROWS) void start(each)
    await start(row)
  }
}

async function arrives(row: KindRow, member: ControlPlane, n: number): Promise<void> {
  await eventually(`${row.title} has arrived in ${member.name}`, async () => {
    const [found, template] = await Promise.all([readRow(member, row), readRow(fleet.host, row)])
    expect(found?.metadata.labels).toMatchObject({ ...FLEET_LABEL, 'karmada.io/managed': 'true' })
    expect(found).toMatchObject(row.arrived?.(template) ?? {})
  })
  const status = row.byHand?.(n)
  if (status === undefined) return
  await member.request(`${pathOf(row)}/status`, { method: 'PATCH', body: { status } })
}

async function hasChange(row: KindRow, member: ControlPlane): Promise<void> {
  await eventually(`${row.title} has changed in ${member.name}`, async () => {
    const found = await readRow(member, row)
    expect(found).toMatchObject(row.changed)
    expect(found.metadata.labels.step).toBe('2')
    expect(row.dropped?.(found)).toBeUndefined()
  })
}

/** Work, binding and template tell of the members what the tables of spec/behaviour/status.md §3 and §4 say. */
async function reports(row: KindRow, total: KindRow['total']): Promise<void> {
  await eventually(`the status of ${row.title}`, async () => {
    const members = await Promise.all(fleet.members.map(member => readRow(member, row)))
    const statuses = members.map(member => (row.reflected ? row.reflected(member) : withoutNulls(member.status)))
    const health = row.health ?? 'Healthy'
    for (const [index, member] of fleet.members.entries()) {
      const work = await read(fleet.host, workPath(row, member))
      expect(work.status.conditions).toContainEqual(expect.objectContaining({ type: 'Applied', status: 'True' }))
      const { name, namespace } = row.template.metadata
      const identifier = { ordinal: 0, kind: row.template.kind, name, ...(namespace && { namespace }) }
      expect(work.status.manifestStatuses).toEqual([
        withStatus({ identifier: expect.objectContaining(identifier), health }, statuses[index]),
      ])
    }
    const binding = await read(fleet.host, bindingPath(row))
    expect(binding.status.conditions).toContainEqual(expect.objectContaining({ type: 'FullyApplied', status: 'True' }))
    const items = fleet.members.map(({ name }, index) =>
      withStatus({ clusterName: name, applied: true, health }, statuses[index]),
    )
    expect(binding.status.aggregatedStatus).toEqual(items)
    if (!ofHost.includes(row.template.kind)) expectTotal(await readRow(fleet.host, row), total)
  })
}

/** As a Work can hold it: a merge patch carries no nulls. */
function withoutNulls(status: unknown): unknown {
  return status && JSON.parse(JSON.stringify(status, (_name, value) => value ?? undefined))
}

function withStatus(report: object, status: unknown): object {
  return status === undefined ? report : { ...report, status }
}

function expectTotal(template: AnyObject, total: KindRow['total']): void {
  if (total !== undefined) {
    expect(template.status).toMatchObject(total(template))
    return
  }
  const writers = template.metadata.managedFields
    .filter((entry: AnyObject) => entry.subresource === 'status')
    .map((entry: AnyObject) => entry.manager)
  expect(writers).not.toContain('flotilla')
}

/** What is left of a row anywhere: templates and member objects, the binding, the Works. */
async function remainsOf(row: KindRow): Promise<readonly string[]> {
  const places = [
    ...[fleet.host, ...fleet.members].map(cluster => ({ cluster, path: pathOf(row) })),
    { cluster: fleet.host, path: bindingPath(row) },
    ...fleet.members.map(member => ({ cluster: fleet.host, path: workPath(row, member) })),
  ]
  const found = await Promise.all(
    places.map(async ({ cluster, path }) => ((await read(cluster, path)) ? [`${cluster.name}${path}`] : [])),
  )
  return found.flat()
}

/** What the test itself sends to the host (one PUT of each template, which changes nothing), and what the host does alone. */
function isExpected(index: number, request: RequestCount): boolean {
  const { verb, group } = request
  if (isOfControllers(request)) return true
  return index === 0 && (onHost(request) || (verb === 'PUT' && group !== 'work.karmada.io'))
}

/**
 * What controllers of a cluster write whenever their turn comes: an autoscaler that has looked for the first time, and the
 * token that it needs for that. The operator asks for no tokens, and writes every status as a patch.
 */
function isOfControllers({ verb, resource, subresource }: RequestCount): boolean {
  const isToken = resource === 'serviceaccounts' && subresource === 'token'
  return isToken || (verb === 'PUT' && resource === 'horizontalpodautoscalers' && subresource === 'status')
}

function pathOf(row: KindRow): string {
  return `${row.path}/${row.template.metadata.name}`
}

function bindingPath({ template: { kind, metadata } }: KindRow): string {
  const name = bindingName({ kind, name: metadata.name })
  const collection = metadata.namespace
    ? `namespaces/${metadata.namespace}/resourcebindings`
    : 'clusterresourcebindings'
  return `/apis/work.karmada.io/v1alpha2/${collection}/${name}`
}

function workPath({ template: { kind, metadata } }: KindRow, member: ControlPlane): string {
  return `${WORKS}/${executionNamespace(member.name)}/works/${workName({ kind, ...metadata })}`
}

function readRow(cluster: ControlPlane, row: KindRow): Promise<AnyObject> {
  return read(cluster, pathOf(row))
}

async function read(cluster: ControlPlane, path: string): Promise<AnyObject> {
  try {
    return await cluster.request(path)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}

/** Tries until it does not throw any more. */
async function eventually(until: string, attempt: () => Promise<void>): Promise<void> {
  const look = async (): Promise<true> => {
    await attempt()
    return true
  }
  try {
    await waitFor(look, { until, timeoutMs: PATIENCE_MS, everyMs: LOOK_MS })
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    throw new Error(`${String(error)}\n${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}
