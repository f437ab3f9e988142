import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import { explainRefusal, missingRight } from '../../kube/missing-right.ts'
import { isBehind, isNotFound } from '../../kube/status-error.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { StatusContest } from './contest.ts'
import { isSameTemplate, type ObservedTemplate, planRightCondition, planTemplateStatus, statusOf } from './plan.ts'

export interface AggregationDeps {
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe' | 'resource'>
  readonly templates: Pick<InformerSet, 'find'>
  readonly interpreter: Pick<Interpreter, 'aggregateStatus'>
  readonly recorder: Recorder
  readonly clock: Clock
  /** Why the status of a template is that of the host's own controllers; undefined where it is the fleet's. */
  readonly runsOnHost: (template: KubeObject) => string | undefined
}

/** Binding.status → the template's status (spec/behaviour/status.md §3). */
export function newAggregationReconciler(deps: AggregationDeps) {
  const contest = new StatusContest()
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    const found = binding && findTemplate(deps, binding)
    if (found === undefined) {
      contest.forget(key)
      return awaitChange()
    }
    try {
      await aggregate(deps, contest, { ...found, key, signal })
    } catch (error) {
      if (!isBehind(error)) await tellFailure(deps, found, { error, signal })
      throw error
    }
    await tellRight(deps, { binding: found.binding, missing: undefined, signal })
    return awaitChange()
  }
}

function isOurs(
  { clock, recorder }: AggregationDeps,
  contest: StatusContest,
  { key, template, aggregated }: ObservedTemplate & { readonly key: string },
): boolean {
  const [current, wanted] = [statusOf(template), aggregated === undefined ? {} : statusOf(aggregated)]
  const uid = template.metadata.uid ?? ''
  if (contest.mayWrite({ key, uid, current, wanted, nowMs: clock.monotonicMs() })) return true
  const message =
    'Somebody else keeps writing this status, so it is left to them: the status of the fleet stands on the binding'
  recorder.event(template, 'Warning', 'StatusContested', message)
  return false
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

async function aggregate(deps: AggregationDeps, contest: StatusContest, found: Aggregation): Promise<void> {
  const { binding, informer, template, key, signal } = found
  if (deps.runsOnHost(template) !== undefined) return
  const items = binding.status?.aggregatedStatus ?? []
  const aggregated = await deps.interpreter.aggregateStatus(template, items)
  const body = planTemplateStatus({ template, aggregated })
  if (body === undefined || !isOurs(deps, contest, { key, template, aggregated })) return
  try {
    const options = { subresource: 'status', signal }
    informer.observe(await deps.host.patch(informer.resource, keyOf(template), { type: 'merge', body }, options))
    contest.wrote({ key, uid: template.metadata.uid ?? '', wanted: statusOf(aggregated ?? template) })
  } catch (error) {
    // Deleted meanwhile, or a kind without the status subresource.
    if (!isNotFound(error)) throw error
  }
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
  if (missingRight(error) !== undefined) await tellRight(deps, { binding, missing: message, signal })
}

interface RightTold {
  readonly binding: Binding
  /** What the operator may not do; undefined: it may. */
  readonly missing: string | undefined
  readonly signal: AbortSignal
}

/** A status that may not be written is told on the binding for as long as that is so. */
async function tellRight(deps: AggregationDeps, { binding, missing, signal }: RightTold): Promise<void> {
  const body = planRightCondition(binding, missing, timestamp(deps.clock))
  if (body === undefined) return
  const { resource } = deps.bindings
  const options = { subresource: 'status', signal }
  deps.bindings.observe(await deps.host.patch(resource, keyOf(binding), { type: 'merge', body }, options))
}
