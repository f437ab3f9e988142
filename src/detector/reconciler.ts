import type { BindingKind } from '../api/kinds.ts'
import { LABEL } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Client } from '../kube/client.ts'
import { explainRefusal, missingRight } from '../kube/missing-right.ts'
import { isBehind, isNotFound } from '../kube/status-error.ts'
import { deepEqual } from '../object/deep-equal.ts'
import { objectAt } from '../object/field.ts'
import { bindingName } from '../object/generated-names.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../object/object-key.ts'
import { parseTemplateKey, templateKeyOf } from '../object/template-key.ts'
import { PARKING_INDEX } from '../parking/index-entries.ts'
import { isParked } from '../parking/park.ts'
import { unparked } from '../parking/record.ts'
import type { Claim } from '../policy/claim.ts'
import type { TemplateFilter } from '../policy/skipped.ts'
import { type BindingInput as BuildInput, buildBinding } from '../rendering/build-binding.ts'
import type { PlacedBinding } from '../rendering/place-binding.ts'
import type { Placer } from '../rendering/placer.ts'
import { recordSchedule } from '../rendering/schedule-events.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import { awaitChange, ReconcileError, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import { type Activation, decideActivation, lazyMark } from './activation.ts'
import { type Match, matchTemplate, type PolicyListers, planStrip } from './match.ts'
import { claimAndPark, type ParkTemplateDeps, releaseLocal, tellStaysParked } from './park-template.ts'
import { schedulePriorityOf } from './schedule-priority.ts'
import { isAsPatched } from './template-change.ts'

/** Where the bindings of one scope live. */
export interface BindingStore {
  readonly kind: BindingKind
  readonly informer: Informer<Binding>
}

export interface DetectorDeps extends ParkTemplateDeps {
  readonly host: Pick<Client, 'create' | 'update' | 'patch' | 'delete'>
  readonly templates: InformerSet
  readonly policies: PolicyListers
  readonly placer: Pick<Placer, 'place'>
  /** Feature `workloadAffinity`: bindings are put into the groups that their policy names. */
  readonly workloadAffinity: boolean
  /** Feature `multiplePodTemplatesScheduling`: workloads are described by their components, where somebody knows these. */
  readonly multiplePodTemplates: boolean
  readonly bindings: { readonly namespaced: BindingStore; readonly cluster: BindingStore }
  readonly filter: TemplateFilter
  /** The PriorityClass of the host of that name. */
  readonly readPriorityClass: (name: string, signal: AbortSignal) => Promise<KubeObject | undefined>
  readonly interpreter: Interpreter
  readonly newUid: () => string
  /** Templates that a policy's change brought here, by key, until their user changes them. */
  readonly broughtByPolicy: ReadonlySet<string>
  /** Templates of which a run takes in just now what it wrote, by key: whether a change is that and nothing else. */
  readonly ownWrites: Map<string, IsOwnWrite>
}

export type IsOwnWrite = (change: Change) => boolean

/** How often a kind is asked for that the host does not serve yet. */
const UNSERVED_POLL_MS = 15_000
/** What a list brings comes by itself; this is for a template that is not in it any more. */
const UNSYNCED_POLL_MS = 5_000

/** Template + policies → claim, then the Binding with its targets in it (spec/behaviour/propagation.md §2, §3, §6). */
export function newDetectorReconciler(deps: DetectorDeps) {
  return async (text: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const { gvk, key } = parseTemplateKey(text)
    const informer = await deps.templates.ensure(gvk)
    if (informer === undefined) return requeueAfter(UNSERVED_POLL_MS)
    const template = informer.get(key)
    if (template === undefined && !informer.synced) return requeueAfter(UNSYNCED_POLL_MS)
    const store = informer.resource.namespaced ? deps.bindings.namespaced : deps.bindings.cluster
    const bindingKey = { namespace: key.namespace, name: bindingName({ kind: gvk.kind, name: key.name }) }
    const run: Run = { deps, informer, store, bindingKey, signal }
    if (template === undefined) await removeOrphan(run, key)
    else await detect(run, template)
    return awaitChange()
  }
}

interface Run {
  readonly deps: DetectorDeps
  readonly informer: Informer
  readonly store: BindingStore
  readonly bindingKey: ObjectKey
  readonly signal: AbortSignal
}

function isSkipped(filter: TemplateFilter, template: KubeObject): boolean {
  const isIndex = template.kind === 'ConfigMap' && template.metadata.name === PARKING_INDEX
  return isIndex || filter.isSkippedObject(template) || (template.metadata.labels?.[LABEL.claimedBy] ?? '') !== ''
}

async function detect(run: Run, template: KubeObject): Promise<void> {
  const result = matchTemplate(template, run.deps.policies)
  // A claim that stands for nothing comes off whatever the template is: its policy waits for that.
  if (result.type === 'strip') return strip(run, template, result.claim)
  const release = releaseLocal(run.deps, template)
  if (release !== undefined) await patchTemplate(run, run.informer, { template, patch: release })
  // What is on its way out gets no new claim; its binding goes with it.
  if (template.metadata.deletionTimestamp !== undefined || isSkipped(run.deps.filter, template)) return
  switch (result.type) {
    case 'none':
      // Its policy went before it was claimed: nobody else would tell why it does not run.
      return isParked(template) ? tellStaysParked(run.deps, template) : undefined
    case 'wait':
      run.deps.recorder.event(template, 'Warning', 'ApplyPolicyFailed', result.message)
      throw new ReconcileError('DependentOverrideMissing', result.message, { retry: 'backoff' })
    case 'propagate':
      return propagate(run, template, result.match)
  }
}

/** The binding stays, and so does what runs in the members (spec/behaviour/propagation.md §5). */
async function strip(run: Run, template: KubeObject, claim: Claim): Promise<void> {
  const { deps, store, informer, signal } = run
  const binding = store.informer.get(run.bindingKey)
  const bindingPatch = binding && planStrip(binding, claim)
  if (binding !== undefined && bindingPatch !== undefined) {
    // It may have been claimed anew when this is done late.
    const { resourceVersion } = binding.metadata
    const body = { ...bindingPatch, metadata: { ...bindingPatch.metadata, resourceVersion } }
    store.informer.observe(await deps.host.patch(store.kind, keyOf(binding), { type: 'merge', body }, { signal }))
  }
  const patch = planStrip(template, claim)
  if (patch === undefined) return
  const stripped = await patchTemplate(run, informer, { template, patch: { ...patch } })
  if (matchTemplate(stripped, deps.policies).type === 'none') tellStaysParked(deps, stripped)
}

async function propagate(run: Run, template: KubeObject, match: Match): Promise<void> {
  try {
    const activation = activationOf(run, template, match)
    const claimed = await claim(run, template, { match, activation })
    if (match.preempts !== undefined) tellPreemption(run, template, match)
    const existing = ownBinding(run, claimed)
    if (activation.type === 'wait') return await wait(run, activation, existing)
    const desired = await desiredBinding(run, claimed, { match, existing, lazyDigest: activation.digest })
    await writeBinding(run, claimed, { desired, existing })
  } catch (error) {
    if (!isNotFound(error) && !isBehind(error)) tellFailure(run, template, { match, error })
    throw error
  }
}

function activationOf({ deps, store, bindingKey }: Run, template: KubeObject, { policy }: Match): Activation {
  const byPolicy = deps.broughtByPolicy.has(templateKeyOf(template))
  return decideActivation({ template, policy, existing: store.informer.get(bindingKey), byPolicy })
}

/** @returns the template as it is claimed, parked, and marked when it waits for its user. */
async function claim(
  run: Run,
  template: KubeObject,
  { match, activation }: { readonly match: Match; readonly activation: Activation },
): Promise<KubeObject> {
  const claimPatch = match.patch && { ...match.patch }
  const patch = claimAndPark(run.deps, { template, policy: match.policy, claimPatch })
  const isMarked = activation.type === 'wait' && activation.mark === 'template'
  const whole = isMarked ? withAnnotations(patch, lazyMark(activation.digest)) : patch
  if (whole === undefined) return template
  // The run goes on from the answer: no other is needed for it, unless somebody else has changed the template in between.
  const isOwn: IsOwnWrite = change => change.type === 'updated' && isAsPatched(change.previous, whole, change.object)
  return patchTemplate(run, run.informer, { template, patch: whole, isOwn })
}

function withAnnotations(patch: JsonObject = {}, annotations: JsonObject): JsonObject {
  const metadata = objectAt(patch, 'metadata')
  return { ...patch, metadata: { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), ...annotations } } }
}

/** Nothing but the state that is waited on is written, and nothing told (spec/behaviour/propagation.md §4). */
async function wait(
  { deps, store, signal }: Run,
  { digest, mark }: Extract<Activation, { readonly type: 'wait' }>,
  existing: Binding | undefined,
): Promise<void> {
  if (mark !== 'binding' || existing === undefined) return
  const body = { metadata: { annotations: lazyMark(digest) } }
  store.informer.observe(await deps.host.patch(store.kind, keyOf(existing), { type: 'merge', body }, { signal }))
}

function tellFailure(
  { deps }: Run,
  template: KubeObject,
  failed: { readonly match: Match; readonly error: unknown },
): void {
  const { match, error } = failed
  const message = explainRefusal(error)
  if (match.preempts !== undefined) deps.recorder.event(template, 'Warning', 'PreemptPolicyFailed', message)
  const concerned = missingRight(error) === undefined ? [template] : [template, match.policy]
  for (const about of concerned) deps.recorder.event(about, 'Warning', 'ApplyPolicyFailed', message)
}

/**
 * On the policy as well: a template that has just been propagated has had its share of events.
 *
 * @source spec/behaviour/propagation.md §5.1
 */
function tellPreemption({ deps }: Run, template: KubeObject, { kind, policy, claim, preempts }: Match): void {
  const [taker, loser] = [
    `${kind.kind} ${formatKey(claim.key)}`,
    preempts && `${preempts.kind.kind} ${formatKey(preempts.key)}`,
  ]
  deps.recorder.event(template, 'Normal', 'PreemptPolicySucceed', `${taker} took it over from ${loser}`)
  const what = `${template.kind} ${formatKey(keyOf(template))}`
  deps.recorder.event(policy, 'Normal', 'PreemptPolicySucceed', `It took ${what} over from ${loser}`)
}

interface TemplatePatch {
  readonly template: KubeObject
  /** A merge patch. */
  readonly patch: JsonObject
  /** Default: the change brings the template here again. */
  readonly isOwn?: IsOwnWrite
}

async function patchTemplate(
  { deps, signal }: Run,
  informer: Informer,
  { template, patch, isOwn }: TemplatePatch,
): Promise<KubeObject> {
  // The UID makes the patch fail on an object that was deleted and made again meanwhile.
  const body = { ...patch, metadata: { ...objectAt(patch, 'metadata'), uid: template.metadata.uid } }
  const written = await deps.host.patch(informer.resource, keyOf(template), { type: 'merge', body }, { signal })
  takeIn(deps, templateKeyOf(template), { isOwn, observe: () => informer.observe(written) })
  return informer.get(keyOf(template)) ?? written
}

/** Puts an answer into the cache; this queue is not woken by a write of its own. */
function takeIn(
  { ownWrites }: DetectorDeps,
  key: string,
  { isOwn, observe }: { readonly isOwn: IsOwnWrite | undefined; readonly observe: () => void },
): void {
  if (isOwn !== undefined) ownWrites.set(key, isOwn)
  observe()
  ownWrites.delete(key)
}

/** @returns the template's binding, if there is one. @throws ReconcileError when the name is taken by another's. */
function ownBinding(run: Run, template: KubeObject): Binding | undefined {
  const binding = run.store.informer.get(run.bindingKey)
  if (binding === undefined) return undefined
  const owner = binding.metadata.ownerReferences?.find(reference => reference.controller === true)
  if (owner === undefined || owner.uid === template.metadata.uid) return binding
  const what = `${run.store.kind.kind} ${formatKey(run.bindingKey)}`
  throw new ReconcileError(
    'BindingTaken',
    `${what} belongs to ${owner.apiVersion} ${owner.kind} ${owner.name} (${owner.uid}): it is replaced when that is gone`,
    { retry: 'backoff' },
  )
}

interface BindingInput {
  readonly match: Match
  readonly existing: Binding | undefined
  /** What a binding of a lazy policy carries. */
  readonly lazyDigest: string | undefined
}

async function desiredBinding(
  run: Run,
  template: KubeObject,
  { match, existing, lazyDigest }: BindingInput,
): Promise<DesiredBinding> {
  const { deps, store } = run
  const readClass = (name: string) => deps.readPriorityClass(name, run.signal)
  const schedulePriority = await schedulePriorityOf({ policy: match.policy, bindingKind: store.kind, readClass })
  const built = buildBinding({
    template,
    policy: match.policy,
    claim: match.claim,
    bindingKind: store.kind,
    ...(schedulePriority !== undefined && { schedulePriority }),
    ...(await readSize(deps, unparked(template))),
    existing,
    permanentId: deps.newUid(),
    ...(lazyDigest !== undefined && { annotations: lazyMark(lazyDigest) }),
    workloadAffinity: deps.workloadAffinity,
  })
  return deps.placer.place(built) ?? { binding: built }
}

/** What is to be placed: components where somebody knows them, else replicas. @source spec/behaviour/propagation.md §6 */
async function readSize(
  { interpreter, recorder, multiplePodTemplates }: DetectorDeps,
  template: KubeObject,
): Promise<Pick<BuildInput, 'replicas' | 'components'>> {
  try {
    const components = multiplePodTemplates ? await interpreter.getComponents(template) : undefined
    if (components !== undefined) return { replicas: undefined, components }
    return { replicas: await interpreter.getReplicas(template) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    recorder.event(template, 'Warning', 'GetReplicasFailed', message)
    throw error
  }
}

/** A binding, with the outcome of scheduling when it was scheduled anew. */
type DesiredBinding = { readonly binding: Binding } | PlacedBinding

interface BindingWrite {
  readonly desired: DesiredBinding
  readonly existing: Binding | undefined
}

async function writeBinding(run: Run, template: KubeObject, { desired, existing }: BindingWrite): Promise<void> {
  const { deps, store, signal } = run
  const { binding } = desired
  if (existing !== undefined && isSame(binding, existing)) return
  const written =
    existing === undefined
      ? await deps.host.create(store.kind, binding, { signal })
      : await deps.host.update(store.kind, binding, { signal })
  const isOwn: IsOwnWrite = change => change.type === 'added' && isSame(binding, change.object)
  takeIn(deps, templateKeyOf(template), { isOwn, observe: () => store.informer.observe(written) })
  deps.recorder.event(template, 'Normal', 'ApplyPolicySucceed', 'Apply policy successfully')
  if ('result' in desired) recordSchedule(deps.recorder, desired, store.kind)
}

function isSame(desired: Binding, existing: KubeObject): boolean {
  const { metadata, spec } = existing
  return (
    deepEqual(desired.spec, spec) &&
    deepEqual(desired.metadata.labels ?? {}, metadata.labels ?? {}) &&
    deepEqual(desired.metadata.annotations ?? {}, metadata.annotations ?? {}) &&
    deepEqual(desired.metadata.finalizers ?? [], metadata.finalizers ?? []) &&
    deepEqual(desired.metadata.ownerReferences ?? [], metadata.ownerReferences ?? [])
  )
}

/**
 * The template is gone and its binding still names it as owner: what the garbage collector will do, at once. A binding whose
 * owner was taken off (`--cascade=orphan`) is left, as it is left by the garbage collector.
 */
async function removeOrphan({ deps, informer, store, bindingKey, signal }: Run, key: ObjectKey): Promise<void> {
  const binding = store.informer.get(bindingKey)
  if (binding === undefined || binding.metadata.deletionTimestamp !== undefined) return
  const { group, version, kind } = informer.resource
  const apiVersion = group === '' ? version : `${group}/${version}`
  const owned = binding.metadata.ownerReferences?.some(
    owner =>
      owner.controller === true && owner.apiVersion === apiVersion && owner.kind === kind && owner.name === key.name,
  )
  if (!owned) return
  const { uid } = binding.metadata
  try {
    await deps.host.delete(store.kind, bindingKey, { signal, ...(uid !== undefined && { uid }) })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
