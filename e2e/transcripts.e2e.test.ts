import { beforeAll, expect, it, jest } from '@jest/globals'
import { useFleet } from './test-fleet.ts'
import { makePlace, type Place, runTranscript } from './transcripts/run-transcript.ts'
import { STORIES } from './transcripts/stories.ts'

// What the commands of the command line say, word for word, errors included: e2e/transcripts/*.transcript. UPDATE_TRANSCRIPTS=1
// writes the files anew; read the difference before it is committed.

jest.setTimeout(600_000)

const fleet = useFleet({ host: 'ordinary', members: 2, join: false })
let place: Place

beforeAll(async () => {
  place = await makePlace(fleet)
})

it.each(STORIES)('$file', async ({ file, before, ...options }) => {
  await before?.(fleet, place)
  const { written, seen } = await runTranscript(place, file, options)
  expect(seen).toBe(written)
})
