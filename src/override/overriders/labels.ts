import { applyEntries } from '../entries.ts'
import { overrideMetadata } from '../metadata-entries.ts'
import type { Overrider } from '../overrider.ts'

/** Changes the labels of the object. @source spec/behaviour/overrides.md §5 */
export const labels: Overrider = {
  field: 'labelsOverrider',
  apply: (manifest, { labelsOverrider: entries }) =>
    applyEntries(manifest, 'labelsOverrider', {
      entries,
      change: (current, entry) => overrideMetadata(current, 'labels', entry),
    }),
}
