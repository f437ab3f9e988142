import { overrideWords } from '../container-words.ts'
import { applyEntries } from '../entries.ts'
import type { Overrider } from '../overrider.ts'

/** Changes the command of containers. @source spec/behaviour/overrides.md §4 */
export const command: Overrider = {
  field: 'commandOverrider',
  apply: (manifest, { commandOverrider: entries }) =>
    applyEntries(manifest, 'commandOverrider', {
      entries,
      change: (current, entry) => overrideWords(current, 'command', entry),
    }),
}
