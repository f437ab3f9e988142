import { describe, expect, it } from '@jest/globals'
import type { JsonObject } from '../object/kube-object.ts'
import { frozenObject, reports } from '../testing/frozen-object.ts'
import type { KindInterpreter } from './kind-interpreter.ts'
import { daemonSet } from './kinds/daemon-set.ts'
import { deployment } from './kinds/deployment.ts'
import { replicaSet } from './kinds/replica-set.ts'
import { statefulSet } from './kinds/stateful-set.ts'

const GENERATION = 'resourcetemplate.karmada.io/generation'

interface Row {
  readonly kind: KindInterpreter
  readonly counters: readonly string[]
  /** Written even when zero, since their Go type has no omitempty. */
  readonly required: readonly string[]
  /** The same of what is reflected, where it is not the same. */
  readonly alsoReflected?: readonly string[]
}

/** spec/behaviour/status.md §3 and §4, the rows that are counters and generations. */
const ROWS: readonly Row[] = [
  {
    kind: deployment,
    counters: ['replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas', 'unavailableReplicas'],
    required: [],
  },
  { kind: replicaSet, counters: ['replicas', 'readyReplicas', 'availableReplicas'], required: ['replicas'] },
  {
    kind: daemonSet,
    counters: [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
    ],
    required: ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'],
  },
  {
    kind: statefulSet,
    counters: ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    required: ['replicas', 'availableReplicas'],
    alsoReflected: ['observedGeneration'],
  },
]

const CASES = ROWS.map(row => ({ name: row.kind.gvk.kind, ...row }))

describe.each(CASES)('$name', ({ kind, counters, required, alsoReflected = [] }) => {
  const type = `apps/v1 ${kind.gvk.kind}`
  const template = (status?: JsonObject) =>
    frozenObject(type, { metadata: { generation: 5 }, ...(status && { status }) })
  const member = (status?: JsonObject, annotations: Record<string, string> = { [GENERATION]: '5' }) =>
    frozenObject(type, { metadata: { generation: 3, annotations }, ...(status && { status }) })
  const each = (value: (index: number) => number) => Object.fromEntries(counters.map((name, i) => [name, value(i)]))
  const zeros = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, 0]))
  const current = { generation: 3, observedGeneration: 3, resourceTemplateGeneration: 5 }
  const aggregate = (status: JsonObject | undefined, items: Record<string, JsonObject | undefined>) =>
    kind.aggregateStatus?.(template(status), reports(items))['status']

  describe('reflects (status.md §4)', () => {
    it('its counters, what it has observed, and both generations; nothing else', () => {
      const status = { ...each(i => i + 1), observedGeneration: 3, conditions: [{ type: 'x' }], collisionCount: 1 }
      expect(kind.reflectStatus?.(member(status))).toEqual({ ...each(i => i + 1), ...current })
    })
    it('no counter that is zero, but for those without omitempty', () => {
      const generations = { generation: 3, resourceTemplateGeneration: 5 }
      const want = { ...zeros([...required, ...alsoReflected]), ...generations }
      expect(kind.reflectStatus?.(member({}))).toEqual(want)
      expect(kind.reflectStatus?.(member({ ...each(() => 0), observedGeneration: 0 }))).toEqual(want)
    })
    it('nothing before there is a status', () => expect(kind.reflectStatus?.(member())).toBeUndefined())
    it('no template generation of an object that carries none, or an empty one', () => {
      for (const annotations of [{}, { [GENERATION]: '' }]) {
        const reflected = kind.reflectStatus?.(member({ observedGeneration: 3 }, annotations))
        expect(reflected).not.toHaveProperty('resourceTemplateGeneration')
      }
    })
    it('no template generation that is no number: in a member anybody may have written it', () =>
      expect(kind.reflectStatus?.(member({}, { [GENERATION]: '5th' }))).not.toHaveProperty(
        'resourceTemplateGeneration',
      ))
  })

  describe('aggregates (status.md §3)', () => {
    it('the sum of each counter, whatever the members', () => {
      const items = { a: { ...each(i => i + 1), ...current }, b: { ...each(() => 1), ...current }, c: undefined }
      expect(aggregate({}, items)).toEqual(each(i => i + 2))
    })
    it('to no counter that is zero, but for those without omitempty', () =>
      expect(aggregate({ ...each(() => 1) }, {})).toEqual({ ...zeros(required), observedGeneration: 5 }))
    it('beside what else the status holds', () => {
      const others = { conditions: [{ type: 'x', status: 'True' }], collisionCount: 2 }
      expect(aggregate({ ...others, ...each(() => 9) }, { a: { ...each(() => 1), ...current } })).toEqual({
        ...others,
        ...each(() => 1),
        observedGeneration: 5,
      })
    })
    it('to the same object when it is right', () => {
      const right = { ...each(() => 1), observedGeneration: 5 }
      expect(aggregate(right, { a: { ...each(() => 1), ...current } })).toEqual(right)
    })
  })

  it.each([
    { name: 'advances when every cluster is current', items: { a: current, b: current }, want: 5 },
    {
      name: 'advances when a member is ahead of what it says of itself',
      items: { a: { ...current, observedGeneration: 4 } },
      want: 5,
    },
    {
      name: 'advances when a member has a later template',
      items: { a: { ...current, resourceTemplateGeneration: 6 } },
      want: 5,
    },
    { name: 'advances without clusters', items: {}, want: 5 },
    { name: 'stays while one reports nothing', items: { a: current, b: undefined }, want: 2 },
    {
      name: 'stays while one lags behind its own spec',
      items: { a: current, b: { ...current, observedGeneration: 2 } },
      want: 2,
    },
    {
      name: 'stays while one has an older template',
      items: { a: current, b: { ...current, resourceTemplateGeneration: 4 } },
      want: 2,
    },
    {
      name: 'stays while one does not say of which template it is',
      items: { a: { generation: 3, observedGeneration: 3 } },
      want: 2,
    },
  ])('observedGeneration $name (rule G)', ({ items, want }) =>
    expect(aggregate({ observedGeneration: 2 }, items)).toMatchObject({ observedGeneration: want }),
  )

  it('has no observedGeneration while there never was one', () =>
    expect(aggregate({}, { a: undefined })).not.toHaveProperty('observedGeneration'))
})
