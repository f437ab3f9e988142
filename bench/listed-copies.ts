import type { Resource } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import type { KubeObject } from '../src/object/kube-object.ts'

/** A list of objects that is made while it is read. */
export interface MadeList {
  readonly count: number
  /** @returns the JSON of an object. */
  readonly textOf: (index: number) => string
}

/** After all that such a list holds. */
const VERSION = '1000000000'

/** What an informer needs of an apiserver, for lists that are made; the watch that follows tells nothing. */
export function listingClient(
  name: string,
  listOf: (resource: Resource) => MadeList | undefined,
): Pick<Client, 'name' | 'listPage' | 'watch'> {
  return {
    name,
    listPage: async (resource, { limit = 500, continue: next = '0' }) => {
      const { count, textOf } = listOf(resource) ?? { count: 0, textOf: () => '' }
      const from = Number(next)
      const to = Math.min(count, from + limit)
      const items = Array.from({ length: to - from }, (_, offset) => decode(textOf(from + offset), from + offset + 1))
      return { items, resourceVersion: VERSION, ...(to < count && { continue: String(to) }) }
    },
    watch: async function* (_resource, _query, { signal, onOpen }) {
      onOpen?.()
      await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
}

function decode(text: string, version: number): KubeObject {
  // What was stored is an object.
  const object = JSON.parse(text) as KubeObject
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
}
