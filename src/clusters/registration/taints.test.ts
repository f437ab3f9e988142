import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../../api/generated/cluster.ts'
import { automaticTaints } from './taints.ts'

const NOW = '2026-11-21T06:00:00Z'
const taint = (key: string, effect: Taint['effect'] = 'NoSchedule', timeAdded = '2026-01-01T00:00:00Z'): Taint => ({
  key,
  effect,
  timeAdded,
})
const notReady = taint('cluster.karmada.io/not-ready')
const unreachable = taint('cluster.karmada.io/unreachable')
const cordon = taint('cluster.karmada.io/unschedulable')

// spec/behaviour/clusters.md §3
describe('automaticTaints', () => {
  it.each<{ name: string; taints: readonly Taint[]; ready: string | undefined; want: readonly Taint[] }>([
    { name: 'a ready cluster loses both', taints: [notReady, unreachable], ready: 'True', want: [] },
    { name: 'not ready is added', taints: [], ready: 'False', want: [{ ...notReady, timeAdded: NOW }] },
    {
      name: 'not ready replaces unreachable',
      taints: [unreachable, cordon],
      ready: 'False',
      want: [cordon, { ...notReady, timeAdded: NOW }],
    },
    {
      name: 'unreachable replaces not ready',
      taints: [notReady],
      ready: 'Unknown',
      want: [{ ...unreachable, timeAdded: NOW }],
    },
    {
      name: 'a cluster that never reported is not ready',
      taints: [],
      ready: undefined,
      want: [{ ...notReady, timeAdded: NOW }],
    },
    {
      name: 'the same key with another effect is the user’s',
      taints: [taint('cluster.karmada.io/not-ready', 'NoExecute')],
      ready: 'True',
      want: [taint('cluster.karmada.io/not-ready', 'NoExecute')],
    },
  ])('$name', ({ taints, ready, want }) => expect(automaticTaints(taints, ready, NOW)).toEqual(want))

  it.each([
    ['True', [cordon]],
    ['False', [notReady]],
    ['Unknown', [unreachable]],
  ] as const)('gives the same list when nothing changes (%s)', (ready, taints) =>
    expect(automaticTaints(taints, ready, NOW)).toBe(taints),
  )
})
