import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import { isBehind, isNotFound } from '../../kube/status-error.ts'
import { bindingName } from '../../object/generated-names.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { formatKey, keyOf, parseKey } from '../../object/object-key.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'

export interface AggregateDeps {
  readonly host: Client
  readonly templates: InformerSet
  /** The informers of both binding kinds. */
  readonly bindings: readonly Informer<Binding>[]
  readonly interpreter: Interpreter
  readonly recorder: Recorder
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: READ })),
  { on: 'templates', verbs: READ },
  { on: 'templates', subresource: 'status', verbs: ['patch'] },
]

/**
 * Binding.status → the template's status, for kinds that know how to merge (spec/behaviour/status.md §3). One controller per
 * binding kind.
 *
 * @returns ends them.
 */
export function startAggregation(deps: AggregateDeps): () => Promise<void> {
  const stops = deps.bindings.map(bindings => aggregateKind(deps, bindings))
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

function aggregateKind(deps: AggregateDeps, bindings: Informer<Binding>): () => Promise<void> {
  const controller = deps.newController({
    name: 'template-status',
    concurrency: deps.concurrency,
    logFields: { kind: bindings.resource.kind },
    reconcile: async (key, signal) => {
      const binding = bindings.get(parseKey(key))
      return binding === undefined ? awaitChange() : aggregate(deps, binding, signal)
    },
  })
  const stops = [
    controller.watch({
      informer: bindings,
      keysOf: change => (isAggregateDue(change) ? [keyText(change.object)] : []),
    }),
    deps.templates.addHandler((resource, change) => {
      if (resource.namespaced !== bindings.resource.namespaced || !isStatusDue(change)) return
      const { kind, metadata } = change.object
      const namespace = metadata.namespace ?? ''
      controller.enqueue(formatKey({ namespace, name: bindingName({ kind, name: metadata.name }) }))
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

async function aggregate(deps: AggregateDeps, binding: Binding, signal: AbortSignal): Promise<ReconcileResult> {
  const { apiVersion, kind, namespace, name } = binding.spec.resource
  const informer = deps.templates.find({ ...parseApiVersion(apiVersion), kind })
  const template = informer?.get({ namespace: namespace ?? '', name })
  if (informer === undefined || template === undefined || !isSameTemplate(binding, template)) return awaitChange()
  const next = await deps.interpreter.aggregateStatus(template, binding.status?.aggregatedStatus ?? [])
  const body = next && mergePatch({ status: statusOf(template) }, { status: statusOf(next) })
  if (body === undefined) return awaitChange()
  try {
    const options = { subresource: 'status', signal }
    informer.observe(await deps.host.patch(informer.resource, keyOf(template), { type: 'merge', body }, options))
  } catch (error) {
    // Deleted meanwhile, or a kind without the status subresource.
    if (!isNotFound(error)) throw recorded(deps, template, error)
  }
  return awaitChange()
}

function recorded(deps: AggregateDeps, template: KubeObject, error: unknown): unknown {
  if (isBehind(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  deps.recorder.event(template, 'Warning', 'AggregateStatusFailed', message)
  return error
}

/** A template that was deleted and made again has a new UID; its binding follows soon. */
function isSameTemplate(binding: Binding, template: KubeObject): boolean {
  return binding.spec.resource.uid === undefined || binding.spec.resource.uid === template.metadata.uid
}

function statusOf(object: KubeObject) {
  const status = object['status']
  return isJsonObject(status) ? status : {}
}

function isAggregateDue(change: Change<Binding>): boolean {
  if (change.type === 'deleted') return false
  return change.type === 'added' || change.previous.status?.aggregatedStatus !== change.object.status?.aggregatedStatus
}

/** The template's own generation counts in its status (observedGeneration), and somebody else may have written it. */
function isStatusDue(change: Change): boolean {
  if (change.type !== 'updated') return false
  return (
    change.previous.metadata.generation !== change.object.metadata.generation ||
    change.previous['status'] !== change.object['status']
  )
}

function keyText(binding: Binding): string {
  return formatKey(keyOf(binding))
}
