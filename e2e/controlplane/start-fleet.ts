import type { DetachedOptions, Fleet, FleetOptions } from './fleet.ts'
import { openKindFleet, startKindFleet, stopKindFleet } from './kind-fleet.ts'
import { openLocalFleet, startLocalFleet, stopLocalFleet } from './local-fleet.ts'
import { currentProvider } from './provider.ts'

/**
 * Starts a host and its members with the provider of this machine (provider.ts tells which); resolves when all can be
 * used. Unless detached, everything ends with this process, however that ends.
 */
export function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  return currentProvider(options) === 'kind' ? startKindFleet(options) : startLocalFleet(options)
}

/**
 * Finds the detached fleet of a directory again and starts what ended meanwhile.
 * @returns undefined when the directory holds none.
 */
export async function openFleet(options: DetachedOptions): Promise<Fleet | undefined> {
  return (await openLocalFleet(options)) ?? (await openKindFleet(options))
}

/** Ends the detached fleet of a directory, running or not, and removes the directory. @returns whether there was one. */
export async function stopFleet(options: DetachedOptions): Promise<boolean> {
  return (await stopLocalFleet(options)) || (await stopKindFleet(options))
}
