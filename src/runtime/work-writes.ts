import { WORK } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isAlreadyExists, isNotFound } from '../kube/status-error.ts'
import { withoutFieldOwners } from '../object/field-owners.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import type { Informer } from './informer.ts'
import { ReconcileError } from './reconcile-error.ts'

/** What writing a Work needs. */
export interface WorkWriteDeps {
  readonly host: Pick<Client, 'create' | 'update' | 'get'>
  readonly works: Pick<Informer<Work>, 'observe'>
}

/** Creates a Work on the host. @throws StatusError AlreadyExists when the cache was behind: by then it no longer is. */
export async function createWork(deps: WorkWriteDeps, work: Work, signal: AbortSignal): Promise<void> {
  try {
    deps.works.observe(await deps.host.create(WORK, work, { signal }))
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    // With the live Work in the cache the next run merges.
    deps.works.observe(await deps.host.get(WORK, keyOf(work), { signal }))
    throw error
  }
}

/** Updates a Work on the host. @throws ReconcileError WorkTerminating (backoff) of one that is being deleted. */
export async function updateWork(deps: WorkWriteDeps, work: Work, signal: AbortSignal): Promise<void> {
  if (work.metadata.deletionTimestamp !== undefined) {
    const text = `work ${formatKey(keyOf(work))} is being deleted: its manifest is written when it is gone`
    throw new ReconcileError('WorkTerminating', text, { retry: 'backoff' })
  }
  deps.works.observe(await deps.host.update(WORK, withoutFieldOwners(work), { signal }))
}

/** Deletes this very Work from the host; one that is gone already will do. */
export async function deleteWork(
  { host }: { readonly host: Pick<Client, 'delete'> },
  work: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { uid } = work.metadata
    await host.delete(WORK, keyOf(work), { signal, ...(uid !== undefined && { uid }) })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
