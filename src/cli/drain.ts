import { BINDING_KINDS, type BindingKind, CLUSTER, WORK } from '../api/kinds.ts'
import { executionNamespace, TAINT } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { isConflict, isNotFound } from '../kube/status-error.ts'
import { findCondition } from '../object/condition.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { printable } from '../object/printable.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { type Clock, sleep, timestamp } from '../runtime/clock.ts'
import { type DrainStep, formatTargets, isIn, isTarget, leaving, planDrain, templateOf } from './drain/plan-drain.ts'
import { isCluster } from './join/observe.ts'
import { CommandError } from './manifests.ts'
import { editTaints } from './taint/edit-taints.ts'
import { readCluster, writeTaints } from './taint/write-taints.ts'

export interface DrainOptions {
  readonly name: string
  /** Also what nothing else can take. */
  readonly force: boolean
  readonly dryRun: boolean
  readonly timeoutMs: number
}

export interface DrainDeps {
  readonly client: Client
  readonly clock: Clock
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

const LOOK_EVERY_MS = 500
const MOST_TRIES = 5

/**
 * Empties a cluster: nothing new goes there, and what is there leaves it once its replacement elsewhere is healthy.
 *
 * @returns the exit code: 0, or 1 when it is not empty in time.
 * @throws CommandError when something could go nowhere else.
 */
export async function drain(deps: DrainDeps, options: DrainOptions, signal: AbortSignal): Promise<number> {
  const { name, dryRun, force } = options
  const { client, clock, write } = deps
  await readCluster(client, name, signal)
  const now = timestamp(clock)
  const steps = await planAll(client, { name, now }, signal)
  const staying = steps.filter(({ type }) => type === 'stay')
  if (dryRun) {
    write(steps.length === 0 ? `Cluster ${name} is empty.\n` : steps.map(describe).join(''))
    return staying.length === 0 ? 0 : 1
  }
  if (staying.length > 0 && !force) {
    throw new CommandError(
      `nothing else can take some of it, so nothing was changed:\n${staying.map(describe).join('')}Make room elsewhere, change its policy, or let it go without a replacement by --force`,
    )
  }
  const cordon = { key: TAINT.unschedulable, effect: 'NoSchedule' } as const
  const edit: Parameters<typeof writeTaints>[1]['edit'] = taints =>
    editTaints(taints, [{ type: 'add', taint: cordon }], { overwrite: true, now })
  if (await writeTaints(client, { name, edit }, signal)) write(`cluster ${name} cordoned\n`)
  for (const { binding } of steps) {
    await evict(client, { binding, name, now }, signal)
    write(`evicting ${templateOf(binding)}\n`)
  }
  return watch(deps, options, { evicting: steps.map(({ binding }) => binding), signal })
}

interface Draining {
  readonly name: string
  readonly now: string
}

async function planAll(client: Client, { name, now }: Draining, signal: AbortSignal): Promise<readonly DrainStep[]> {
  const [bindings, { items }] = await Promise.all([listBindings(client, signal), client.list(CLUSTER, {}, { signal })])
  // It takes nothing new, whatever tolerates its taints.
  const clusters = items.filter(isCluster).filter(({ metadata }) => metadata.name !== name)
  return bindings
    .filter(binding => isTarget(binding, name))
    .map(binding => planDrain(binding, { cluster: name, clusters, now }))
}

async function listBindings(client: Client, signal: AbortSignal): Promise<readonly Binding[]> {
  const lists = await Promise.all(BINDING_KINDS.map(kind => client.list(kind, {}, { signal })))
  return lists.flatMap(({ items }) => items.filter(isBinding))
}

/** What a CRD's schema has let through. */
function isBinding(object: KubeObject): object is Binding {
  return isJsonObject(object['spec'])
}

function kindOf({ kind }: Binding): BindingKind {
  const found = BINDING_KINDS.find(each => each.kind === kind)
  if (found === undefined) throw new Error(`${kind} is no binding`)
  return found
}

interface Evicted extends Draining {
  readonly binding: Binding
}

/** The operator may write the binding meanwhile: then its new state leaves the cluster. */
async function evict(client: Client, evicted: Evicted, signal: AbortSignal): Promise<void> {
  const { binding } = evicted
  const kind = kindOf(binding)
  let current = binding
  for (let left = MOST_TRIES; left > 0; left--) {
    if (await isWritten(client, { ...evicted, binding: current }, { signal, last: left === 1 })) return
    const read = await client.get(kind, keyOf(binding), { signal })
    if (isBinding(read)) current = read
  }
}

/** @returns false when somebody else was faster. */
async function isWritten(
  client: Client,
  { binding, name, now }: Evicted,
  { signal, last }: { readonly signal: AbortSignal; readonly last: boolean },
): Promise<boolean> {
  const patch = mergePatch({ spec: { ...binding.spec } }, { spec: { ...leaving(binding, name, now).spec } })
  if (patch === undefined) return true
  const body = { ...patch, metadata: { resourceVersion: binding.metadata.resourceVersion } }
  try {
    await client.patch(kindOf(binding), keyOf(binding), { type: 'merge', body }, { signal })
    return true
  } catch (error) {
    if (isNotFound(error)) return true
    if (isConflict(error) && !last) return false
    throw error
  }
}

type Bindings = ReadonlyMap<string, Binding>

interface Leaving {
  /** What this command has sent away: some of it may have left before the first look. */
  readonly evicting: readonly Binding[]
  readonly signal: AbortSignal
}

/** Tells of each binding that has left, until none is there. */
async function watch(
  deps: DrainDeps,
  { name, timeoutMs }: DrainOptions,
  { evicting, signal }: Leaving,
): Promise<number> {
  const { client, clock, write, warn } = deps
  const deadlineMs = clock.monotonicMs() + timeoutMs
  let there: Bindings = new Map(evicting.map(each => [idOf(each), each]))
  for (;;) {
    const now: Bindings = new Map((await listBindings(client, signal)).map(each => [idOf(each), each]))
    const before = there
    there = new Map([...now].filter(([, binding]) => isIn(binding, name)))
    write(tellGone(before, there, now))
    if (there.size === 0 && !(await hasWorks(client, name, signal))) {
      write(`cluster ${name} drained; flotilla uncordon ${name} lets work onto it again\n`)
      return 0
    }
    if (clock.monotonicMs() > deadlineMs) {
      if (there.size === 0) warn('its copies are being deleted there\n')
      for (const binding of there.values())
        warn(`${templateOf(binding)} is still there: ${printable(whyStill(binding))}\n`)
      warn('It goes on by itself; the same command watches again.\n')
      return 1
    }
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
}

/** Whether the operator still has to take copies out of the member; namespaces stay there. */
async function hasWorks(client: Client, name: string, signal: AbortSignal): Promise<boolean> {
  const namespace = executionNamespace(name)
  const { items } = await client.list(WORK, { namespace, content: 'metadata' }, { signal })
  return items.some(({ metadata }) =>
    BINDING_KINDS.some(kind => metadata.labels?.[kind.permanentIdLabel] !== undefined),
  )
}

function tellGone(before: Bindings, there: Bindings, now: Bindings): string {
  const gone = [...before].filter(([id]) => !there.has(id))
  return gone
    .map(([id, binding]) => `evicted ${templateOf(binding)}: ${formatTargets(now.get(id)?.spec.clusters)}\n`)
    .join('')
}

function idOf(binding: Binding): string {
  return `${binding.kind} ${formatKey(keyOf(binding))}`
}

/** @returns what keeps a copy where it is. */
function whyStill({ spec, status }: Binding): string {
  const halted = findCondition(status?.conditions, 'EvictionHalted')
  if (halted?.status === 'True') return `${halted.reason}: ${halted.message}`
  const scheduled = findCondition(status?.conditions, 'Scheduled')
  if (scheduled?.status === 'False') return `${scheduled.reason}: ${scheduled.message}`
  const targets = new Set(spec.clusters?.map(({ name }) => name))
  const waiting = (status?.aggregatedStatus ?? []).filter(
    ({ clusterName, health }) => targets.has(clusterName) && health !== 'Healthy',
  )
  const names = waiting.map(({ clusterName }) => clusterName).join(', ')
  return waiting.length > 0 ? `it is not healthy yet in ${names}` : 'its replacement is not reported healthy yet'
}

function describe(step: DrainStep): string {
  return step.type === 'leave'
    ? `${templateOf(step.binding)} -> ${step.to.join(', ')}\n`
    : `${templateOf(step.binding)} stays: ${printable(step.why)}\n`
}
