import { describe, expect, it } from '@jest/globals'
import type { Cluster } from '../object/karmada-objects.ts'
import { keyOf } from '../object/object-key.ts'
import type { ChangeHandler } from '../runtime/informer.ts'
import { a, condition } from '../testing/builders.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { newFirstLooks } from './first-looks.ts'

const LIMIT_MS = 12_000
const NOT_READY = { key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule' } as const
const clusterThatIs = (name: string, status: 'True' | 'False', spec: Partial<Cluster['spec']> = {}) =>
  a.cluster({ name, spec, status: { conditions: [condition('Ready', status)] } })

/** Clusters as they are when the operator starts, and what becomes of them. */
function started(...clusters: readonly Cluster[]) {
  const lister = newMapLister(clusters)
  const handlers = new Set<ChangeHandler<Cluster>>()
  const clock = newFakeClock()
  const cache = {
    get: lister.get,
    list: lister.list,
    addHandler: (handler: ChangeHandler<Cluster>) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
  const looks = newFirstLooks(cache, clock)
  const abort = new AbortController()
  let isKnown = false
  void looks.wait(LIMIT_MS, abort.signal).then(() => {
    isKnown = true
  })
  return {
    looked: looks.looked,
    wasLookedAt: looks.wasLookedAt,
    clock,
    abort,
    change: (object: Cluster, type: 'updated' | 'deleted' = 'updated') => {
      if (type === 'updated') lister.set(object)
      else lister.delete(keyOf(object))
      for (const handler of handlers)
        handler(type === 'updated' ? { type, object, previous: object } : { type, object })
    },
    isKnown: async () => {
      await new Promise(setImmediate)
      return isKnown
    },
  }
}

describe('what Clusters say when the operator starts', () => {
  it('is known at once when none claims to be ready', async () => {
    expect(await started(clusterThatIs('m1', 'False', { taints: [NOT_READY] })).isKnown()).toBe(true)
  })

  it('is known when each that claims to be ready was looked at', async () => {
    const down = clusterThatIs('m3', 'False', { taints: [NOT_READY] })
    const fleet = started(clusterThatIs('m1', 'True'), clusterThatIs('m2', 'True'), down)
    fleet.looked('m1')
    expect(await fleet.isKnown()).toBe(false)
    fleet.looked('m2')
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is known only when one that would be emptied was looked at as well', async () => {
    const taints = [NOT_READY, { key: 'down', effect: 'NoExecute' as const }]
    const fleet = started(clusterThatIs('m1', 'False', { taints }))
    expect([await fleet.isKnown(), fleet.wasLookedAt('m1')]).toEqual([false, false])
    expect([fleet.looked('m1'), fleet.looked('m1'), fleet.wasLookedAt('m1')]).toEqual([true, false, true])
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is known only with the taint of one that turned out not to be ready', async () => {
    const fleet = started(clusterThatIs('m1', 'True'))
    fleet.change(clusterThatIs('m1', 'False'))
    fleet.looked('m1')
    expect(await fleet.isKnown()).toBe(false)
    fleet.change(clusterThatIs('m1', 'False', { taints: [NOT_READY] }))
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is known only with the taint of one that was seen to be down before', async () => {
    const fleet = started(clusterThatIs('m1', 'True'), clusterThatIs('m2', 'False'))
    fleet.looked('m1')
    expect(await fleet.isKnown()).toBe(false)
    fleet.change(clusterThatIs('m2', 'False', { taints: [NOT_READY] }))
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is known without the taint of one that is down and deleted', async () => {
    const cluster = clusterThatIs('m1', 'False')
    const metadata = { ...cluster.metadata, deletionTimestamp: '2026-11-22T06:00:00Z' }
    expect(await started({ ...cluster, metadata }).isKnown()).toBe(true)
  })

  it('is known without one that is gone', async () => {
    const fleet = started(clusterThatIs('m1', 'True'))
    fleet.change(clusterThatIs('m1', 'True'), 'deleted')
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is not waited for longer than a while', async () => {
    const fleet = started(clusterThatIs('m1', 'True'))
    await fleet.clock.advance(LIMIT_MS - 1)
    expect(await fleet.isKnown()).toBe(false)
    await fleet.clock.advance(1)
    expect(await fleet.isKnown()).toBe(true)
  })

  it('is not waited for by an operator that is to end', async () => {
    const fleet = started(clusterThatIs('m1', 'True'))
    fleet.abort.abort()
    expect(await fleet.isKnown()).toBe(true)
  })
})
