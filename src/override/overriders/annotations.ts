import { applyEntries } from '../entries.ts'
import { overrideMetadata } from '../metadata-entries.ts'
import type { Overrider } from '../overrider.ts'

/** Changes the annotations of the object. @source spec/behaviour/overrides.md §5 */
export const annotations: Overrider = {
  field: 'annotationsOverrider',
  apply: (manifest, { annotationsOverrider: entries }) =>
    applyEntries(manifest, 'annotationsOverrider', {
      entries,
      change: (current, entry) => overrideMetadata(current, 'annotations', entry),
    }),
}
