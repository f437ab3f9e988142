import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../api/generated/cluster.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { type BrakeSettings, fleetOf, haltOfCluster, haltOfReplicas, lostShare } from './brake.ts'

const SETTINGS: BrakeSettings = { clusterShare: 0.5, replicaShare: 0.5, minClusters: 2, windowSeconds: 600 }
const at = (seconds: number): string => `${new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19)}Z`
const down = (seconds: number): Taint => ({ key: 'down', effect: 'NoExecute', timeAdded: at(seconds) })
const healthy = (name: string): Cluster => a.cluster({ name })
const tainted = (name: string, seconds = 0, confirm?: string): Cluster => {
  const annotations = confirm === undefined ? {} : { [ANNOTATION.confirmEviction]: confirm }
  return a.cluster({ name, annotations, spec: { taints: [down(seconds)] } })
}
const leaving = (name: string): Cluster =>
  a.cluster({ name, metadata: { deletionTimestamp: at(0) }, spec: { taints: [down(0)] } })

describe('the brake on clusters', () => {
  it.each<{ name: string; clusters: readonly Cluster[]; halted: boolean }>([
    { name: 'the only cluster is left', clusters: [tainted('m1')], halted: false },
    { name: 'one of two is left', clusters: [tainted('m1'), healthy('m2')], halted: false },
    { name: 'two of two are not', clusters: [tainted('m1'), tainted('m2')], halted: true },
    { name: 'one of three is left', clusters: [tainted('m1'), healthy('m2'), healthy('m3')], halted: false },
    { name: 'two of three are not', clusters: [tainted('m1'), tainted('m2'), healthy('m3')], halted: true },
    {
      name: 'two of four are just the share',
      clusters: [tainted('m1'), tainted('m2'), healthy('m3'), healthy('m4')],
      halted: false,
    },
    {
      name: 'what was tainted long before is another matter',
      clusters: [tainted('m1', 601), tainted('m2', 0), healthy('m3')],
      halted: false,
    },
    {
      name: 'one that is deleted is no part of the fleet',
      clusters: [tainted('m1'), leaving('m2'), healthy('m3')],
      halted: false,
    },
    {
      name: 'one that is confirmed is left',
      clusters: [tainted('m1', 5, at(5)), tainted('m2'), healthy('m3')],
      halted: false,
    },
    {
      name: 'a confirmation of an earlier incident is none',
      clusters: [tainted('m1', 5, at(4)), tainted('m2'), healthy('m3')],
      halted: true,
    },
    {
      name: 'the confirmation of another cluster is none',
      clusters: [tainted('m1'), tainted('m2', 0, at(0)), healthy('m3')],
      halted: true,
    },
  ])('$name', ({ clusters, halted }) => {
    expect(haltOfCluster('m1', fleetOf(clusters), SETTINGS) !== undefined).toBe(halted)
  })

  it('says how much it is, and how to go on', () => {
    const fleet = fleetOf([tainted('m1'), tainted('m2'), healthy('m3')])
    expect(haltOfCluster('m1', fleet, SETTINGS)).toEqual({
      reason: 'TooManyClusters',
      message:
        '2 of 3 clusters were tainted NoExecute within 600 s: m1, m2. Nothing leaves them. ' +
        'To move the workloads all the same: kubectl annotate --overwrite cluster m1 flotilla.dev/confirm-eviction=2026-01-01T00:00:00Z',
    })
  })
})

describe('the brake on replicas', () => {
  const others = ['m4', 'm5', 'm6', 'm7', 'm8'].map(healthy)
  const spec = {
    replicas: 4,
    clusters: [
      { name: 'm1', replicas: 2 },
      { name: 'm2', replicas: 1 },
      { name: 'm4', replicas: 1 },
    ],
  }
  const two = [
    { cluster: 'm1', replicas: 2 },
    { cluster: 'm2', replicas: 1 },
  ]
  it.each([
    {
      name: 'three of four in two clusters stay',
      clusters: [tainted('m1'), tainted('m2')],
      leaving: two,
      halted: true,
    },
    {
      name: 'one cluster alone is left, whatever it has',
      clusters: [tainted('m1'), healthy('m2')],
      leaving: [{ cluster: 'm1', replicas: 4 }],
      halted: false,
    },
    {
      name: 'two clusters with half of them are left',
      clusters: [tainted('m1'), tainted('m2')],
      leaving: [
        { cluster: 'm1', replicas: 1 },
        { cluster: 'm2', replicas: 1 },
      ],
      halted: false,
    },
    {
      name: 'incidents far apart do not add up',
      clusters: [tainted('m1', 700), tainted('m2')],
      leaving: two,
      halted: false,
    },
    {
      name: 'confirmed they are left',
      clusters: [tainted('m1', 0, at(0)), tainted('m2')],
      leaving: two,
      halted: false,
    },
  ])('$name', ({ clusters, leaving: what, halted }) => {
    const input = { spec, leaving: what, fleet: fleetOf([...clusters, ...others]) }
    expect(haltOfReplicas('m1', input, SETTINGS) !== undefined).toBe(halted)
  })
})

describe('lostShare', () => {
  const targets = (...replicas: readonly number[]) =>
    replicas.map((count, i) => ({ name: `m${i + 1}`, replicas: count }))
  it.each([
    {
      name: 'of divided replicas',
      spec: { replicas: 4, clusters: targets(3, 1) },
      leaving: [{ cluster: 'm1', replicas: 3 }],
      want: 0.75,
    },
    {
      name: 'of copies, where each cluster has all',
      spec: { replicas: 2, clusters: targets(2, 2, 2, 2) },
      leaving: [{ cluster: 'm1', replicas: 2 }],
      want: 0.25,
    },
    {
      name: 'of copies, where there are no replicas',
      spec: { clusters: targets(0, 0) },
      leaving: [{ cluster: 'm1', replicas: 0 }],
      want: 0.5,
    },
    {
      name: 'with what has left already',
      spec: { clusters: targets(0) },
      leaving: [
        { cluster: 'm1', replicas: 0 },
        { cluster: 'm9', replicas: 0 },
      ],
      want: 1,
    },
    {
      name: 'of replicas that moved to the next one that is left: all at most',
      spec: { replicas: 5, clusters: targets(0, 2, 3).slice(1) },
      leaving: [
        { cluster: 'm3', replicas: 3 },
        { cluster: 'm1', replicas: 3 },
      ],
      want: 1,
    },
    { name: 'of nothing', spec: {}, leaving: [], want: 0 },
  ])('$name', ({ spec, leaving: what, want }) => expect(lostShare(spec, what)).toBe(want))
})
