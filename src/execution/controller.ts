import type { AgentRule } from '../api/agent-rule.ts'
import { type HostRule, READ } from '../api/host-rule.ts'
import { CLUSTER, NAMESPACE, WORK } from '../api/kinds.ts'
import { ANNOTATION, clusterOfExecutionNamespace, executionNamespace } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { worksConcerned } from '../interpreter/kind-changes.ts'
import type { Client } from '../kube/client.ts'
import { isAlreadyExists, isNotFound } from '../kube/status-error.ts'
import { claimedWorks } from '../members/claimed-works.ts'
import type { Member, Members } from '../members/member.ts'
import type { MissingRights } from '../members/missing-rights.ts'
import { isConditionTrue } from '../object/condition.ts'
import { deepEqual } from '../object/deep-equal.ts'
import type { Cluster, Work } from '../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { memberNamespace } from '../rendering/member-namespace.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import { OwnAnswers } from '../runtime/own-answers.ts'
import type { Ownership } from '../runtime/ownership.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { isForeignChange } from './foreign-change.ts'
import { newManifestWriter } from './manifest-writer.ts'
import { newExecutionReconciler } from './reconciler.ts'

export interface ExecutionControllerDeps extends Ownership {
  readonly host: Client
  readonly works: Informer<Work>
  readonly clusters: Informer<Cluster>
  readonly members: Members
  readonly interpreter: Interpreter
  readonly recorder: Recorder
  readonly clock: Clock
  readonly newController: (options: ControllerOptions) => Controller
  /** Works written side by side to one member. */
  readonly concurrency: number
  readonly rights: Pick<MissingRights, 'note'>
  readonly refreshCluster?: (cluster: string, signal: AbortSignal) => Promise<void>
}

export const HOST_RULES: readonly HostRule[] = [
  { on: WORK, verbs: [...READ, 'patch'] },
  { on: WORK, subresource: 'status', verbs: ['patch'] },
  { on: CLUSTER, verbs: READ },
  { on: NAMESPACE, verbs: ['get'] },
]

export const AGENT_RULES: readonly AgentRule[] = [
  { on: WORK, within: 'execution', verbs: [...READ, 'patch'] },
  { on: WORK, subresource: 'status', within: 'execution', verbs: ['patch'] },
  { on: CLUSTER, only: 'cluster', verbs: READ },
  // The labels of a namespace that is to be made in the member: its pod security, above all.
  { on: NAMESPACE, verbs: ['get'] },
]

/**
 * Work → member objects: one controller per member, so that a slow one only fills its own queue (design.md §2).
 * In a member it needs what is propagated.
 *
 * @returns ends all of them.
 */
export function startExecution(deps: ExecutionControllerDeps): () => Promise<void> {
  const executors = new Map<string, Executor>()
  const answers = new OwnAnswers(deps.works)
  const start = (cluster: string, member: Member | undefined): Executor => {
    const executor = startExecutor(deps, { cluster, member, answers })
    executors.set(cluster, executor)
    return executor
  }
  const executorOf = (cluster: string): Executor => executors.get(cluster) ?? start(cluster, undefined)
  const enqueueAll = (cluster: string): void => {
    if (!deps.owns(cluster)) return
    for (const work of deps.works.list(executionNamespace(cluster))) {
      executorOf(cluster).enqueue(work, { priority: isWaiting(work) ? 'high' : 'low' })
    }
  }
  const stops = [
    deps.members.addHandler(({ type, member }) => {
      const ended = executors.get(member.name)?.stop()
      executors.delete(member.name)
      if (type === 'added') start(member.name, member)
      enqueueAll(member.name)
      return ended
    }),
    deps.onGain?.(enqueueAll),
    deps.works.addHandler(change => {
      const cluster = clusterOfExecutionNamespace(change.object.metadata.namespace ?? '')
      const look = lookAt(change, answers)
      if (cluster !== undefined && look !== undefined && deps.owns(cluster)) {
        executorOf(cluster).enqueue(change.object, look)
      }
    }),
    deps.clusters.addHandler(change => {
      const cluster = change.object.metadata.name
      if (!deps.owns(cluster)) return
      const works = deps.works.list(executionNamespace(cluster))
      const due = unblocksWorks(change) ? works : servesMore(change) ? works.filter(isWaiting) : []
      for (const work of due) executorOf(cluster).enqueue(work, { priority: 'high' })
    }),
  ]
  return async () => {
    for (const stop of stops) stop?.()
    await Promise.all([...executors.values()].map(executor => executor.stop()))
  }
}

/** How soon a Work is to be looked at. */
interface Look {
  readonly priority: 'high' | 'low'
  readonly afterMs?: number
}

interface Executor {
  readonly enqueue: (work: Work, look: Look) => void
  readonly stop: () => Promise<void>
}

interface ExecutorOptions {
  readonly cluster: string
  readonly member: Member | undefined
  readonly answers: OwnAnswers<Work>
}

function startExecutor(deps: ExecutionControllerDeps, { cluster, member, answers }: ExecutorOptions): Executor {
  const namespace = executionNamespace(cluster)
  const createNamespace = member && newNamespaceCreator(deps.host, member)
  const writer =
    member &&
    createNamespace &&
    newManifestWriter({ member, interpreter: deps.interpreter, clock: deps.clock, createNamespace })
  const controller = deps.newController({
    name: 'execution',
    concurrency: deps.concurrency,
    logFields: { cluster },
    owns: () => deps.owns(cluster),
    reconcile: newExecutionReconciler({ ...deps, ...{ cluster, writer, observe: answers.observe } }),
  })
  // What a member may decide of its objects may be something else by now.
  const forget = deps.interpreter.onChange(concerns => {
    for (const work of worksConcerned(deps.works.list(namespace), concerns)) {
      controller.enqueue(formatKey(keyOf(work)), { priority: 'low' })
    }
  })
  const disconnect = member?.addChangeHandler((_resource, change) => {
    if (!isForeignChange(change)) return
    // What has come is mostly what we have just made, and nothing to hurry for.
    for (const key of claimedWorks(namespace, change)) {
      controller.enqueue(key, { priority: change.type === 'added' || isGoing(deps, key) ? 'low' : 'high' })
    }
  })
  controller.start()
  return {
    enqueue: (work, look) => controller.enqueue(formatKey(keyOf(work)), look),
    stop: async () => {
      disconnect?.()
      forget()
      await controller.stop()
    },
  }
}

/** @returns undefined for a change that does not matter. */
function lookAt(change: Change<Work>, answers: Pick<OwnAnswers<Work>, 'has'>): Look | undefined {
  if (isDue(change)) return { priority: initial(change) && !isWaiting(change.object) ? 'low' : 'high' }
  return isRetold(change) && !answers.has(change) ? { priority: 'low', afterMs: RETOLD_MS } : undefined
}

function isDue(change: Change<Work>): boolean {
  if (change.type === 'deleted') return false
  if (change.type === 'added') return true
  const [now, before] = [change.object.metadata, change.previous.metadata]
  const mark = ANNOTATION.keepsObject
  return now.generation !== before.generation || now.annotations?.[mark] !== before.annotations?.[mark]
}

/** How long what somebody else has put into the conditions of a Work stands: one that fails must not be tried sooner by what it tells. */
const RETOLD_MS = 1000

/** What stands in its conditions is what was tried last; whatever somebody else has put there, is put right. */
function isRetold(change: Change<Work>): boolean {
  return change.type === 'updated' && change.object.status?.conditions !== change.previous.status?.conditions
}

/** A cluster that became ready, is being deleted, cannot be emptied after all, or went: its Works wait for that. */
function unblocksWorks(change: Change<Cluster>): boolean {
  if (change.type === 'deleted') return true
  if (change.type === 'added') return false
  const { object, previous } = change
  const ready = isConditionTrue(object.status?.conditions, 'Ready')
  const turned = ready !== isConditionTrue(previous.status?.conditions, 'Ready')
  const { deletionTimestamp } = object.metadata
  return (
    (turned && (ready || deletionTimestamp !== undefined)) || deletionTimestamp !== previous.metadata.deletionTimestamp
  )
}

/** What waits for its kind goes on at once. */
function servesMore(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return false
  return !deepEqual(change.object.status?.apiEnablements, change.previous.status?.apiEnablements)
}

function isWaiting({ status }: Work): boolean {
  return !isConditionTrue(status?.conditions, 'Applied')
}

/** That its objects go is what was asked for. */
function isGoing({ works }: Pick<ExecutionControllerDeps, 'works'>, key: string): boolean {
  return works.get(parseKey(key))?.metadata.deletionTimestamp !== undefined
}

function initial(change: Change): boolean {
  return change.type === 'added' && change.initial
}

/** Creates a namespace in a member with the labels that the host's has, marked as ours (design.md §2, "Namespaces"). */
function newNamespaceCreator(host: Client, member: Member) {
  return async (name: string, signal: AbortSignal): Promise<void> => {
    const namespace = memberNamespace(name, await hostLabels(host, name, signal))
    try {
      await member.client.create(NAMESPACE, namespace, { signal })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }
}

async function hostLabels(host: Client, name: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  try {
    const namespace = await host.get(NAMESPACE, { namespace: '', name }, { signal })
    return namespace.metadata.labels ?? {}
  } catch (error) {
    if (isNotFound(error)) return {}
    throw error
  }
}
