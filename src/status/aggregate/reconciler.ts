import type { BindingKind } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import { explainRefusal, missingRight } from '../../kube/missing-right.ts'
import { isBehind, isNotFound } from '../../kube/status-error.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { StatusContest } from './contest.ts'
import {
  desiredStatus,
  isContested,
  isSameTemplate,
  planObstacle,
  planTemplateStatus,
  type StatusObstacle,
  statusOf,
  withReported,
} from './plan.ts'

export interface AggregationDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe' | 'resource'>
  readonly templates: Pick<InformerSet, 'find'>
  readonly works: Pick<Informer<Work>, 'byIndex'>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly clusters: Lister<Cluster>
  readonly interpreter: Pick<Interpreter, 'aggregateStatus' | 'onChange'>
  readonly recorder: Recorder
  readonly clock: Clock
  /** Why the status of a template is that of the host's own controllers; undefined where it is the fleet's. */
  readonly runsOnHost: (template: KubeObject) => string | undefined
  /** Whose the status of a template is besides. */
  readonly statusOwner: (template: KubeObject) => StatusOwner
}

/**
 * `fleet`: the apiserver lets nobody else write it; `host`: a controller of the host writes statuses of that kind; `anybody`: nobody
 * is known to.
 */
export type StatusOwner = 'fleet' | 'host' | 'anybody'

const CONTESTED: StatusObstacle = {
  reason: 'StatusContested',
  message:
    'Somebody else keeps writing the status of the template, so it is left to them: the status of the fleet stands here',
}

/** Works and binding.status → the template's status (spec/behaviour/status.md §3). */
export function newAggregationReconciler(deps: AggregationDeps) {
  const contest = new StatusContest()
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    const found = binding && findTemplate(deps, binding)
    if (found === undefined) {
      contest.forget(key)
      return awaitChange()
    }
    const isShown = await aggregate(deps, contest, { ...found, key, signal }).catch(async (error: unknown) => {
      if (!isBehind(error)) await tellFailure(deps, found, { error, signal })
      throw error
    })
    await tellObstacle(deps, { ...found, obstacle: isShown ? undefined : CONTESTED, signal })
    // A controller does not give up; somebody else may, and nothing tells of it.
    if (isShown || deps.statusOwner(found.template) === 'host') return awaitChange()
    return requeueAfter(contest.leftForMs(key, deps.clock.monotonicMs()))
  }
}

interface FoundTemplate {
  readonly binding: Binding
  readonly informer: Informer
  readonly template: KubeObject
}

function findTemplate(deps: AggregationDeps, binding: Binding): FoundTemplate | undefined {
  const { apiVersion, kind, namespace, name } = binding.spec.resource
  const informer = deps.templates.find({ ...parseApiVersion(apiVersion), kind })
  const template = informer?.get({ namespace: namespace ?? '', name })
  if (informer === undefined || template === undefined || !isSameTemplate(binding, template)) return undefined
  return { binding, informer, template }
}

interface Aggregation extends FoundTemplate {
  /** Of the binding. */
  readonly key: string
  readonly signal: AbortSignal
}

/** @returns false where the status is left to somebody else who writes it too. */
async function aggregate(deps: AggregationDeps, contest: StatusContest, found: Aggregation): Promise<boolean> {
  const { informer, template, key, signal } = found
  if (deps.runsOnHost(template) !== undefined) return true
  const owner = deps.statusOwner(template)
  // A controller does not give up: not in ten minutes, and not while the operator was away.
  if (owner === 'host' && isContested(found.binding)) return false
  const binding = withReported(found.binding, { works: worksOf(deps, found.binding), clusters: deps.clusters })
  const aggregated = await deps.interpreter.aggregateStatus(template, binding.status?.aggregatedStatus ?? [])
  const observed = { template, aggregated, binding, now: timestamp(deps.clock) }
  const [wanted = {}, body] = [desiredStatus(observed), planTemplateStatus(observed)]
  if (body === undefined) return true
  const claim = {
    key,
    uid: template.metadata.uid ?? '',
    current: statusOf(template),
    wanted,
    isHosts: owner === 'host',
  }
  if (owner !== 'fleet' && !contest.mayWrite({ ...claim, nowMs: deps.clock.monotonicMs() })) return false
  try {
    const options = { subresource: 'status', signal }
    informer.observe(await deps.host.patch(informer.resource, keyOf(template), { type: 'merge', body }, options))
    contest.wrote(claim)
  } catch (error) {
    // Deleted meanwhile, or a kind without the status subresource.
    if (!isNotFound(error)) throw error
  }
  return true
}

function worksOf(deps: AggregationDeps, { metadata }: Binding): readonly Work[] {
  const permanentId = metadata.labels?.[deps.kind.permanentIdLabel]
  return permanentId === undefined ? [] : deps.works.byIndex(deps.byBinding, permanentId)
}

interface Failure {
  readonly error: unknown
  readonly signal: AbortSignal
}

async function tellFailure(
  deps: AggregationDeps,
  { binding, template }: FoundTemplate,
  { error, signal }: Failure,
): Promise<void> {
  const message = explainRefusal(error)
  for (const about of [template, binding]) {
    deps.recorder.event(about, 'Warning', 'AggregateStatusFailed', message)
  }
  if (missingRight(error) === undefined) return
  await tellObstacle(deps, { binding, template, obstacle: { reason: 'Forbidden', message }, signal })
}

interface ObstacleTold extends Pick<FoundTemplate, 'binding' | 'template'> {
  readonly obstacle: StatusObstacle | undefined
  readonly signal: AbortSignal
}

/** A status that is not written is told on the binding for as long as that is so, and once by an event. */
async function tellObstacle(
  deps: AggregationDeps,
  { binding, template, obstacle, signal }: ObstacleTold,
): Promise<void> {
  const body = planObstacle(binding, obstacle, timestamp(deps.clock))
  if (body === undefined) return
  if (obstacle?.reason === 'StatusContested') {
    const message =
      'Somebody else keeps writing this status, so it is left to them: the status of the fleet stands on the binding'
    deps.recorder.event(template, 'Warning', 'StatusContested', message)
  }
  const { resource } = deps.bindings
  const options = { subresource: 'status', signal }
  deps.bindings.observe(await deps.host.patch(resource, keyOf(binding), { type: 'merge', body }, options))
}
