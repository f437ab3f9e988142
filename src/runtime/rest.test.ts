import { expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import { collectAtRest } from './rest.ts'

const MIB = 1024 ** 2
const LOOK_MS = 15_000

/** @param looks how busy the event loop was before each look */
async function collections(looks: readonly number[], usedBytes: number): Promise<readonly number[]> {
  const clock = newFakeClock()
  const seen: number[] = []
  let look = -1
  const utilization = (): number => looks[++look] ?? 0
  const collect = (): void => void seen.push(look)
  const stop = collectAtRest({ clock, log: silentLog, utilization, usedBytes: () => usedBytes, collect })
  for (const _ of looks) await clock.advance(LOOK_MS)
  stop()
  await clock.advance(LOOK_MS)
  expect(look).toBe(looks.length - 1)
  return seen
}

it.each<{ name: string; looks: readonly number[]; usedMiB?: number; at: readonly number[] }>([
  { name: 'once after the start', looks: [0.5, 0.3, 0.02, 0.01, 0.01], at: [2] },
  { name: 'once after each time that was busy', looks: [0.01, 0.2, 0.01, 0.01, 0.9, 0.8, 0.01], at: [0, 2, 6] },
  { name: 'never while there is always something to do', looks: [0.2, 0.1, 0.2, 0.11], at: [] },
  { name: 'never of a heap that takes long', looks: [0.01, 0.5, 0.01], usedMiB: 65, at: [] },
])('collects $name', async ({ looks, usedMiB = 24, at }) => {
  expect(await collections(looks, usedMiB * MIB)).toEqual(at)
})
