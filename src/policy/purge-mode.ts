/** What becomes of the copy in a cluster that is left. */
export type PurgeMode = 'Directly' | 'Gracefully' | 'Never'

/** What earlier versions of the API wrote. */
const LEGACY: Readonly<Record<string, PurgeMode>> = { Immediately: 'Directly', Graciously: 'Gracefully' }

/**
 * The purge mode that a task or a policy says, in today's words.
 *
 * @returns Gracefully for what says nothing, or nothing known: the mode that loses least.
 * @source spec/behaviour/clusters.md §4, propagation.md §8 item 1
 * @example purgeModeOf('Immediately') // 'Directly'
 */
export function purgeModeOf(value: string | undefined): PurgeMode {
  if (value === 'Directly' || value === 'Never') return value
  return (value !== undefined && Object.hasOwn(LEGACY, value) && LEGACY[value]) || 'Gracefully'
}

/** Whether the copy goes at once, before its replacement is there. */
export function isPurgedAtOnce(task: { readonly purgeMode?: string }): boolean {
  return purgeModeOf(task.purgeMode) === 'Directly'
}
