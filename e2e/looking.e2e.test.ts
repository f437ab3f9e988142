import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, jest } from '@jest/globals'
import { type TestFleet, useFleet } from './test-fleet.ts'
import { makePlace, type Place, runTranscript } from './transcripts/run-transcript.ts'
import type { Story } from './transcripts/stories.ts'

// What the commands that look at a fleet say, word for word (transcripts.e2e.test.ts has those that change it).

jest.setTimeout(600_000)

const STORIES: readonly Story[] = [
  {
    file: 'look.transcript',
    replacements: [[/\brose-(?!deployment)[0-9a-z]{8,10}(-[0-9a-z]{5})?\b/g, 'rose-<hash>']],
    before: writeVisitor,
  },
  { file: 'why.transcript' },
  { file: 'member-down.transcript', before: async fleet => fleet.member('member2').stop('apiserver') },
  { file: 'no-operator.transcript', before: async fleet => fleet.operator.process.stop() },
]

// What is told of a member that is down changes once it counts as not ready: by default after half a minute.
const fleet = useFleet({
  host: 'ordinary',
  members: 2,
  configuration: { clusters: { failureThresholdMs: 600_000 } },
})
let place: Place

beforeAll(async () => {
  place = await makePlace(fleet)
})

it.each(STORIES)('$file', async ({ file, before, ...options }) => {
  await before?.(fleet, place)
  const { written, seen } = await runTranscript(place, file, options)
  expect(seen).toBe(written)
})

/** Somebody who may look at the host, and at first nothing else. */
async function writeVisitor({ host }: TestFleet, directory: Place): Promise<void> {
  const { text } = await host.kubeconfigFor({ serviceAccount: 'visitor', namespace: 'default', clusterRole: 'view' })
  writeFileSync(join(directory, 'visitor.kubeconfig'), text)
}
