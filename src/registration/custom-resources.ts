import { API_VERSION, CRD_MANIFESTS } from '../api/generated/crds.ts'
import { CUSTOM_RESOURCE_DEFINITION } from '../api/kinds.ts'
import { FIELD_MANAGER } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { decide, isAsRegistered, markManifest, REGISTERED_SELECTOR, withGeneration } from './manifest.ts'

/** Between looks at a CRD, growing by half each time: it holds a hundred kilobytes, and a busy apiserver needs its time for serving it. */
const FIRST_POLL_MS = 100
const LAST_POLL_MS = 2000

/** Compiling the rules of a large CRD takes an apiserver that is just starting, or short of CPU, much longer than an ordinary write. */
const APPLY_TIMEOUT_MS = 60_000

export interface CustomResourceDeps {
  readonly client: Pick<Client, 'get' | 'apply' | 'patch'>
  readonly clock: Clock
  readonly log: Logger
}

/** @returns the CRDs of this release, marked with its version. */
export function listCustomResources(version: string = API_VERSION): readonly KubeObject[] {
  return CRD_MANIFESTS.map(text => {
    const manifest: KubeObject = JSON.parse(text)
    return markManifest(manifest, version)
  })
}

/**
 * Tells which CRDs stand as this very release registered them, by their metadata: all of them together are a small part of what
 * one holds, and a start that finds nothing new reads no more.
 *
 * @returns their names.
 */
export async function findRegistered(
  client: Pick<Client, 'list'>,
  manifests: readonly KubeObject[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const query = { labelSelector: REGISTERED_SELECTOR, content: 'metadata' } as const
  const { items } = await client.list(CUSTOM_RESOURCE_DEFINITION, query, { signal })
  const observed = new Map(items.map(object => [object.metadata.name, object]))
  const standing = manifests.filter(manifest => isAsRegistered(manifest, observed.get(manifest.metadata.name)))
  return new Set(standing.map(manifest => manifest.metadata.name))
}

/**
 * Brings a CRD up to date unless it is already, or a newer operator registered it.
 *
 * @returns whether anything was written.
 */
export async function registerCustomResource(
  deps: CustomResourceDeps,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  const key = keyOf(manifest)
  const observed = await readOrUndefined(deps, manifest, signal)
  const decision = decide(manifest, observed)
  if (decision.type === 'leave') {
    deps.log.warn('CRD left as it is: a newer version registered it', { name: key.name, version: decision.version })
  }
  if (decision.type !== 'apply') return false
  if (observed !== undefined) await dropConversionWebhook(deps, observed, signal)
  const options = { fieldManager: FIELD_MANAGER, timeoutMs: APPLY_TIMEOUT_MS, signal }
  const expected = (observed?.metadata.generation ?? 0) + 1
  const applied = await deps.client.apply(CUSTOM_RESOURCE_DEFINITION, withGeneration(manifest, expected), options)
  const { generation = expected } = applied.metadata
  // Only its metadata differed, or somebody else wrote it meanwhile.
  if (generation !== expected) {
    await deps.client.apply(CUSTOM_RESOURCE_DEFINITION, withGeneration(manifest, generation), options)
  }
  deps.log.info(observed === undefined ? 'CRD created' : 'CRD updated', { name: key.name })
  return true
}

/** A CRD of Karmada's converts by a webhook; ours have one version, and an apply cannot remove what another manager set. */
async function dropConversionWebhook(
  deps: CustomResourceDeps,
  observed: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  if (stringAt(observed, 'spec', 'conversion', 'strategy') !== 'Webhook') return
  const body = { spec: { conversion: { strategy: 'None', webhook: null } } }
  await deps.client.patch(CUSTOM_RESOURCE_DEFINITION, keyOf(observed), { type: 'merge', body }, { signal })
}

/**
 * Waits until the apiserver serves a CRD.
 *
 * @throws ReconcileError CrdNotInstalled (backoff) when it is not there, CrdNotEstablished (backoff) when it is not served
 *   after `timeoutMs`, with the apiserver's reason.
 */
export async function awaitEstablished(
  deps: CustomResourceDeps,
  options: { readonly manifest: KubeObject; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { name } = options.manifest.metadata
  const deadlineMs = deps.clock.monotonicMs() + options.timeoutMs
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 1.5, LAST_POLL_MS)) {
    const observed = await readOrUndefined(deps, options.manifest, signal)
    if (observed === undefined) throw notInstalled(name)
    const condition = listAt(observed, 'status', 'conditions').find(isAbout('Established'))
    if (stringAt(condition, 'status') === 'True') return
    if (deps.clock.monotonicMs() > deadlineMs) throw notEstablished(name, observed)
    await sleep(deps.clock, pauseMs, signal)
  }
}

const isAbout = (type: string) => (condition: unknown) => stringAt(condition, 'type') === type

function notInstalled(name: string): ReconcileError {
  const advice = 'let the operator install it (crds.install) or run kubectl apply --server-side -f crds/'
  return new ReconcileError('CrdNotInstalled', `CRD ${name} is not installed: ${advice}`, { retry: 'backoff' })
}

function notEstablished(name: string, observed: KubeObject): ReconcileError {
  const reasons = listAt(observed, 'status', 'conditions')
    .filter(condition => stringAt(condition, 'status') === 'False')
    .map(condition => stringAt(condition, 'message'))
  const why = reasons.length === 0 ? 'the apiserver has not judged it yet' : reasons.join('; ')
  return new ReconcileError('CrdNotEstablished', `CRD ${name} is not served: ${why}`, { retry: 'backoff' })
}

function readOrUndefined(
  deps: CustomResourceDeps,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  return findOrUndefined(() => deps.client.get(CUSTOM_RESOURCE_DEFINITION, keyOf(manifest), { signal }))
}
