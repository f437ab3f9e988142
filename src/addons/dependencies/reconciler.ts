import { RESOURCE_BINDING } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Dependency } from '../../interpreter/pod-dependencies.ts'
import type { Client } from '../../kube/client.ts'
import { explainRefusal, missingRight } from '../../kube/missing-right.ts'
import { isBehind, isNotFound } from '../../kube/status-error.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { unparked } from '../../parking/record.ts'
import type { TemplateFilter } from '../../policy/skipped.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type DependencyIndex, selects } from './dependency-index.ts'
import { type Action, plan, type WantedDependencies, withinNamespace } from './plan.ts'

export interface DependencyReconcilerDeps {
  readonly host: Pick<Client, 'create' | 'update' | 'patch'>
  readonly bindings: Informer<Binding>
  /** Index of `bindings`: the permanent-ids of those that need them. */
  readonly byDependent: string
  readonly templates: InformerSet
  readonly interpreter: Pick<Interpreter, 'has' | 'getDependencies' | 'onChange'>
  readonly filter: Pick<TemplateFilter, 'isSkippedKind' | 'isSkippedObject'>
  readonly recorder: Recorder
  readonly newUid: () => string
}

/** How soon kinds are looked at again that the host does not serve, or that may not be read. */
const UNREADABLE_POLL_MS = 15_000
/** How soon those whose first list is on its way. */
const UNSYNCED_POLL_MS = 1_000
/** Each cluster makes it for itself. */
const OF_EACH_CLUSTER = { kind: 'ConfigMap', name: 'kube-root-ca.crt' }

/** Binding with `propagateDeps` → bindings of what its template needs (spec/behaviour/propagation.md §7). */
export function newDependencyReconciler(deps: DependencyReconcilerDeps, index: DependencyIndex) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) {
      index.delete(key)
      return awaitChange()
    }
    const looked = await look(deps, binding)
    if (looked === 'unknown') return awaitChange()
    index.set(key, looked?.dependencies ?? [])
    const attached = deps.bindings.byIndex(deps.byDependent, permanentIdOf(binding))
    const bindingOf = ({ namespace = '', name }: { readonly namespace?: string; readonly name: string }) =>
      deps.bindings.get({ namespace, name })
    await execute(deps, binding, {
      actions: plan({ binding, wanted: looked, attached, bindingOf, newUid: deps.newUid }),
      signal,
    })
    if (looked?.refusal !== undefined)
      deps.recorder.event(binding, 'Warning', 'SyncScheduleResultToDependenciesFailed', looked.refusal)
    return looked?.pollMs === undefined ? awaitChange() : requeueAfter(looked.pollMs)
  }
}

interface Looked extends WantedDependencies {
  /** When to look again. */
  readonly pollMs: number | undefined
  /** What the operator may not read. */
  readonly refusal: string | undefined
}

/** @returns undefined when nothing is to go along; 'unknown' while there is no template or no id to tell by. */
async function look(deps: DependencyReconcilerDeps, binding: Binding): Promise<Looked | undefined | 'unknown'> {
  const { metadata, spec } = binding
  if (metadata.deletionTimestamp !== undefined || spec.propagateDeps !== true) return undefined
  const gvk = { ...parseApiVersion(spec.resource.apiVersion), kind: spec.resource.kind }
  if (!deps.interpreter.has(gvk, 'getDependencies')) return undefined
  const template = deps.templates.get(gvk, { namespace: spec.resource.namespace ?? '', name: spec.resource.name })
  if (template === undefined || permanentIdOf(binding) === '') return 'unknown'
  const dependencies = (await readDependencies(deps, binding, template)).filter(({ apiVersion, kind, name }) => {
    const isOfEach = kind === OF_EACH_CLUSTER.kind && name === OF_EACH_CLUSTER.name
    return !isOfEach && !deps.filter.isSkippedKind({ ...parseApiVersion(apiVersion), kind })
  })
  const found = await Promise.all(dependencies.map(dependency => find(deps, binding, dependency)))
  const unknown = found.filter(({ state }) => state !== 'known')
  return {
    dependencies,
    objects: distinct(found.flatMap(({ objects }) => objects)).map(object => withBinding(deps, object)),
    mayBeWanted: attached => unknown.some(({ dependency }) => isOfKind(attached, dependency)),
    pollMs: pollOf(unknown),
    refusal: unknown.find(({ refusal }) => refusal !== undefined)?.refusal,
  }
}

async function readDependencies(
  { interpreter, recorder }: DependencyReconcilerDeps,
  binding: Binding,
  template: KubeObject,
): Promise<readonly Dependency[]> {
  try {
    const dependencies = (await interpreter.getDependencies(unparked(template))) ?? []
    return withinNamespace(dependencies, template, binding)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    for (const about of [template, binding]) recorder.event(about, 'Warning', 'GetDependenciesFailed', message)
    throw error
  }
}

interface Found {
  readonly dependency: Dependency
  readonly objects: readonly KubeObject[]
  readonly state: 'known' | 'unserved' | 'filling'
  readonly refusal?: string
}

async function find(deps: DependencyReconcilerDeps, binding: Binding, dependency: Dependency): Promise<Found> {
  const gvk = { ...parseApiVersion(dependency.apiVersion), kind: dependency.kind }
  const informer = await deps.templates.ensure(gvk)
  if (informer === undefined) return { dependency, objects: [], state: 'unserved' }
  if (!informer.synced) return { dependency, objects: [], ...failureOf(informer) }
  const namespace = binding.metadata.namespace ?? ''
  const { name } = dependency
  const candidates = name === undefined ? informer.list(namespace) : [informer.get({ namespace, name })]
  const objects = candidates.filter(object => object !== undefined).filter(object => isWanted(deps, dependency, object))
  return { dependency, objects, state: 'known' }
}

function failureOf({ lastError }: Informer): Pick<Found, 'state' | 'refusal'> {
  if (lastError === undefined || missingRight(lastError) === undefined) return { state: 'filling' }
  return { state: 'unserved', refusal: explainRefusal(lastError) }
}

function isWanted({ filter }: DependencyReconcilerDeps, dependency: Dependency, object: KubeObject): boolean {
  const isLive = object.metadata.deletionTimestamp === undefined
  return isLive && selects(dependency, object) && !filter.isSkippedObject(object)
}

function withBinding({ bindings }: DependencyReconcilerDeps, object: KubeObject) {
  return { object, existing: bindings.get(bindingKeyOf(object)) }
}

function pollOf(unknown: readonly Found[]): number | undefined {
  if (unknown.length === 0) return undefined
  return unknown.some(({ state }) => state === 'filling') ? UNSYNCED_POLL_MS : UNREADABLE_POLL_MS
}

function distinct(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...new Map(objects.map(object => [object.metadata.uid, object])).values()]
}

function isOfKind({ spec: { resource } }: Binding, { apiVersion, kind }: Dependency): boolean {
  return resource.apiVersion === apiVersion && resource.kind === kind
}

function permanentIdOf({ metadata }: Binding): string {
  return metadata.labels?.[RESOURCE_BINDING.permanentIdLabel] ?? ''
}

interface Execution {
  readonly actions: readonly Action[]
  readonly signal: AbortSignal
}

async function execute(
  deps: DependencyReconcilerDeps,
  binding: Binding,
  { actions, signal }: Execution,
): Promise<void> {
  try {
    for (const action of actions) await executeOne(deps, binding, { action, signal })
  } catch (error) {
    // What was written on an older state is written again on the newer one.
    if (!isBehind(error) && !isNotFound(error)) {
      deps.recorder.event(binding, 'Warning', 'SyncScheduleResultToDependenciesFailed', explainRefusal(error))
    }
    throw error
  }
  const changed = actions.filter(({ type }) => type === 'create' || type === 'update').length
  if (changed === 0) return
  const message = `${changed} of the objects that it needs go where it goes, or do not any more`
  deps.recorder.event(binding, 'Normal', 'SyncScheduleResultToDependenciesSucceed', message)
}

async function executeOne(
  { host, bindings, recorder }: DependencyReconcilerDeps,
  binding: Binding,
  { action, signal }: { readonly action: Action; readonly signal: AbortSignal },
): Promise<void> {
  switch (action.type) {
    case 'create':
      bindings.observe(await host.create(RESOURCE_BINDING, action.binding, { signal }))
      break
    case 'update':
      bindings.observe(await host.update(RESOURCE_BINDING, action.binding, { signal }))
      break
    case 'record':
      bindings.observe(
        await host.patch(RESOURCE_BINDING, keyOf(binding), { type: 'merge', body: action.body }, { signal }),
      )
      return
    case 'dropFinalizer':
      bindings.observe(
        await host.patch(RESOURCE_BINDING, keyOf(binding), { type: 'json', body: action.patch }, { signal }),
      )
      return
  }
  if (!action.disagreed) return
  const message =
    'Those that need it want different conflictResolution or preserveResourcesOnDeletion: Overwrite and true win'
  for (const about of [templateTarget(action.binding), action.binding]) {
    recorder.event(about, 'Warning', 'DependencyPolicyConflict', message)
  }
}
