import { LABEL } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isAlreadyExists, isInvalid, isNotFound } from '../../kube/status-error.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { resourceOf } from '../made-resources.ts'

/** What a command has made so far, so that a failure leaves nothing behind. */
export interface Made {
  /** Makes an object, or brings one that is there already to what it should be. @returns it as the apiserver has it. */
  ensure(client: Client, object: KubeObject, signal: AbortSignal): Promise<KubeObject>
  /** Deletes what was made here, the last first. @returns what could not be deleted, and why. */
  undo(): Promise<readonly string[]>
}

export function newMade(): Made {
  const made: { readonly client: Client; readonly object: KubeObject }[] = []
  return {
    ensure: async (client, object, signal) => {
      try {
        const created = await client.create(resourceOf(object), object, { signal })
        made.push({ client, object: created })
        return created
      } catch (error) {
        if (isAlreadyExists(error)) return bring(client, object, signal)
        throw error
      }
    },
    undo: async () => {
      const left: string[] = []
      for (const { client, object } of made.toReversed()) {
        const failure = await deleteObject(client, object)
        if (failure !== undefined) left.push(`${nameOf(object)}: ${failure}`)
      }
      return left
    },
  }
}

async function bring(client: Client, object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
  try {
    return await client.apply(resourceOf(object), object, { signal })
  } catch (error) {
    // What a binding points at cannot change: another preset was asked for.
    if (!isInvalid(error) || object['roleRef'] === undefined) throw error
    const there = await readOne(client, object, signal)
    // Of somebody else.
    if (there !== undefined && there.metadata.labels?.[LABEL.system] !== 'true') throw error
    await client.delete(resourceOf(object), keyOf(object), { signal })
    return client.create(resourceOf(object), object, { signal })
  }
}

/** Deletes an object, and only this incarnation of it. @returns why it is still there; undefined when it is gone. */
async function deleteObject(client: Client, object: KubeObject): Promise<string | undefined> {
  const { uid } = object.metadata
  try {
    await client.delete(resourceOf(object), keyOf(object), { ...(uid !== undefined && { uid }) })
    return undefined
  } catch (error) {
    return isNotFound(error) ? undefined : error instanceof Error ? error.message : String(error)
  }
}

/** @returns `ServiceAccount karmada-cluster/flotilla-member1`. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`
}

/** @returns the object as it is now; undefined when it is not there. */
export function readOne(client: Client, object: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
  return findOrUndefined(() => client.get(resourceOf(object), keyOf(object), { signal }))
}
