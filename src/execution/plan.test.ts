import { describe, expect, it } from '@jest/globals'
import type { ManagedObject } from '../members/project-managed-object.ts'
import { type Observation, planRemoval, planWrite, storedForm, type WriteInput } from './plan.ts'

const work = { namespace: 'karmada-es-m1', name: 'settings-1' }
const DIGEST = 'flotilla.dev/applied-digest'
const desired: ManagedObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'settings',
    namespace: 'default',
    labels: { 'karmada.io/managed': 'true' },
    annotations: { [DIGEST]: 'd1' },
  },
  data: { a: '1' },
}
const held = (
  change: Partial<ManagedObject> = {},
  annotations: Record<string, string> = { [DIGEST]: 'd1' },
): ManagedObject => ({
  ...desired,
  metadata: { ...desired.metadata, uid: 'u1', resourceVersion: '7', annotations },
  ...change,
})
const unmanaged = (annotations: Record<string, string> = {}): ManagedObject => ({
  ...desired,
  metadata: { name: 'settings', namespace: 'default', uid: 'u1', annotations },
})
const rules = { takeover: 'never', drift: 'revert' } as const
const others = (...paths: readonly string[]) => paths.map(path => ({ path, manager: 'kubectl-edit', keys: [path] }))
const write = (observation: Observation, change: Partial<WriteInput> = {}) =>
  planWrite({ desired, observation, work, rules, contested: [], accepted: undefined, dropped: [], ...change })

describe('planWrite', () => {
  it.each<{ name: string; observation: Observation; type: string }>([
    {
      name: 'an object that is not cached is created without reading it first',
      observation: { state: 'unknown' },
      type: 'create',
    },
    { name: 'a create that was refused is followed by a look', observation: { state: 'exists' }, type: 'read' },
    { name: 'what is as declared costs nothing', observation: { state: 'cached', object: held() }, type: 'done' },
    {
      name: 'another digest is written although the old fields are all there',
      observation: { state: 'cached', object: held({}, { [DIGEST]: 'd0' }) },
      type: 'apply',
    },
    {
      name: 'a changed field is restored',
      observation: { state: 'cached', object: held({ data: { a: '2' } }) },
      type: 'apply',
    },
    {
      name: 'what was written without our digest is read, for its field owners',
      observation: { state: 'cached', object: held({}, {}) },
      type: 'read',
    },
    {
      name: 'what somebody added is removed',
      observation: { state: 'cached', object: held({ flotillaForeignFields: others('/data/x') }) },
      type: 'patch',
    },
    {
      name: 'our object that a read finds as declared costs no write',
      observation: {
        state: 'read',
        object: { ...held(), metadata: { ...held().metadata, labels: desired.metadata.labels ?? {} } },
      },
      type: 'done',
    },
    { name: 'an object of others is left alone', observation: { state: 'read', object: unmanaged() }, type: 'refuse' },
    {
      name: 'our object that lost its label is taken back',
      observation: {
        state: 'read',
        object: unmanaged({ 'work.karmada.io/namespace': work.namespace, 'work.karmada.io/name': work.name }),
      },
      type: 'apply',
    },
    {
      name: 'after a write nothing is compared again',
      observation: { state: 'written', object: held({ data: { a: 'normalised' } }) },
      type: 'done',
    },
  ])('$name', ({ observation, type }) => expect(write(observation).type).toBe(type))

  it.each<{ name: string; wanted: object; found: object; path: string; type: string }>([
    {
      name: 'a key that was added inside of a value that is owned as a whole',
      wanted: { selector: { app: 'x' } },
      found: { selector: { app: 'x', version: '2' } },
      path: '/spec/selector',
      type: 'apply',
    },
    {
      name: 'an empty selector that was added, which selects all',
      wanted: { ingress: [{ from: [{ podSelector: {} }] }] },
      found: { ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] },
      path: '/spec/ingress',
      type: 'apply',
    },
    {
      name: 'a quantity in another notation that is theirs',
      wanted: { limits: { cpu: '1000m' } },
      found: { limits: { cpu: '1' } },
      path: '/spec/limits/cpu',
      type: 'apply',
    },
    {
      name: 'a value that is theirs and as declared',
      wanted: { selector: { app: 'x' } },
      found: { selector: { app: 'x' } },
      path: '/spec/selector',
      type: 'done',
    },
    {
      name: 'a second mount of a declared volume',
      wanted: { mounts: [{ name: 'v', mountPath: '/a' }] },
      found: {
        mounts: [
          { name: 'v', mountPath: '/a' },
          { name: 'v', mountPath: '/b' },
        ],
      },
      path: '/spec/mounts/1',
      type: 'patch',
    },
  ])('what others hold: $name: $type', ({ wanted, found, path, type }) => {
    const object = held({ spec: found, flotillaHolds: true, flotillaForeignFields: others(path) })
    expect(write({ state: 'cached', object }, { desired: { ...desired, spec: wanted } }).type).toBe(type)
    // Once it is ours, what the member stores is its form of what we wrote.
    const { flotillaForeignFields: _theirs, ...ours } = object
    const taken = { ...ours, metadata: ours.metadata }
    if (type === 'apply')
      expect(write({ state: 'cached', object: taken }, { desired: { ...desired, spec: wanted } }).type).toBe('done')
  })

  it('leaves an addition in a whole value that somebody won', () => {
    const spec = { selector: { app: 'x', version: '2' } }
    const object = held({ spec, flotillaHolds: true, flotillaForeignFields: others('/spec/selector') })
    const contested = ['/spec/selector']
    expect(write({ state: 'cached', object }, { desired: { ...desired, spec }, contested }).type).toBe('done')
  })

  it.each<{ name: string; voids: readonly string[] | undefined; type: string }>([
    { name: 'somebody removed is restored', voids: [], type: 'apply' },
    { name: 'the apiserver keeps no value of is as declared', voids: ['/spec/hostNetwork'], type: 'done' },
    { name: 'went with an update is as declared', voids: undefined, type: 'done' },
  ])('a declared false that $name', ({ voids, type }) => {
    const object = held({ spec: {}, flotillaHolds: true, ...(voids && { flotillaVoids: voids }) })
    const wanted = { ...desired, spec: { hostNetwork: false } }
    expect(write({ state: 'cached', object }, { desired: wanted }).type).toBe(type)
    expect(write({ state: 'cached', object }, { desired: wanted, accepted: storedForm(wanted, object) }).type).toBe(
      'done',
    )
  })

  it("makes nobody's what is the same after its removal", () => {
    const fieldsV1 = { 'f:data': { 'f:a': {}, 'f:x': {} } }
    const managedFields = [
      { manager: 'flotilla', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
      { manager: 'kubectl-create', operation: 'Update', fieldsV1 },
    ]
    const object = { ...held(), data: { a: '1', x: '2' }, metadata: { ...held().metadata, managedFields } }
    expect(write({ state: 'unchanged', object })).toEqual({
      type: 'patch',
      patch: [
        {
          op: 'replace',
          path: '/metadata/managedFields',
          value: [managedFields[0], { ...managedFields[1], fieldsV1: { 'f:data': { 'f:a': {} } } }],
        },
        { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
      ],
    })
    expect(write({ state: 'unchanged', object: { ...object, data: { a: '1' } } }).type).toBe('done')
  })

  it('removes a dropped label that another manager still holds after the apply', () => {
    const labels = { ...desired.metadata.labels, 'app/tier': 'a' }
    const object = { ...desired, metadata: { ...desired.metadata, resourceVersion: '7', labels } }
    const dropped = ['/metadata/labels/app~1tier', '/metadata/labels/gone']
    expect(write({ state: 'written', object }, { dropped })).toEqual({
      type: 'patch',
      patch: [
        { op: 'test', path: '/metadata/resourceVersion', value: '7' },
        { op: 'remove', path: '/metadata/labels/app~1tier' },
      ],
    })
  })

  it('takes over an object of others when the policy says overwrite', () => {
    expect(write({ state: 'read', object: unmanaged() }, { rules: { takeover: 'always', drift: 'revert' } }).type).toBe(
      'apply',
    )
  })

  it.each<{ name: string; data: Record<string, string>; want: object }>([
    { name: 'takes over an identical object that may be', data: { a: '1', more: '2' }, want: { type: 'apply' } },
    { name: 'says where it is not', data: { a: '2' }, want: { type: 'refuse', differsAt: '/data/a' } },
  ])('$name', ({ data, want }) => {
    const object = { ...unmanaged(), data }
    expect(write({ state: 'read', object }, { rules: { takeover: 'if-identical', drift: 'revert' } })).toEqual(want)
  })

  it.each([
    { name: 'lets changes stand when they are reported', object: held({ data: { a: '2' } }), type: 'done' },
    {
      name: 'but not where the template changed since',
      object: held({ data: { a: '2' } }, { [DIGEST]: 'd0' }),
      type: 'apply',
    },
  ])('$name', ({ object, type }) =>
    expect(write({ state: 'cached', object }, { rules: { takeover: 'never', drift: 'report' } }).type).toBe(type),
  )

  it('leaves a contested field of another', () => {
    const object = held({ flotillaForeignFields: others('/data/x') })
    expect(write({ state: 'cached', object }, { contested: ['/data/x'] }).type).toBe('done')
  })

  it('leaves what others added when drift is shared', () => {
    const object = held({ flotillaForeignFields: others('/data/x') })
    expect(write({ state: 'cached', object }, { rules: { takeover: 'never', drift: 'share' } })).toEqual({
      type: 'done',
      object,
    })
  })

  it('leaves a foreign field that a retain rule keeps', () => {
    const retained = { ...desired, spec: { volumeName: 'pv-1' } }
    const object = held({ spec: { volumeName: 'pv-1' }, flotillaForeignFields: others('/spec/volumeName') })
    expect(write({ state: 'cached', object }, { desired: retained }).type).toBe('done')
    expect(write({ state: 'cached', object }).type).toBe('patch')
  })

  it('takes what nobody else holds for the form in which the member stored the last apply, also after a restart', () => {
    const object = held({ data: { a: 'one' }, flotillaHolds: true })
    expect(write({ state: 'cached', object }).type).toBe('done')
    const taken = { ...object, flotillaForeignFields: others('/data/a') }
    expect(write({ state: 'cached', object: taken }).type).toBe('apply')
  })

  it('accepts the form in which the member stored the last apply', () => {
    const object = held({ data: { a: 'one' } })
    expect(write({ state: 'cached', object }, { accepted: storedForm(desired, object) }).type).toBe('done')
    expect(
      write({ state: 'cached', object: held({ data: { a: 'two' } }) }, { accepted: storedForm(desired, object) }).type,
    ).toBe('apply')
  })

  it('removes later list elements first, and only from the object that was seen', () => {
    const object = held({ flotillaForeignFields: others('/list/2', '/list/10') })
    expect(write({ state: 'cached', object })).toEqual({
      type: 'patch',
      patch: [
        { op: 'test', path: '/metadata/resourceVersion', value: '7' },
        { op: 'remove', path: '/list/10' },
        { op: 'remove', path: '/list/2' },
      ],
    })
  })

  it('moves the fields that Karmada owned to us before the first apply', () => {
    const managedFields = [
      {
        manager: 'karmada-controller-manager',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      },
    ]
    const object = { ...held({}, {}), metadata: { ...held().metadata, managedFields } }
    expect(write({ state: 'read', object }).type).toBe('patch')
  })
})

describe('planRemoval', () => {
  const cached = (object: ManagedObject): Observation => ({ state: 'cached', object })
  it.each([
    {
      name: 'what is not there needs nothing',
      observation: { state: 'absent' } as const,
      preserve: false,
      type: 'none',
    },
    {
      name: 'what is not cached is read first',
      observation: { state: 'unknown' } as const,
      preserve: false,
      type: 'read',
    },
    { name: 'our object is deleted by UID', observation: cached(held()), preserve: false, type: 'delete' },
    {
      name: 'our object is released when it is preserved',
      observation: cached(held()),
      preserve: true,
      type: 'release',
    },
    {
      name: 'an object from which somebody took our label stays',
      observation: {
        state: 'read' as const,
        object: unmanaged({ 'work.karmada.io/namespace': work.namespace, 'work.karmada.io/name': work.name }),
      },
      preserve: false,
      type: 'none',
    },
    { name: 'an object of others is never deleted', observation: cached(unmanaged()), preserve: false, type: 'none' },
  ])('$name', ({ observation, preserve, type }) => expect(planRemoval(observation, work, preserve).type).toBe(type))
})
