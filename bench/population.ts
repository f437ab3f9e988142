import { follow, type SightingOptions, tooLong } from './sightings.ts'

export type PopulationOptions = Pick<SightingOptions, 'client' | 'resource' | 'namespace'> & {
  /** Those that are counted. */
  readonly names: ReadonlySet<string>
}

/** How many of some objects a cluster holds, by a watch. */
export interface Population {
  /** Resolves with the time (of `performance.now()`, in milliseconds) at which it holds so many. @throws when that takes longer than five minutes. */
  until(count: number): Promise<number>
  stop(): void
}

/** Opens a watch. Resolves when nothing can be missed any more. */
export async function watchPopulation(options: PopulationOptions): Promise<Population> {
  const { client, resource, namespace, names } = options
  const abort = new AbortController()
  const { items, resourceVersion } = await client.list(resource, { namespace })
  const there = new Set(items.map(({ metadata }) => metadata.name).filter(name => names.has(name)))
  const waiting = new Map<number, (atMs: number) => void>()
  const ended = follow({ ...options, resourceVersion, signal: abort.signal }, ({ type, object }) => {
    const { name } = object.metadata
    if (!names.has(name)) return
    if (type === 'DELETED') there.delete(name)
    else there.add(name)
    waiting.get(there.size)?.(performance.now())
  })
  // Who waits gets it through the race; without one it must not end the process.
  ended.catch(() => undefined)
  return {
    until: count => {
      if (there.size === count) return Promise.resolve(performance.now())
      const reached = new Promise<number>(resolve => waiting.set(count, resolve))
      return Promise.race([reached, ended, tooLong(`${client.name}: ${count} of ${names.size} ${resource.kind}s`)])
    },
    stop: () => abort.abort(),
  }
}
