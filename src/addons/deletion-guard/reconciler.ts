import type { Resource } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound } from '../../kube/status-error.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import { planInUse } from './plan.ts'

/** A kind that can be guarded, and what uses an object of it. */
export interface GuardedKind {
  readonly resource: Resource
  readonly objects: Pick<Informer, 'get' | 'observe'>
  /** @param name of an object of the kind. */
  readonly isInUse: (name: string) => boolean
}

export interface GuardDeps {
  readonly host: Pick<Client, 'patch'>
  readonly guarded: GuardedKind
}

/** Keeps on a guarded object whether it is in use. The key is its name. */
export function newGuardReconciler({ host, guarded }: GuardDeps) {
  const { resource, objects, isInUse } = guarded
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const key = { namespace: '', name }
    const object: KubeObject | undefined = objects.get(key)
    const body = object && planInUse(object, () => isInUse(name))
    if (body === undefined) return awaitChange()
    try {
      objects.observe(await host.patch(resource, key, { type: 'merge', body }, { signal }))
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    return awaitChange()
  }
}
