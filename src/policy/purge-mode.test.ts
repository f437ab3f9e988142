import { expect, it } from '@jest/globals'
import { isPurgedAtOnce, purgeModeOf } from './purge-mode.ts'

it.each([
  { says: 'Directly', means: 'Directly' },
  { says: 'Gracefully', means: 'Gracefully' },
  { says: 'Never', means: 'Never' },
  { says: 'Immediately', means: 'Directly' },
  { says: 'Graciously', means: 'Gracefully' },
  { says: undefined, means: 'Gracefully' },
  { says: '', means: 'Gracefully' },
  { says: 'constructor', means: 'Gracefully' },
])('$says means $means', ({ says, means }) => {
  expect(purgeModeOf(says)).toBe(means)
  expect(isPurgedAtOnce(says === undefined ? {} : { purgeMode: says })).toBe(means === 'Directly')
})
