import type { Resource } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { isConflict, StatusError } from '../../kube/status-error.ts'
import { formatGvk, gvkOf } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { type Clock, sleep } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import { inTurn } from './in-turn.ts'
import type { HostItem } from './survey.ts'

/** Who writes on the host, so that a second run takes back what Karmada took back. */
export const MIGRATION_MANAGER = 'flotilla-migrate'

export interface WriteDeps {
  readonly host: Pick<Client, 'apply' | 'create' | 'patch'>
  readonly discovery: Pick<Discovery, 'resourceFor' | 'invalidate'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long a kind whose CRD was just brought may take until it is served. */
const SERVED_MS = 60_000
const LOOK_MS = 500

/** Writes what is missing on the host or has changed in Karmada. @returns how many were written. */
export async function writeItems(deps: WriteDeps, items: readonly HostItem[]): Promise<number> {
  const due = items.filter(({ plan }) => plan.action === 'create' || plan.action === 'update')
  await inTurn(due, item => writeItem(deps, item))
  return due.length
}

async function writeItem(deps: WriteDeps, { wanted, plan }: HostItem): Promise<void> {
  const resource = await untilServed(deps, wanted)
  const { status, ...object } = wanted
  const whole = { ...object, apiVersion: wanted.apiVersion, kind: wanted.kind, metadata: wanted.metadata }
  const options = { fieldManager: MIGRATION_MANAGER, signal: deps.signal }
  try {
    await applyOrCreate(deps, { resource, object: whole }, { ...options, force: plan.action === 'update' })
  } catch (failure) {
    throw new CommandError(`${wanted.kind} ${wanted.metadata.name} cannot be written: ${messageOf(failure)}`, {
      cause: failure,
    })
  }
  // What the members told last: without it the template's status would begin at nothing.
  if (status !== undefined && plan.action === 'create')
    await deps.host.patch(
      resource,
      keyOf(wanted),
      { type: 'merge', body: { status } },
      { ...options, subresource: 'status' },
    )
}

async function applyOrCreate(
  { host }: WriteDeps,
  { resource, object }: { readonly resource: Resource; readonly object: KubeObject },
  options: { readonly fieldManager: string; readonly signal: AbortSignal; readonly force: boolean },
): Promise<void> {
  try {
    await host.apply(resource, object, options)
  } catch (failure) {
    // What apply cannot merge (the same key twice in a list) can be made as a whole.
    const isUnappliable = failure instanceof StatusError && failure.message.includes('duplicate entries for key')
    if (!isUnappliable || options.force || isConflict(failure)) throw failure
    await host.create(resource, object, { fieldManager: options.fieldManager, signal: options.signal })
  }
}

async function untilServed({ discovery, clock, signal }: WriteDeps, object: KubeObject): Promise<Resource> {
  const deadlineMs = clock.monotonicMs() + SERVED_MS
  for (;;) {
    const resource = await discovery.resourceFor(gvkOf(object))
    if (resource !== undefined) return resource
    if (clock.monotonicMs() > deadlineMs) throw new CommandError(`the host does not serve ${formatGvk(gvkOf(object))}`)
    await sleep(clock, LOOK_MS, signal)
    discovery.invalidate()
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
