import { describe, expect, it } from '@jest/globals'
import { CLUSTER_PROPAGATION_POLICY, PROPAGATION_POLICY } from '../api/kinds.ts'
import {
  type Claim,
  type ClaimedObject,
  claimMetadata,
  claimOf,
  claimOfPolicy,
  planClaim,
  planUnclaim,
} from './claim.ts'

const NAMESPACE = 'propagationpolicy.karmada.io/namespace'
const NAME = 'propagationpolicy.karmada.io/name'
const ID = 'propagationpolicy.karmada.io/permanent-id'
const CLUSTER_NAME = 'clusterpropagationpolicy.karmada.io/name'
const CLUSTER_ID = 'clusterpropagationpolicy.karmada.io/permanent-id'

const byPolicy: Claim = { kind: PROPAGATION_POLICY, key: { namespace: 'shop', name: 'web' }, permanentId: 'u1' }
const byClusterPolicy: Claim = {
  kind: CLUSTER_PROPAGATION_POLICY,
  key: { namespace: '', name: 'all' },
  permanentId: 'u2',
}
const object = (labels: Record<string, string>, annotations: Record<string, string>): ClaimedObject => ({
  metadata: { labels, annotations },
})
const unclaimed: ClaimedObject = { metadata: {} }
const claimedByPolicy = object({ app: 'x', [ID]: 'u1' }, { [NAMESPACE]: 'shop', [NAME]: 'web' })
const claimedByClusterPolicy = object({ [CLUSTER_ID]: 'u2' }, { [CLUSTER_NAME]: 'all' })

describe('claimOf (propagation.md §2)', () => {
  it.each<{ name: string; given: ClaimedObject; want: Claim | undefined }>([
    { name: 'nobody', given: unclaimed, want: undefined },
    { name: 'a PropagationPolicy', given: claimedByPolicy, want: byPolicy },
    { name: 'a ClusterPropagationPolicy', given: claimedByClusterPolicy, want: byClusterPolicy },
    {
      name: 'the PropagationPolicy when both are there',
      given: object({ [ID]: 'u1', [CLUSTER_ID]: 'u2' }, { [NAMESPACE]: 'shop', [NAME]: 'web', [CLUSTER_NAME]: 'all' }),
      want: byPolicy,
    },
    {
      name: 'nobody when the id is missing',
      given: object({}, { [NAMESPACE]: 'shop', [NAME]: 'web' }),
      want: undefined,
    },
    { name: 'nobody when the namespace is missing', given: object({ [ID]: 'u1' }, { [NAME]: 'web' }), want: undefined },
    {
      name: 'nobody when the name is empty',
      given: object({ [CLUSTER_ID]: 'u2' }, { [CLUSTER_NAME]: '' }),
      want: undefined,
    },
  ])('$name', ({ given, want }) => expect(claimOf(given)).toEqual(want))
})

describe('claimOfPolicy', () => {
  it('carries the permanent-id of the policy', () => {
    const policy = { metadata: { name: 'web', namespace: 'shop', labels: { [ID]: 'u1' } } }
    expect(claimOfPolicy(PROPAGATION_POLICY, policy)).toEqual(byPolicy)
  })
  it('waits for the permanent-id', () => {
    expect(claimOfPolicy(PROPAGATION_POLICY, { metadata: { name: 'web', namespace: 'shop' } })).toBeUndefined()
  })
})

describe('claimMetadata (propagation.md §3)', () => {
  it('of a PropagationPolicy', () => {
    expect(claimMetadata(byPolicy)).toEqual({
      labels: { [ID]: 'u1' },
      annotations: { [NAMESPACE]: 'shop', [NAME]: 'web' },
    })
  })
  it('of a ClusterPropagationPolicy', () => {
    expect(claimMetadata(byClusterPolicy)).toEqual({
      labels: { [CLUSTER_ID]: 'u2' },
      annotations: { [CLUSTER_NAME]: 'all' },
    })
  })
})

describe('planClaim (propagation.md §3)', () => {
  it('writes label and annotations on an unclaimed object', () => {
    expect(planClaim(unclaimed, byPolicy)).toEqual({
      metadata: { labels: { [ID]: 'u1' }, annotations: { [NAMESPACE]: 'shop', [NAME]: 'web' } },
    })
  })
  it('writes nothing when the id already matches', () => {
    expect(planClaim(claimedByPolicy, byPolicy)).toBeUndefined()
    expect(planClaim(claimedByClusterPolicy, byClusterPolicy)).toBeUndefined()
  })
  it('removes the claim of a ClusterPropagationPolicy', () => {
    expect(planClaim(claimedByClusterPolicy, byPolicy)).toEqual({
      metadata: {
        labels: { [CLUSTER_ID]: null, [ID]: 'u1' },
        annotations: { [CLUSTER_NAME]: null, [NAMESPACE]: 'shop', [NAME]: 'web' },
      },
    })
  })
  it('removes a leftover even when the id already matches', () => {
    const both = object({ [ID]: 'u1', [CLUSTER_ID]: 'u2' }, { [NAMESPACE]: 'shop', [NAME]: 'web' })
    expect(planClaim(both, byPolicy)).toEqual({
      metadata: { labels: { [CLUSTER_ID]: null, [ID]: 'u1' }, annotations: { [NAMESPACE]: 'shop', [NAME]: 'web' } },
    })
  })
  it('takes over from another policy of the same kind', () => {
    const claim: Claim = { ...byPolicy, key: { namespace: 'shop', name: 'better' }, permanentId: 'u3' }
    expect(planClaim(claimedByPolicy, claim)).toEqual({
      metadata: { labels: { [ID]: 'u3' }, annotations: { [NAMESPACE]: 'shop', [NAME]: 'better' } },
    })
  })
})

describe('planUnclaim (propagation.md §2, §5)', () => {
  it('removes what is there', () => {
    expect(planUnclaim(claimedByPolicy, PROPAGATION_POLICY, 'u1')).toEqual({
      metadata: { labels: { [ID]: null }, annotations: { [NAMESPACE]: null, [NAME]: null } },
    })
  })
  it('leaves the claim of somebody else alone', () => {
    expect(planUnclaim(claimedByPolicy, PROPAGATION_POLICY, 'u9')).toBeUndefined()
  })
  it('without an id takes off whatever is there', () => {
    expect(planUnclaim(object({}, { [NAME]: 'web' }), PROPAGATION_POLICY)).toEqual({
      metadata: { annotations: { [NAME]: null } },
    })
  })
  it('has nothing to do on an unclaimed object', () =>
    expect(planUnclaim(unclaimed, PROPAGATION_POLICY)).toBeUndefined())
})
