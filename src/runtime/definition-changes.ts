import type { Clock } from './clock.ts'
import type { Informer } from './informer.ts'

/** An apiserver tells of a new kind in its discovery a little later than on the definition. */
const DISCOVERY_LAG_MS = 1_000

/**
 * Tells when kinds may have come or gone, by the CustomResourceDefinitions of a cluster.
 *
 * @param definitions of which the names are enough
 * @param onChange gets the API group of a definition that changed, at once and again a little later
 * @returns ends it.
 */
export function onDefinitionChange(
  { definitions, clock }: { readonly definitions: Pick<Informer, 'addHandler'>; readonly clock: Pick<Clock, 'after'> },
  onChange: (group: string) => void,
): () => void {
  const again = new Map<string, () => void>()
  const remove = definitions.addHandler(change => {
    if (change.type === 'added' && change.initial) return
    // The name of a definition is `<plural>.<group>`.
    const group = change.object.metadata.name.replace(/^[^.]*\./, '')
    onChange(group)
    again.get(group)?.()
    again.set(
      group,
      clock.after(DISCOVERY_LAG_MS, () => {
        again.delete(group)
        onChange(group)
      }),
    )
  })
  return () => {
    remove()
    for (const cancel of again.values()) cancel()
  }
}
