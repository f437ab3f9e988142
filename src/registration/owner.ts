import type { Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isForbidden, isNotFound } from '../kube/status-error.ts'
import type { KubeObject, OwnerReference } from '../object/kube-object.ts'
import type { Logger } from '../runtime/logger.ts'
import { CLUSTER_ROLE } from './resources.ts'

export interface OwnerDeps {
  readonly client: Pick<Client, 'get'>
  readonly log: Logger
}

/**
 * Finds what the admission policies belong to: a ClusterRole of the installation. When that is removed, the host's garbage
 * collector removes them, so that nothing is judged in the name of an operator that is gone.
 *
 * @param name of the ClusterRole; '' for none.
 * @returns undefined when there is none, or it may not be read: the policies then stay until somebody deletes them.
 */
export async function readOwner(
  deps: OwnerDeps,
  name: string,
  signal: AbortSignal,
): Promise<OwnerReference | undefined> {
  if (name === '') return undefined
  try {
    return referenceTo(CLUSTER_ROLE, await deps.client.get(CLUSTER_ROLE, { namespace: '', name }, { signal }))
  } catch (error) {
    if (!isNotFound(error) && !isForbidden(error)) throw error
    deps.log.warn('Admission policies will not go with the installation: its ClusterRole cannot be read', {
      name,
      error,
    })
    return undefined
  }
}

function referenceTo({ group, version, kind }: Resource, { metadata }: KubeObject): OwnerReference | undefined {
  const { name, uid } = metadata
  return uid === undefined ? undefined : { apiVersion: `${group}/${version}`, kind, name, uid }
}

/** @returns the manifest with its owner in it. */
export function withOwner(manifest: KubeObject, owner: OwnerReference | undefined): KubeObject {
  if (owner === undefined) return manifest
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [owner] } }
}
