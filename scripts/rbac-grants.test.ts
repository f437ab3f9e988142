import { describe, expect, it } from '@jest/globals'
import type { DeclaredRules } from '../src/host-rules.ts'
import { declaredGrants, grantsOfRoles } from './rbac-grants.ts'

const role = (kind: string, name: string, { namespace, rules }: { namespace?: string; rules: readonly object[] }) => ({
  kind,
  metadata: { name, ...(namespace && { namespace }) },
  rules,
})
const binding = (
  kind: string,
  name: string,
  { namespace, to = 'account' }: { namespace?: string; to?: string } = {},
) => ({
  kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name, ...(namespace && { namespace }) },
  roleRef: { kind, name },
  subjects: [{ kind: 'ServiceAccount', name: to }],
})
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] }
const one = {
  apiGroups: ['apps'],
  resources: ['deployments/status'],
  resourceNames: ['a', 'b'],
  verbs: ['get', 'patch'],
}

describe('what an account is granted', () => {
  it('is what is bound to it, where it is bound', () => {
    const objects = [
      role('ClusterRole', 'wide', { rules: [pods] }),
      role('Role', 'narrow', { namespace: 'n', rules: [one] }),
      role('Role', 'narrow', { namespace: 'other', rules: [pods] }),
      role('ClusterRole', 'unbound', { rules: [one] }),
      binding('ClusterRole', 'wide'),
      binding('Role', 'narrow', { namespace: 'n' }),
      binding('ClusterRole', 'unbound', { to: 'somebody' }),
    ]
    expect(grantsOfRoles(objects, 'account')).toEqual([
      '*: list core/pods',
      'n: get apps/deployments/status a',
      'n: get apps/deployments/status b',
      'n: patch apps/deployments/status a',
      'n: patch apps/deployments/status b',
    ])
  })
})

describe('what is declared', () => {
  const declared: readonly DeclaredRules[] = [
    {
      by: 'x',
      rules: [
        { on: { group: '', plural: 'secrets' }, within: 'clusters', verbs: ['get'] },
        {
          on: { group: 'g', plural: 'leases' },
          within: 'operator',
          names: { setting: 'leaderElection.leaseName' },
          verbs: ['update'],
        },
        { on: 'templates', verbs: ['patch'] },
        { on: 'templates', subresource: 'status', verbs: ['patch'] },
      ],
    },
  ]

  it('is the same, with the names of the release and its kinds of templates', () => {
    const kinds = { core: { pods: 'aggregate', secrets: false }, apps: { deployments: 'propagate' } } as const
    const names = { 'leaderElection.leaseName': 'lease', ownerClusterRole: 'role' }
    expect(declaredGrants(declared, { namespace: 'home', names, kinds })).toEqual([
      '*: patch apps/deployments',
      '*: patch core/pods',
      '*: patch core/pods/status',
      'home: update g/leases lease',
      'karmada-cluster: get core/secrets',
    ])
  })
})
