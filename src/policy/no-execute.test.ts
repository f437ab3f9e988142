import { describe, expect, it } from '@jest/globals'
import { evictionDeadline, type TimedTaint, taintedSince } from './no-execute.ts'
import type { Toleration } from './toleration.ts'

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
const down: TimedTaint = { key: 'down', effect: 'NoExecute', timeAdded: at(0) }
const slow: TimedTaint = { key: 'slow', effect: 'NoExecute', timeAdded: at(10) }
const soft: TimedTaint = { key: 'soft', effect: 'NoSchedule', timeAdded: at(0) }
const exists = (key: string, tolerationSeconds?: number): Toleration => ({
  ...{ key, operator: 'Exists' },
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
})

// spec/behaviour/clusters.md §4
describe('evictionDeadline', () => {
  it.each<{
    name: string
    taints: readonly TimedTaint[]
    tolerations: readonly Toleration[]
    want: number | undefined
  }>([
    { name: 'no taint', taints: [], tolerations: [], want: undefined },
    { name: 'NoSchedule moves nothing', taints: [soft], tolerations: [], want: undefined },
    { name: 'not tolerated: at once', taints: [down], tolerations: [], want: 0 },
    { name: 'one of two not tolerated: at once', taints: [down, slow], tolerations: [exists('down')], want: 10 },
    { name: 'tolerated for ever', taints: [down], tolerations: [exists('down')], want: undefined },
    { name: 'tolerated for a while', taints: [down], tolerations: [exists('down', 60)], want: 60 },
    {
      name: 'the shortest of several tolerations',
      taints: [down],
      tolerations: [exists('down'), exists('down', 60), exists('down', 30)],
      want: 30,
    },
    {
      name: 'the first that ends of several taints',
      taints: [down, slow],
      tolerations: [exists('down', 60), exists('slow', 20)],
      want: 30,
    },
    { name: 'a negative time is none', taints: [down], tolerations: [exists('down', -5)], want: 0 },
    {
      name: 'a taint without a time waits for it',
      taints: [{ key: 'x', effect: 'NoExecute' }],
      tolerations: [],
      want: undefined,
    },
  ])('$name', ({ taints, tolerations, want }) => {
    const atMs = want === undefined ? undefined : Date.parse(at(want))
    expect(evictionDeadline(taints, tolerations)?.atMs).toBe(atMs)
  })

  it.each<{ name: string; tolerations: readonly Toleration[]; want: number | undefined }>([
    { name: 'holds where the placement says nothing', tolerations: [], want: 300 },
    { name: 'gives way to a shorter one of the placement', tolerations: [exists('down', 5)], want: 5 },
    { name: 'gives way to a longer one', tolerations: [exists('down', 900)], want: 900 },
    { name: 'gives way to one for ever', tolerations: [exists('down')], want: undefined },
  ])('the default toleration $name', ({ tolerations, want }) => {
    const atMs = want === undefined ? undefined : Date.parse(at(want))
    expect(evictionDeadline([down], tolerations, { keys: ['down'], seconds: 300 })?.atMs).toBe(atMs)
  })

  it('the default toleration is for its keys only', () => {
    expect(evictionDeadline([slow], [], { keys: ['down'], seconds: 300 })?.atMs).toBe(Date.parse(at(10)))
  })
})

it('taintedSince is the youngest NoExecute taint', () => {
  expect([taintedSince([down, slow, soft]), taintedSince([soft]), taintedSince()]).toEqual([
    at(10),
    undefined,
    undefined,
  ])
})
