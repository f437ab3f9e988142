import { expect, it } from '@jest/globals'
import type { Taint } from '../api/generated/cluster.ts'
import { a } from '../testing/builders.ts'
import { standingTaints } from './standing-taints.ts'

const since = '2026-01-01T00:00:00Z'
const ours: Taint = { key: 'cluster.karmada.io/not-ready', effect: 'NoExecute', timeAdded: since }
const theirs: Taint = { key: 'repair', effect: 'NoExecute', timeAdded: since }
const marked = { 'flotilla.dev/failover-taint': since }
const away = { conditions: [] }

it.each([
  { name: 'all stand in an outage', cluster: { annotations: marked, status: away }, want: [ours, theirs] },
  { name: 'that of an outage that is over does not', cluster: { annotations: marked }, want: [theirs] },
  { name: 'one that somebody else set does', cluster: {}, want: [ours, theirs] },
])('$name', ({ cluster, want }) => {
  expect(standingTaints(a.cluster({ ...cluster, spec: { taints: [ours, theirs] } }))).toEqual(want)
})
