import { describe, expect, it } from '@jest/globals'
import { ANNOTATION } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { markManifest } from '../manifest.ts'
import { findFlaw, type ReviewedPolicy } from './plan.ts'

const KIND = 'MutatingAdmissionPolicy'
const object = (name: string, fields: object = {}): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: KIND,
  metadata: { name },
  spec: { failurePolicy: 'Ignore' },
  ...fields,
})
const ours = markManifest(object('a'), '1.0.0')
const byChart = (edition: string): KubeObject =>
  object('b', { metadata: { name: 'b', annotations: { [ANNOTATION.parkingEdition]: edition } } })
const reviewed = (name: string, rest: Omit<ReviewedPolicy, 'kind' | 'name'>): ReviewedPolicy => ({
  kind: KIND,
  name,
  ...rest,
})

describe('findFlaw', () => {
  it.each<{ name: string; policies: readonly ReviewedPolicy[] }>([
    { name: 'registered by the operator', policies: [reviewed('a', { manifest: ours, observed: ours })] },
    {
      name: 'registered by a newer one',
      policies: [reviewed('a', { manifest: ours, observed: markManifest(object('a', { spec: {} }), '2.0.0') })],
    },
    { name: 'rendered by the chart of this release', policies: [reviewed('b', { observed: byChart('e1') })] },
    {
      name: 'left by an operator that registered them itself',
      policies: [reviewed('a', { manifest: ours, observed: ours }), reviewed('b', { observed: byChart('e1') })],
    },
  ])('is nothing where they are $name', ({ policies }) => expect(findFlaw(policies, 'e1')).toBeUndefined())

  it('names what is missing, and what belongs to another release', () => {
    const flaw = findFlaw(
      [
        reviewed('a', { manifest: ours, observed: undefined }),
        reviewed('b', { observed: byChart('e0') }),
        reviewed('c', { observed: object('c') }),
        reviewed('d', { observed: byChart('e1') }),
      ],
      'e1',
    )
    expect(flaw).toBe(
      `Of the admission policies that park, these are missing: ${KIND} a; these belong to another release: ${KIND} b, ${KIND} c.`,
    )
  })

  it('takes one that somebody changed for another', () => {
    const changed = { ...ours, spec: { failurePolicy: 'Fail' } }
    expect(findFlaw([reviewed('a', { manifest: ours, observed: changed })], 'e1')).toContain('another release')
  })
})
