import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestFleet } from '../test-fleet.ts'
import type { Place, TranscriptOptions } from './run-transcript.ts'

/** A transcript, in the order in which they run: one finds the fleet as the one before it left it. */
export interface Story extends TranscriptOptions {
  /** In this folder. */
  readonly file: string
  /** Makes what its commands find, beyond what commands can make. */
  readonly before?: (fleet: TestFleet, place: Place) => Promise<void>
}

/** At first no member has joined; after `join.transcript` both have, until `unjoin.transcript`. */
export const STORIES: readonly Story[] = [
  { file: 'calls.transcript' },
  { file: 'join.transcript', before: writeVisitor },
  { file: 'taint.transcript' },
  { file: 'preview.transcript' },
  { file: 'promote.transcript', replacements: [[/\bweb-[0-9a-f]{8,10}\b/g, 'web-<hash>']] },
  { file: 'drain.transcript' },
  {
    file: 'doctor.transcript',
    replacements: [
      [/(The controller manager writes the status of Deployments).*/g, '$1 <of some>.'],
      [/\b\d+ (CRDs|admission|rights|files)/g, '<n> $1'],
    ],
  },
  { file: 'unjoin.transcript' },
  { file: 'pull-mode.transcript' },
]

/** Somebody in member1 who may look and nothing else. */
async function writeVisitor(fleet: TestFleet, place: Place): Promise<void> {
  const identity = { serviceAccount: 'visitor', namespace: 'default', clusterRole: 'view' }
  const { text } = await fleet.member('member1').kubeconfigFor(identity)
  writeFileSync(join(place, 'visitor.kubeconfig'), text)
}
