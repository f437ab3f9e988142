import type { PolicyKind } from '../api/kinds.ts'
import type { Client, JsonPatchOperation } from '../kube/client.ts'
import { explainRefusal, missingRight } from '../kube/missing-right.ts'
import { isNotFound, StatusError } from '../kube/status-error.ts'
import { type Gvk, parseApiVersion } from '../object/gvk.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { claimOfPolicy } from '../policy/claim.ts'
import type { TemplateFilter } from '../policy/skipped.ts'
import type { Clock } from '../runtime/clock.ts'
import { planFinalizerRemoval } from '../runtime/finalizer.ts'
import type { Informer } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { claimIndexValue } from './match.ts'
import { shownKind, shownKinds } from './shown-kind.ts'
import { newUnservedKinds, type UnservedKinds } from './unserved-kinds.ts'

export interface PolicyDeps {
  readonly kind: PolicyKind
  readonly host: Pick<Client, 'patch'>
  readonly policies: Informer<Policy>
  /** Index of `policies`: their own permanent-id. */
  readonly byPermanentId: string
  readonly templates: InformerSet
  /** Index of every template informer: claims. */
  readonly byClaim: string
  readonly bindings: readonly Informer<Binding>[]
  readonly filter: TemplateFilter
  readonly recorder: Recorder
  readonly clock: Clock
  readonly newUid: () => string
}

/** How often a kind is asked for that a policy names and the host does not serve yet, or does not list. */
const UNSERVED_POLL_MS = 15_000
/** How soon a policy under deletion is looked at again whose templates are not all known yet. */
const UNSYNCED_POLL_MS = 1_000

/**
 * Policy → its permanent-id and finalizer, and informers for the kinds it names. Templates are reconciled by themselves when
 * a policy changes (controller.ts); a policy under deletion waits until no template carries its claim.
 *
 * @source spec/behaviour/propagation.md §5; design.md, rule of writing 8
 */
export function newPolicyReconciler(given: PolicyDeps) {
  const deps = { ...given, unservedKinds: newUnservedKinds(given) }
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const policy = deps.policies.get(parseKey(key))
    if (policy?.metadata.deletionTimestamp !== undefined || policy === undefined) deps.unservedKinds.forget(key)
    if (policy === undefined) return awaitChange()
    const selected = await watchSelectedKinds(deps, policy)
    return policy.metadata.deletionTimestamp === undefined
      ? keepPolicy(deps, policy, { selected, signal })
      : endPolicy(deps, policy, { selected, signal })
  }
}

type TellingDeps = PolicyDeps & { readonly unservedKinds: UnservedKinds }

interface Look {
  readonly selected: SelectedKinds
  readonly signal: AbortSignal
}

async function keepPolicy(deps: TellingDeps, policy: Policy, { selected, signal }: Look): Promise<ReconcileResult> {
  reportSkipped(deps, policy)
  deps.unservedKinds.look(policy, selected.unserved)
  await stamp(deps, policy, signal)
  reportFailing(deps, policy, selected)
  return selected.unserved.length > 0 || fillingOf(selected).length > 0 ? requeueAfter(UNSERVED_POLL_MS) : awaitChange()
}

/** Claims are looked for in the caches: before these are filled nobody knows whether the last one is off. */
async function endPolicy(deps: PolicyDeps, policy: Policy, { selected, signal }: Look): Promise<ReconcileResult> {
  const isFilling = fillingOf(selected).length > 0
  if (!isFilling && selected.failures.length === 0) return releasePolicy(deps, policy, signal)
  reportFailing(deps, policy, selected)
  return requeueAfter(UNSYNCED_POLL_MS)
}

function fillingOf({ informers }: SelectedKinds): readonly Informer[] {
  return informers.filter(informer => !informer.synced)
}

interface SelectedKinds {
  readonly informers: readonly Informer[]
  readonly unserved: readonly Gvk[]
  /** Why the host could not be asked for the others: they hold up none of these. */
  readonly failures: readonly { readonly gvk: Gvk; readonly error: unknown }[]
}

async function watchSelectedKinds(deps: PolicyDeps, policy: Policy): Promise<SelectedKinds> {
  const wanted = kindsOf(policy).filter(gvk => !deps.filter.isSkippedKind(gvk))
  const ask = (gvk: Gvk) =>
    deps.templates.ensure(gvk).then(
      informer => (informer === undefined ? { unserved: gvk } : { informer }),
      (error: unknown) => ({ gvk, error }),
    )
  const asked = await Promise.all(wanted.map(ask))
  return {
    informers: asked.flatMap(each => ('informer' in each ? [each.informer] : [])),
    unserved: asked.flatMap(each => ('unserved' in each ? [each.unserved] : [])),
    failures: asked.flatMap(each => ('error' in each ? [each] : [])),
  }
}

/** A kind that is on the list of those that are no templates would else be selected without a word. */
function reportSkipped({ filter, recorder }: PolicyDeps, policy: Policy): void {
  const skipped = kindsOf(policy).filter(gvk => filter.isSkippedKind(gvk))
  if (skipped.length === 0) return
  const names = shownKinds(skipped)
  const what = `Never propagated: ${names}. Each cluster has its own, or the operator's settings exclude it`
  recorder.event(policy, 'Warning', 'KindNotPropagated', what)
}

function kindsOf({ spec }: Policy): readonly Gvk[] {
  return spec.resourceSelectors.map(({ apiVersion, kind }) => ({ ...parseApiVersion(apiVersion), kind }))
}

/**
 * A kind that was listed once may be refused later: what is cached stays then. A watch that breaks off is nobody's concern.
 *
 * @throws the first of what the host was asked in vain: it is asked again.
 */
function reportFailing(deps: PolicyDeps, policy: Policy, { informers, failures }: SelectedKinds): void {
  const tell = (what: string): void => deps.recorder.event(policy, 'Warning', 'ListTemplatesFailed', what)
  for (const informer of informers) {
    if (informer.lastError === undefined) continue
    if (informer.synced && missingRight(informer.lastError) === undefined) continue
    const failing = informer.synced ? 'no longer tells of changes of' : 'does not list'
    tell(`The host ${failing} ${shownKind(informer.resource)}: ${explainRefusal(informer.lastError)}`)
  }
  for (const { gvk, error } of failures) {
    // Whether it answers at all is told elsewhere.
    if (error instanceof StatusError)
      tell(`The host does not say whether it serves ${shownKind(gvk)}: ${explainRefusal(error)}`)
  }
  if (failures.length > 0) throw failures[0]?.error
}

async function stamp(deps: PolicyDeps, policy: Policy, signal: AbortSignal): Promise<void> {
  const { kind } = deps
  const current = policy.metadata.labels?.[kind.permanentIdLabel]
  const permanentId = current === undefined || isTwin(deps, policy, current) ? deps.newUid() : current
  const finalizers = policy.metadata.finalizers ?? []
  if (permanentId === current && finalizers.includes(kind.finalizer)) return
  const body = {
    metadata: {
      resourceVersion: policy.metadata.resourceVersion,
      labels: { [kind.permanentIdLabel]: permanentId },
      finalizers: finalizers.includes(kind.finalizer) ? finalizers : [...finalizers, kind.finalizer],
    },
  }
  deps.policies.observe(await deps.host.patch(kind, keyOf(policy), { type: 'merge', body }, { signal }))
}

/** A policy that was exported and applied again under another name brings the first one's id: the younger gets its own. */
function isTwin(deps: PolicyDeps, policy: Policy, permanentId: string): boolean {
  return deps.policies
    .byIndex(deps.byPermanentId, permanentId)
    .some(other => other.metadata.uid !== policy.metadata.uid && isOlder(other, policy))
}

function isOlder(a: Policy, b: Policy): boolean {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
  return left === right ? formatKey(keyOf(a)) < formatKey(keyOf(b)) : left < right
}

async function releasePolicy(deps: PolicyDeps, policy: Policy, signal: AbortSignal): Promise<ReconcileResult> {
  const body = planFinalizerRemoval(policy, deps.kind.finalizer)
  if (body === undefined || isClaiming(deps, policy)) return awaitChange()
  await dropFinalizer(deps, policy, { body, signal })
  return awaitChange()
}

function isClaiming(deps: PolicyDeps, policy: Policy): boolean {
  const claim = claimOfPolicy(deps.kind, policy)
  if (claim === undefined) return false
  const value = claimIndexValue(claim)
  return deps.templates.list().some(informer => informer.byIndex(deps.byClaim, value).length > 0)
}

interface FinalizerRemoval {
  readonly body: readonly JsonPatchOperation[]
  readonly signal: AbortSignal
}

async function dropFinalizer(deps: PolicyDeps, policy: Policy, { body, signal }: FinalizerRemoval): Promise<void> {
  try {
    deps.policies.observe(await deps.host.patch(deps.kind, keyOf(policy), { type: 'json', body }, { signal }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
