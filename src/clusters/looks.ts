/** Which clusters were looked at since this process began, by it or, as it was told, by another replica. */
export interface Looks {
  looked(cluster: string): void
  /** A late handler is told of all. @returns removes the handler. */
  addHandler(handler: (cluster: string) => void): () => void
}

export function newLooks(): Looks {
  const seen = new Set<string>()
  const handlers = new Set<(cluster: string) => void>()
  return {
    looked: cluster => {
      seen.add(cluster)
      for (const handler of handlers) handler(cluster)
    },
    addHandler: handler => {
      handlers.add(handler)
      for (const cluster of seen) handler(cluster)
      return () => handlers.delete(handler)
    },
  }
}
