import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../../object/kube-object.ts'
import { markManifest } from '../manifest.ts'
import { plan } from './plan.ts'

const matchConstraints = { resourceRules: [{ apiGroups: ['apps'], resources: ['deployments'] }] }
const spec = { failurePolicy: 'Ignore', matchConstraints, variables: [{ name: 'a', expression: 'true' }] }
const policy = (fields: object): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name: 'flotilla-parking' },
  ...fields,
})
const desired = markManifest(policy({ spec }), '1.2.0')
/** As the apiserver gives it back: with its defaults. */
const served = (change: object = {}): KubeObject => ({
  ...desired,
  metadata: { ...desired.metadata, uid: 'u', generation: 1 },
  spec: {
    ...spec,
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      resourceRules: [{ ...matchConstraints.resourceRules[0], scope: '*' }],
    },
    ...change,
  },
})

describe('plan', () => {
  it('leaves one alone that is as it was registered, with what the apiserver fills in', () => {
    expect(plan({ desired, observed: served() })).toEqual({ type: 'none' })
  })

  it('leaves one alone that a newer operator registered', () => {
    const newer = markManifest(policy({ spec: { failurePolicy: 'Fail' } }), '2.0.0')
    expect(plan({ desired, observed: newer })).toEqual({ type: 'none' })
  })

  it('puts one back that is gone', () => {
    expect(plan({ desired, observed: undefined })).toEqual({ type: 'apply', because: 'it was deleted' })
  })

  it.each([
    { name: 'a field', change: { failurePolicy: 'Fail' }, pointer: '/spec/failurePolicy' },
    { name: 'a longer list', change: { variables: [...spec.variables, {}] }, pointer: '/spec/variables' },
    { name: 'an entry', change: { variables: [{ name: 'a', expression: 'false' }] }, pointer: '/spec/variables/0' },
    { name: 'nothing left', change: { variables: undefined }, pointer: '/spec/variables' },
  ])('puts back what was changed: $name', ({ change, pointer }) => {
    expect(plan({ desired, observed: served(change) })).toMatchObject({
      type: 'apply',
      because: expect.stringContaining(`(${pointer}`),
    })
  })

  it('takes a selector away that somebody added', () => {
    const observed = served({
      matchConstraints: { ...matchConstraints, objectSelector: { matchLabels: { never: 'is' } } },
    })
    expect(plan({ desired, observed })).toMatchObject({
      type: 'patch',
      patch: { spec: { matchConstraints: { objectSelector: null } } },
    })
  })

  it('takes a condition away that somebody added, and one inside a list', () => {
    expect(
      plan({ desired, observed: served({ matchConditions: [{ name: 'never', expression: 'false' }] }) }),
    ).toMatchObject({
      patch: { spec: { matchConditions: null } },
    })
    const resourceRules = [{ ...matchConstraints.resourceRules[0], resourceNames: ['x'], scope: '*' }]
    expect(plan({ desired, observed: served({ matchConstraints: { resourceRules } }) })).toMatchObject({
      patch: { spec: { matchConstraints: { resourceRules: [{ ...matchConstraints.resourceRules[0], scope: '*' }] } } },
    })
  })
})
