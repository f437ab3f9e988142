import { expect, it } from '@jest/globals'
import type { ToldEvent } from '../read-events.ts'
import { listedEvents } from './list.ts'

const told = (type: string, atMs: number): ToldEvent => ({
  about: { kind: 'Pod', namespace: 'shop', name: 'web' },
  type,
  reason: 'Because',
  message: '',
  count: 1,
  atMs,
})
const answers = [
  { cluster: 'member1', answer: [told('Normal', 3), told('Warning', 1)] },
  { cluster: 'member2', answer: [told('Warning', 2)] },
]

it.each([
  { name: 'all, the latest last', only: undefined, want: ['member1 1', 'member2 2', 'member1 3'] },
  { name: 'warnings only', only: 'Warning', want: ['member1 1', 'member2 2'] },
])('$name', ({ only, want }) => {
  expect(listedEvents(answers, only).map(({ cluster, atMs }) => `${cluster} ${atMs}`)).toEqual(want)
})
