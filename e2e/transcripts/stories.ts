import type { TestFleet } from '../test-fleet.ts'
import type { TranscriptOptions } from './run-transcript.ts'

/** A transcript, in the order in which they run: one finds the fleet as the one before it left it. */
export interface Story extends TranscriptOptions {
  /** In this folder. */
  readonly file: string
  /** Makes what its commands find, beyond what commands can make. */
  readonly before?: (fleet: TestFleet) => Promise<void>
}

/** At first no member has joined; after `join.transcript` both have, until `unjoin.transcript`. */
export const STORIES: readonly Story[] = [{ file: 'calls.transcript' }]
