import { describe, expect, it } from '@jest/globals'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import type { ParkingMode } from '../parking/decide.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { a } from '../testing/builders.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { claimAndPark, type ParkTemplateDeps, releaseLocal, tellStaysParked } from './park-template.ts'

const CREATED = '2026-01-01T00:00:00Z'
const claimPatch = { metadata: { labels: { claim: 'p' }, annotations: { policy: 'p' } } }
const PARKED = { 'flotilla.dev/parked': 'true' }
const LOCAL = { 'flotilla.dev/local': 'true' }
const RECORD = 'flotilla.dev/parked-fields'

/** @param afterMs since the template was made */
function newDeps(parking: ParkingMode, afterMs = 60_000) {
  const events: string[] = []
  const recorder: Recorder = { event: (_about, type, reason) => void events.push(`${type} ${reason}`) }
  const clock = newFakeClock(Date.parse(CREATED) + afterMs)
  const deps: ParkTemplateDeps = { parking, recorder, clock }
  return { deps, events }
}

const metadata: Partial<ObjectMeta> = { creationTimestamp: CREATED, resourceVersion: '7' }
const deployment = (more: Partial<ObjectMeta> = {}, spec: object = {}): KubeObject =>
  a.deployment({ name: 'web', metadata: { ...metadata, ...more }, spec })
/** Made after the template. */
const policy = a.policy({ metadata: { creationTimestamp: '2026-01-01T00:00:30Z' } })
const ran = { annotations: { 'deployment.kubernetes.io/revision': '1' } }

describe('a claim', () => {
  it.each([
    {
      name: 'parks in the same write, at the version that was read',
      template: deployment({ labels: { mine: 'yes' } }),
      want: {
        spec: { paused: true },
        metadata: {
          resourceVersion: '7',
          labels: { claim: 'p', ...PARKED },
          annotations: { policy: 'p', [RECORD]: '{"spec.paused":null}' },
        },
      },
      events: [],
    },
    {
      name: 'of what is parked is a claim alone',
      template: deployment({ labels: PARKED }, { paused: true }),
      want: claimPatch,
      events: [],
    },
    { name: 'of a kind that runs nothing is a claim alone', template: a.configMap(), want: claimPatch, events: [] },
    {
      name: 'leaves what ran before it, and tells',
      template: deployment(ran),
      want: claimPatch,
      events: ['Warning HostWorkloadRunning'],
    },
    {
      name: 'tells what cannot be parked',
      template: a.service({ spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_000 }] } }),
      want: claimPatch,
      events: ['Warning ActsOnHost'],
    },
  ])('$name', ({ template, want, events: told }) => {
    const { deps, events } = newDeps('policies')
    expect(claimAndPark(deps, { template, policy, claimPatch })).toEqual(want)
    expect(events).toEqual(told)
  })

  it('that comes with its template takes away what the host made meanwhile, and tells', () => {
    const { deps, events } = newDeps('operator', 1_000)
    const together = a.policy({ metadata: { creationTimestamp: '2026-01-01T00:00:01Z' } })
    expect(claimAndPark(deps, { template: deployment(ran), policy: together, claimPatch })).toMatchObject({
      spec: { paused: true },
      metadata: { annotations: { 'flotilla.dev/retire-host-copy': 'true' } },
    })
    expect(events).toEqual(['Normal HostCopyRemoved'])
  })

  it('tells nothing twice', () => {
    const { deps, events } = newDeps('policies')
    expect(claimAndPark(deps, { template: deployment(ran), policy, claimPatch: undefined })).toBeUndefined()
    expect(events).toEqual([])
  })

  it('parks what lost its mark, although it was claimed before', () => {
    const { deps } = newDeps('operator')
    expect(claimAndPark(deps, { template: deployment(), policy, claimPatch: undefined })).toMatchObject({
      spec: { paused: true },
      metadata: { labels: PARKED },
    })
  })

  it('is a claim alone where nobody runs workloads', () => {
    const { deps, events } = newDeps('off')
    expect(claimAndPark(deps, { template: deployment(ran), policy, claimPatch })).toBe(claimPatch)
    expect(events).toEqual([])
  })
})

describe('a template that its user keeps for the host', () => {
  const marked = { annotations: { [RECORD]: '{"spec.paused":null}' } }
  const local = deployment({ ...marked, labels: { ...PARKED, ...LOCAL } }, { paused: true })
  const released = {
    spec: { paused: null },
    metadata: {
      labels: { 'flotilla.dev/parked': null },
      annotations: { [RECORD]: null, 'flotilla.dev/retire-host-copy': null },
    },
  }
  const job = (labels: ObjectMeta['labels']) =>
    a.job({ metadata: { ...metadata, ...(labels && { labels }) }, spec: { managedBy: 'flotilla.dev/fleet' } })

  it.each([
    { name: 'is released where the operator parks', mode: 'operator', template: local, want: released, events: [] },
    {
      name: 'is released where the apiserver should have',
      mode: 'policies',
      template: local,
      want: released,
      events: [],
    },
    { name: 'is left where nobody parks', mode: 'off', template: local, want: undefined, events: [] },
    {
      name: 'costs nothing when it is released',
      mode: 'policies',
      template: deployment({ labels: LOCAL }),
      want: undefined,
      events: [],
    },
    {
      name: 'is not released without the label',
      mode: 'operator',
      template: deployment({ labels: PARKED }, { paused: true }),
      want: undefined,
      events: [],
    },
    {
      name: 'is told where its field cannot change',
      mode: 'policies',
      template: job({ ...PARKED, ...LOCAL }),
      want: undefined,
      events: ['Warning StaysParked'],
    },
    {
      name: 'is told so whoever parks now',
      mode: 'operator',
      template: job({ ...PARKED, ...LOCAL }),
      want: undefined,
      events: ['Warning StaysParked'],
    },
  ] as const)('$name', ({ mode, template, want, events: told }) => {
    const { deps, events } = newDeps(mode)
    expect(releaseLocal(deps, template)).toEqual(want)
    expect(events).toEqual(told)
  })
})

it('a template that loses its policy is told to stay parked, others are not', () => {
  const { deps, events } = newDeps('policies')
  tellStaysParked(deps, deployment())
  expect(events).toEqual([])
  tellStaysParked(deps, deployment({ labels: PARKED }))
  expect(events).toEqual(['Normal StaysParked'])
})
