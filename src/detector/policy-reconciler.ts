import type { PolicyKind } from '../api/kinds.ts'
import type { Client, JsonPatchOperation } from '../kube/client.ts'
import { isNotFound } from '../kube/status-error.ts'
import { parseApiVersion } from '../object/gvk.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { claimOfPolicy } from '../policy/claim.ts'
import type { TemplateFilter } from '../policy/skipped.ts'
import { planFinalizerRemoval } from '../runtime/finalizer.ts'
import type { Informer } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { claimIndexValue } from './match.ts'

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
  readonly newUid: () => string
}

/** How often a kind is asked for that a policy names and the host does not serve yet. */
const UNSERVED_POLL_MS = 15_000

/**
 * Policy → its permanent-id and finalizer, and informers for the kinds it names. Templates are reconciled by themselves when
 * a policy changes (controller.ts); a policy under deletion waits until no template carries its claim.
 *
 * @source spec/behaviour/propagation.md §5; design.md, rule of writing 8
 */
export function newPolicyReconciler(deps: PolicyDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const policy = deps.policies.get(parseKey(key))
    if (policy === undefined) return awaitChange()
    const unserved = await watchSelectedKinds(deps, policy, signal)
    if (policy.metadata.deletionTimestamp !== undefined) return releasePolicy(deps, policy, signal)
    await stamp(deps, policy, signal)
    return unserved ? requeueAfter(UNSERVED_POLL_MS) : awaitChange()
  }
}

async function watchSelectedKinds(deps: PolicyDeps, policy: Policy, signal: AbortSignal): Promise<boolean> {
  const kinds = policy.spec.resourceSelectors.map(({ apiVersion, kind }) => ({ ...parseApiVersion(apiVersion), kind }))
  const wanted = kinds.filter(gvk => !deps.filter.isSkippedKind(gvk))
  const informers = await Promise.all(wanted.map(gvk => deps.templates.ensure(gvk)))
  await Promise.all(informers.map(informer => informer?.waitForSync(signal)))
  return informers.includes(undefined)
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
