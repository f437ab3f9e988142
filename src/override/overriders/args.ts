import { overrideWords } from '../container-words.ts'
import { applyEntries } from '../entries.ts'
import type { Overrider } from '../overrider.ts'

/** Changes the arguments of containers. @source spec/behaviour/overrides.md §4 */
export const args: Overrider = {
  field: 'argsOverrider',
  apply: (manifest, { argsOverrider: entries }) =>
    applyEntries(manifest, 'argsOverrider', {
      entries,
      change: (current, entry) => overrideWords(current, 'args', entry),
    }),
}
