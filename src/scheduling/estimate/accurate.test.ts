import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../../testing/fake-clock.ts'
import { memberRoom, nodeRoom } from '../../testing/member-room.ts'
import type { SchedulableSpec, TargetCluster } from '../placement.ts'
import { newAccurateEstimator } from './accurate.ts'
import { newRoomEstimate } from './available.ts'
import { newInFlight } from './in-flight.ts'
import { type MemberRoom, workloadKey } from './member-room.ts'

const KEY = (name: string) => workloadKey({ group: 'apps', kind: 'Deployment', namespace: 'shop', name })
const web = (name: string, fields: Partial<SchedulableSpec> = {}): SchedulableSpec => ({
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name },
  replicas: 2,
  replicaRequirements: { resourceRequest: { cpu: '1' } },
  placement: {},
  ...fields,
})
const to = (replicas: number, name = 'm1'): readonly TargetCluster[] => [{ name, replicas }]

const onFreed = (): undefined => undefined

/** A member m1 of one node with 4 CPUs; m2 does not answer. */
function setUp() {
  const clock = newFakeClock()
  const health = new Map<string, boolean>()
  const freed: string[] = []
  let room: MemberRoom = memberRoom([nodeRoom()])
  const roomOf = (name: string) => (name === 'm1' ? room : undefined)
  const inFlight = newInFlight({
    ...{ clock, roomOf, onFreed: () => freed.push('') },
    isHealthy: (binding, cluster) => health.get(`${binding} ${cluster}`),
  })
  const estimator = newAccurateEstimator({ roomOf, inFlight })
  return {
    clock,
    freed,
    fits: (spec: SchedulableSpec) => estimator.estimate(spec).get('m1'),
    fitsInSilence: (spec: SchedulableSpec) => estimator.estimate(spec).get('m2'),
    assign: (name: string, clusters: readonly TargetCluster[], before: readonly TargetCluster[] = []) =>
      estimator.assigned({ binding: `shop/${name}`, spec: web(name, { clusters }), before }),
    /** The member tells of pods with a node: each takes a CPU. */
    see: (placed: Readonly<Record<string, number>>) => {
      const pods = Object.values(placed).reduce((sum, count) => sum + count, 0)
      const byKey = Object.fromEntries(Object.entries(placed).map(([name, count]) => [KEY(name), count]))
      room = memberRoom([nodeRoom({ pods, requested: { cpu: pods } })], { placed: byKey, version: room.version + 1 })
    },
    report: (name: string, healthy: boolean) => health.set(`shop/${name} m1`, healthy),
    forget: (name: string) => inFlight.forget(`shop/${name}`),
  }
}

describe('the accurate estimate (scheduling.md §6.2)', () => {
  it('is what the nodes take', () => expect(setUp().fits(web('web'))).toBe(4))
  it('is -1 for a member that does not answer', () => expect(setUp().fitsInSilence(web('web'))).toBe(-1))
  it('is what the quotas leave, where that is less', () => {
    const quotas = [{ free: new Map([['pods', 1]]), scopes: [] }]
    const room = memberRoom([nodeRoom()], { quotas })
    const inFlight = newInFlight({ clock: newFakeClock(), onFreed, roomOf: () => room, isHealthy: () => undefined })
    expect(
      newAccurateEstimator({ roomOf: () => room, inFlight })
        .estimate(web('web'))
        .get('m1'),
    ).toBe(1)
  })

  it('takes the place of the grades of nodes, and stays below the sums', () => {
    const allocatable = { cpu: '3', pods: '110' }
    const resourceSummary = { allocatable, allocatableModelings: [{ grade: 1, count: 1 }] }
    const cluster = { metadata: { name: 'm1' }, status: { resourceSummary } }
    const spec = web('web', {
      replicaRequirements: { resourceRequest: { cpu: '1' }, nodeClaim: { nodeSelector: { disk: 'ssd' } } },
    })
    expect(newRoomEstimate(spec)(cluster).allocatable).toBe(0)
    expect(newRoomEstimate(spec, [new Map([['m1', 2]])])(cluster).allocatable).toBe(2)
    expect(newRoomEstimate(spec, [new Map([['m1', 9]])])(cluster).allocatable).toBe(3)
    expect(newRoomEstimate(spec, [new Map([['m1', -1]])])(cluster).allocatable).toBe(0)
  })
})

describe('what was assigned and is not seen yet (scheduling.md §12)', () => {
  it('is not promised again', () => {
    const { fits, assign } = setUp()
    assign('web', to(3))
    expect(fits(web('other'))).toBe(1)
    expect(fits(web('web'))).toBe(1)
  })

  it('counts once while its pods arrive', () => {
    const { fits, assign, see } = setUp()
    assign('web', to(3))
    see({ web: 1 })
    expect(fits(web('other'))).toBe(1)
    see({ web: 3 })
    expect(fits(web('other'))).toBe(1)
    // From then on the member alone knows.
    see({ web: 0 })
    expect(fits(web('other'))).toBe(4)
  })

  it('has arrived although nobody asked while it was there', async () => {
    const { clock, fits, assign, see } = setUp()
    assign('web', to(3))
    see({ web: 3 })
    await clock.advance(1_000)
    see({})
    expect(fits(web('other'))).toBe(4)
    expect(clock.timers).toBe(0)
  })

  it('is what came on top of what was there', () => {
    const { fits, assign, see } = setUp()
    see({ web: 1 })
    assign('web', to(2), to(1))
    expect(fits(web('other'))).toBe(2)
    assign('web', to(3), to(2))
    expect(fits(web('other'))).toBe(1)
  })

  it('is nothing after another decision', () => {
    const { fits, assign } = setUp()
    assign('web', to(3))
    assign('web', to(3, 'm2'), [])
    expect(fits(web('other'))).toBe(4)
  })

  it('is less when fewer replicas go there', () => {
    const { fits, assign } = setUp()
    assign('web', to(3))
    assign('web', to(1), to(3))
    expect(fits(web('other'))).toBe(3)
  })

  it('ends when the binding turns healthy, whoever makes its pods', async () => {
    const { clock, fits, assign, report } = setUp()
    assign('web', to(3))
    report('web', false)
    expect(fits(web('other'))).toBe(1)
    report('web', true)
    await clock.advance(1_000)
    expect(fits(web('other'))).toBe(4)
  })

  it('does not end because it was healthy before', () => {
    const { fits, assign, report } = setUp()
    report('web', true)
    assign('web', to(3), to(1))
    expect(fits(web('other'))).toBe(2)
  })

  it('ends when the binding is gone', () => {
    const { fits, assign, forget, freed } = setUp()
    assign('web', [...to(3), ...to(2, 'm2')])
    expect(fits(web('other'))).toBe(1)
    forget('web')
    forget('unknown')
    expect(fits(web('other'))).toBe(4)
    expect(freed).toHaveLength(1)
  })

  it('ends after a minute when the decision was never written', async () => {
    const { clock, fits, assign } = setUp()
    assign('web', to(3))
    await clock.advance(61_000)
    expect(fits(web('other'))).toBe(4)
  })

  it('ends after five minutes', async () => {
    const { clock, fits, assign, freed, report } = setUp()
    report('web', false)
    assign('web', to(3))
    expect(fits(web('other'))).toBe(1)
    await clock.advance(299_000)
    expect(freed).toHaveLength(0)
    await clock.advance(2_000)
    expect(freed).toHaveLength(1)
    expect(fits(web('other'))).toBe(4)
  })

  it('is held back where its pods can go only', () => {
    const { fits, assign } = setUp()
    assign('web', to(9))
    expect(fits(web('other'))).toBe(0)
  })

  it('is nothing of what has no replicas', () => {
    const clock = newFakeClock()
    const inFlight = newInFlight({ clock, onFreed, roomOf: () => undefined, isHealthy: () => undefined })
    const resource = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' }
    inFlight.note({ binding: 'shop/settings', spec: { resource, clusters: [{ name: 'm1' }] }, before: [] })
    expect(inFlight.reservedIn('m1', memberRoom([nodeRoom()])).nodes.size).toBe(0)
  })
})
