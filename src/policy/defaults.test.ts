import { describe, expect, it } from '@jest/globals'
import { type DefaultablePolicy, withDefaults } from './defaults.ts'

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }
const clusterPolicy = (spec: Partial<DefaultablePolicy['spec']>): DefaultablePolicy => ({
  metadata: {},
  spec: { resourceSelectors: [deployment], ...spec },
})

describe('withDefaults (admission.md §2, mutating)', () => {
  it('rule 1: a selector of a namespaced policy gets its namespace', () => {
    const policy = {
      metadata: { namespace: 'shop' },
      spec: {
        resourceSelectors: [deployment, { ...deployment, namespace: 'other' }, { ...deployment, namespace: '' }],
      },
    }
    expect(withDefaults(policy).spec.resourceSelectors.map(s => 'namespace' in s && s.namespace)).toEqual([
      'shop',
      'other',
      'shop',
    ])
  })
  it('rule 1: not that of a cluster-wide one', () => {
    expect(withDefaults(clusterPolicy({})).spec.resourceSelectors).toEqual([deployment])
  })

  it.each<{ name: string; given: Partial<DefaultablePolicy['spec']>; want: Partial<DefaultablePolicy['spec']> }>([
    {
      name: 'rules 2 and 3: a constraint without field is by cluster, at least one group',
      given: { placement: { spreadConstraints: [{}] } },
      want: { placement: { spreadConstraints: [{ spreadByField: 'cluster', minGroups: 1 }] } },
    },
    {
      name: 'rule 2: a label is as good as a field',
      given: { placement: { spreadConstraints: [{ spreadByLabel: 'rack', minGroups: 0 }] } },
      want: { placement: { spreadConstraints: [{ spreadByLabel: 'rack', minGroups: 1 }] } },
    },
    {
      name: 'rule 3: a set minimum stays',
      given: { placement: { spreadConstraints: [{ spreadByField: 'region', minGroups: 2 }] } },
      want: { placement: { spreadConstraints: [{ spreadByField: 'region', minGroups: 2 }] } },
    },
    {
      name: 'rule 5: Divided is Weighted',
      given: { placement: { replicaScheduling: { replicaSchedulingType: 'Divided' } } },
      want: {
        placement: { replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' } },
      },
    },
    {
      name: 'rule 5: Duplicated is not',
      given: { placement: { replicaScheduling: { replicaSchedulingType: 'Duplicated' } } },
      want: { placement: { replicaScheduling: { replicaSchedulingType: 'Duplicated' } } },
    },
    { name: 'rule 5: nothing where replicaScheduling is absent', given: { placement: {} }, want: { placement: {} } },
    {
      name: 'rule 6: a graceful failover waits 600 s',
      given: { failover: { application: { purgeMode: 'Gracefully' } } },
      want: { failover: { application: { purgeMode: 'Gracefully', gracePeriodSeconds: 600 } } },
    },
    {
      name: 'rule 6: a direct one does not',
      given: { failover: { application: { purgeMode: 'Directly' } } },
      want: { failover: { application: { purgeMode: 'Directly' } } },
    },
    {
      name: 'rule 6: a set period stays',
      given: { failover: { application: { purgeMode: 'Gracefully', gracePeriodSeconds: 5 } } },
      want: { failover: { application: { purgeMode: 'Gracefully', gracePeriodSeconds: 5 } } },
    },
  ])('$name', ({ given, want }) => expect(withDefaults(clusterPolicy(given))).toEqual(clusterPolicy(want)))

  it('rule 4: a ServiceImport propagates its dependencies', () => {
    const resourceSelectors = [{ apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceImport' }]
    expect(withDefaults({ metadata: {}, spec: { resourceSelectors } }).spec).toEqual({
      resourceSelectors,
      propagateDeps: true,
    })
  })

  it('keeps every other field', () => {
    const policy = { metadata: { name: 'p' }, spec: { resourceSelectors: [deployment], priority: 7 } }
    expect(withDefaults(policy)).toEqual(policy)
  })
})
