import { FIELD_MANAGER } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { digestOf } from '../../object/digest.ts'
import type { KubeObject, OwnerReference } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Logger } from '../../runtime/logger.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { listCustomResources, registerCustomResource } from '../custom-resources.ts'
import { readOwner, withOwner } from '../owner.ts'
import { type Action, plan, upkeepKey } from './plan.ts'

/** Counts what was put back; implemented by runtime/metrics.ts. */
export interface UpkeepMetrics {
  restored(kind: string): void
}

export interface UpkeepReconcilerDeps {
  readonly client: Pick<Client, 'get' | 'apply' | 'patch'>
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: UpkeepMetrics
  readonly recorder: Recorder
  /** Admission policies and bindings that carry our label, by kind; only kinds that the host serves. */
  readonly policies: ReadonlyMap<string, Informer>
  /** CRDs that carry our label; absent: somebody else registers them. */
  readonly definitions?: Informer
  /** Admission policies and bindings as they were registered. */
  readonly manifests: readonly KubeObject[]
  /** What they belong to, when the operator started. */
  readonly owner?: OwnerReference
}

const UNSYNCED_POLL_MS = 100
/** An owner that is gone is mostly gone for good. */
const UNOWNED_POLL_MS = 120_000

/** What the operator registered → the same again, when somebody deleted or changed it. */
export function newUpkeepReconciler(deps: UpkeepReconcilerDeps) {
  const desired = new Map(deps.manifests.map(manifest => [upkeepKey(manifest.kind, manifest), manifest]))
  const definitions = new Map(listCustomResources().map(crd => [upkeepKey(crd.kind, crd), crd]))
  const accepted = new Map<string, string>()
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const definition = definitions.get(key)
    if (definition !== undefined) return keepDefinition(deps, definition, signal)
    const manifest = desired.get(key)
    const informer = manifest && deps.policies.get(manifest.kind)
    if (manifest === undefined || informer === undefined) return awaitChange()
    return keepPolicy({ deps, informer, manifest, signal }, accepted)
  }
}

/** @param accepted digests of specs, by name and kind, to which the apiserver itself adds what we do not know */
async function keepPolicy(run: Restoration, accepted: Map<string, string>): Promise<ReconcileResult> {
  const { informer, manifest } = run
  if (!informer.synced) return requeueAfter(UNSYNCED_POLL_MS)
  const observed = informer.get(keyOf(manifest))
  const action = plan({ desired: manifest, observed })
  const key = upkeepKey(manifest.kind, manifest)
  if (action.type === 'none' || accepted.get(key) === digestOf(observed?.['spec'])) return awaitChange()
  const owned = await ownedAnew(run.deps, manifest, run.signal)
  if (owned === undefined) return requeueAfter(UNOWNED_POLL_MS)
  const due = plan({ desired: owned, observed })
  if (due.type === 'none') return awaitChange()
  const restored = await restore({ ...run, manifest: owned }, due)
  if (plan({ desired: owned, observed: restored }).type === 'patch') accepted.set(key, digestOf(restored['spec']))
  return awaitChange()
}

interface Restoration {
  readonly deps: UpkeepReconcilerDeps
  readonly informer: Informer
  readonly manifest: KubeObject
  readonly signal: AbortSignal
}

async function restore(
  { deps, informer, manifest, signal }: Restoration,
  action: Exclude<Action, { type: 'none' }>,
): Promise<KubeObject> {
  const { resource } = informer
  const restored =
    action.type === 'apply'
      ? await deps.client.apply(resource, manifest, { fieldManager: FIELD_MANAGER, signal })
      : await deps.client.patch(resource, keyOf(manifest), { type: 'merge', body: action.patch }, { signal })
  informer.observe(restored)
  tell(deps, restored, action.because)
  return restored
}

/**
 * A manifest with its owner, which may have been made anew.
 *
 * @returns undefined where there is none any more: the installation is being removed, and what belongs to it goes.
 */
async function ownedAnew(
  deps: UpkeepReconcilerDeps,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  if (deps.owner === undefined) return manifest
  const owner = await readOwner(deps, deps.owner.name, signal)
  return owner && withOwner(manifest, owner)
}

async function keepDefinition(
  deps: UpkeepReconcilerDeps,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<ReconcileResult> {
  // One that is being deleted is put back when it is gone.
  if (deps.definitions?.get(keyOf(manifest))?.metadata.deletionTimestamp !== undefined) return awaitChange()
  if (!(await registerCustomResource(deps, manifest, signal))) return awaitChange()
  tell(deps, manifest, 'it was deleted or changed')
  return awaitChange()
}

function tell({ log, metrics, recorder }: UpkeepReconcilerDeps, restored: KubeObject, because: string): void {
  const { kind, metadata } = restored
  metrics.restored(kind)
  log.warn('what the operator registered was put back', { kind, name: metadata.name, because })
  recorder.event(restored, 'Warning', 'RegistrationRestored', `The operator put it back, since ${because}`)
}
