import { WORK } from '../api/kinds.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Client, JsonPatchOperation } from '../kube/client.ts'
import { isBehind, isNotFound } from '../kube/status-error.ts'
import { parseApiVersion } from '../object/gvk.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf, parseKey } from '../object/object-key.ts'
import { unparked } from '../parking/record.ts'
import { templateTarget } from '../rendering/template-target.ts'
import type { Informer } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import { awaitChange, ReconcileError, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { createWork, deleteWork, updateWork } from '../runtime/work-writes.ts'
import { refusalEvents, successEvents } from './override-events.ts'
import { type Action, plan } from './plan.ts'
import {
  type OverriddenWork,
  type RefusedTarget,
  type RenderDeps,
  type RenderedTargets,
  renderTargets,
} from './render-targets.ts'

export interface BindingDeps extends RenderDeps {
  readonly host: Pick<Client, 'create' | 'update' | 'delete' | 'patch' | 'get'>
  readonly bindings: Informer<Binding>
  readonly works: Informer<Work>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly templates: Pick<InformerSet, 'get'>
  readonly recorder: Recorder
}

/** A new cluster waits until the old copy is gone: how often to look (spec/behaviour/propagation.md §8 item 2). */
const PURGE_POLL_MS = 5_000

/** Binding → Works (spec/behaviour/propagation.md §8). */
export function newBindingReconciler(deps: BindingDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const found = deps.bindings.get(parseKey(key))
    if (found === undefined) return awaitChange()
    const binding = await withPermanentId(deps, found, signal)
    const permanentId = binding.metadata.labels?.[deps.kind.permanentIdLabel] ?? ''
    const works = deps.works.byIndex(deps.byBinding, permanentId)
    const rendered = await render(deps, binding)
    const refused = rendered?.refused ?? []
    recordRefusals(deps, binding, refused)
    const actions = plan({ kind: deps.kind, binding, works, rendered: rendered?.works })
    await executeAll(deps, { binding, actions, signal })
    if (actions.some(action => action.type === 'waitForPurge')) return requeueAfter(PURGE_POLL_MS)
    recordSuccesses(deps, binding, rendered?.works ?? [])
    if (refused.length > 0) throw overrideFailure(refused)
    return awaitChange()
  }
}

/** A binding that another client made gets its id here; one that is on its way out has no Works to be found by it. */
async function withPermanentId(deps: BindingDeps, binding: Binding, signal: AbortSignal): Promise<Binding> {
  const { permanentIdLabel } = deps.kind
  const { labels, deletionTimestamp, resourceVersion } = binding.metadata
  if (labels?.[permanentIdLabel] || deletionTimestamp !== undefined) return binding
  const body = { metadata: { resourceVersion, labels: { [permanentIdLabel]: deps.newUid() } } }
  const written = await deps.host.patch(deps.kind, keyOf(binding), { type: 'merge', body }, { signal })
  deps.bindings.observe(written)
  return deps.bindings.get(keyOf(binding)) ?? binding
}

async function render(deps: BindingDeps, binding: Binding): Promise<RenderedTargets | undefined> {
  if (binding.metadata.deletionTimestamp !== undefined) return undefined
  const template = templateOf(deps, binding)
  return template && renderTargets(deps, binding, template)
}

function templateOf(deps: BindingDeps, binding: Binding): KubeObject | undefined {
  const { apiVersion, kind, namespace, name, uid } = binding.spec.resource
  const template = deps.templates.get({ ...parseApiVersion(apiVersion), kind }, { namespace: namespace ?? '', name })
  // A template that was deleted and made again gets its own binding; the Works of the old one are on their way out.
  if (template === undefined || (uid !== undefined && template.metadata.uid !== uid)) return undefined
  return unparked(template)
}

/** On the object that people look at, on the one that is held up, and on the one that is to be mended. */
function recordRefusals({ recorder }: BindingDeps, binding: Binding, refused: readonly RefusedTarget[]): void {
  for (const { policy, message } of refusalEvents(refused)) {
    for (const about of [templateTarget(binding), binding, policy]) {
      recorder.event(about, 'Warning', 'ApplyOverridePolicyFailed', message)
    }
  }
}

/** On the policy; on the template only later than its placement, which takes all of the events that an object may have. */
function recordSuccesses({ recorder }: BindingDeps, binding: Binding, works: readonly OverriddenWork[]): void {
  for (const { policy, message, changed } of successEvents(works)) {
    for (const about of changed ? [templateTarget(binding), policy] : [policy]) {
      recorder.event(about, 'Normal', 'ApplyOverridePolicySucceed', message)
    }
  }
}

/** The other clusters have got theirs by now; these wait until the policy, the template or the binding changes. */
function overrideFailure(refused: readonly RefusedTarget[]): ReconcileError {
  const text = refused.map(({ cluster, error }) => `${cluster}: ${error.message}`).join('; ')
  return new ReconcileError('OverrideFailed', text, { retry: 'never', cause: refused[0]?.error })
}

interface Execution {
  readonly binding: Binding
  readonly actions: readonly Action[]
  readonly signal: AbortSignal
}

/**
 * One cluster's failure does not stop the others (spec/behaviour/propagation.md §8 item 4). The finalizer goes last: without
 * the binding nobody would delete a Work that could not be deleted now.
 */
async function executeAll(deps: BindingDeps, { binding, actions, signal }: Execution): Promise<void> {
  const isLast = ({ type }: Action): boolean => type === 'dropFinalizer'
  await executeTogether(deps, { binding, actions: actions.filter(action => !isLast(action)), signal })
  await executeTogether(deps, { binding, actions: actions.filter(isLast), signal })
}

async function executeTogether(deps: BindingDeps, { binding, actions, signal }: Execution): Promise<void> {
  const results = await Promise.allSettled(actions.map(action => execute(deps, binding, { action, signal })))
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ error: result.reason, of: actions[index]?.type }] : [],
  )
  const [first] = failures
  if (first === undefined) return
  const told = failures.filter(({ error }) => !isBehind(error))
  const [cleanup, sync] = [told.filter(isCleanup), told.filter(failure => !isCleanup(failure))]
  if (cleanup.length > 0) deps.recorder.event(binding, 'Warning', 'CleanupWorkFailed', messageOf(cleanup))
  // The success is told once, on the template, when the members have it (execution): three events per change are enough.
  for (const about of sync.length > 0 ? [templateTarget(binding), binding] : []) {
    deps.recorder.event(about, 'Warning', 'SyncWorkFailed', messageOf(sync))
  }
  throw first.error
}

interface FailedAction {
  readonly error: unknown
  readonly of: Action['type'] | undefined
}

function isCleanup({ of }: FailedAction): boolean {
  return of === 'deleteWork'
}

function messageOf(failures: readonly FailedAction[]): string {
  return failures.map(({ error }) => (error instanceof Error ? error.message : String(error))).join('; ')
}

async function execute(
  deps: BindingDeps,
  binding: Binding,
  { action, signal }: { readonly action: Action; readonly signal: AbortSignal },
): Promise<void> {
  switch (action.type) {
    case 'createWork':
      return createWork(deps, action.work, signal)
    case 'updateWork':
      return updateWork(deps, action.work, signal)
    case 'deleteWork':
      return deleteWork(deps, action.work, signal)
    case 'markWork':
      return markWork(deps, action, signal)
    case 'dropFinalizer':
      return dropFinalizer(deps, binding, { body: action.patch, signal })
    case 'waitForPurge':
      return
  }
}

interface FinalizerRemoval {
  readonly body: readonly JsonPatchOperation[]
  readonly signal: AbortSignal
}

async function dropFinalizer(deps: BindingDeps, binding: Binding, { body, signal }: FinalizerRemoval): Promise<void> {
  try {
    deps.bindings.observe(await deps.host.patch(deps.kind, keyOf(binding), { type: 'json', body }, { signal }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function markWork(
  deps: BindingDeps,
  { work, keeps }: { readonly work: Work; readonly keeps: boolean },
  signal: AbortSignal,
): Promise<void> {
  const annotations = { [ANNOTATION.keepsObject]: keeps ? 'true' : null }
  const body = { metadata: { resourceVersion: work.metadata.resourceVersion, annotations } }
  try {
    deps.works.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body }, { signal }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
