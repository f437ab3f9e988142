import { describe, expect, it } from '@jest/globals'
import { bestPolicy, choosePolicy, type RankedPolicy } from './best-policy.ts'

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }
const nginx = { ...deployment, metadata: { name: 'nginx', namespace: 'shop', labels: { app: 'web' } } }
const byName = { ...deployment, name: 'nginx' }
const byLabel = { ...deployment, labelSelector: { matchLabels: { app: 'web' } } }
const policy = (name: string, selector: object, priority?: number): RankedPolicy => ({
  metadata: { name, namespace: 'shop' },
  spec: { resourceSelectors: [{ ...deployment, ...selector }], ...(priority === undefined ? {} : { priority }) },
})

describe('bestPolicy (propagation.md §2.2)', () => {
  it.each<{ name: string; policies: readonly RankedPolicy[]; want: string | undefined }>([
    { name: 'nothing matches', policies: [policy('a', { name: 'other' })], want: undefined },
    { name: 'higher priority first', policies: [policy('a', byName), policy('b', {}, 1)], want: 'b' },
    { name: 'absent priority is 0', policies: [policy('a', byName, -1), policy('b', {})], want: 'b' },
    { name: 'then a name before labels', policies: [policy('a', byLabel), policy('b', byName)], want: 'b' },
    { name: 'then labels before all', policies: [policy('a', {}), policy('b', byLabel)], want: 'b' },
    { name: 'then the smaller name', policies: [policy('b', byName), policy('a', byName)], want: 'a' },
    {
      name: 'a policy under deletion does not count',
      policies: [{ ...policy('a', byName), metadata: { name: 'a', deletionTimestamp: 'now' } }, policy('b', {})],
      want: 'b',
    },
  ])('$name', ({ policies, want }) => expect(bestPolicy(nginx, policies)?.metadata.name).toBe(want))
})

describe('choosePolicy (propagation.md §2 items 3-4)', () => {
  it('takes a PropagationPolicy before any ClusterPropagationPolicy', () => {
    const chosen = choosePolicy(nginx, { policies: [policy('p', {})], clusterPolicies: [policy('c', byName, 9)] })
    expect([chosen?.kind.kind, chosen?.policy.metadata.name]).toEqual(['PropagationPolicy', 'p'])
  })
  it('takes no PropagationPolicy of another namespace', () => {
    const elsewhere = { ...policy('p', {}), metadata: { name: 'p', namespace: 'other' } }
    const chosen = choosePolicy(nginx, { policies: [elsewhere], clusterPolicies: [policy('c', {})] })
    expect(chosen?.kind.kind).toBe('ClusterPropagationPolicy')
  })
  it('takes only a ClusterPropagationPolicy for a cluster-scoped object', () => {
    const object = { ...deployment, metadata: { name: 'nginx' } }
    expect(choosePolicy(object, { policies: [policy('p', {})], clusterPolicies: [] })).toBeUndefined()
    expect(choosePolicy(object, { policies: [], clusterPolicies: [policy('c', {})] })?.policy.metadata.name).toBe('c')
  })
})
