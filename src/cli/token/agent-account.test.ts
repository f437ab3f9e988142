import { describe, expect, it } from '@jest/globals'
import { listAt, stringAt } from '../../object/field.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { agentAccount } from './agent-account.ts'

const cluster: Cluster = {
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'm1', uid: 'u1' },
  spec: { syncMode: 'Pull' },
}

describe('the account of an agent', () => {
  const objects = agentAccount(cluster)

  it('goes with its Cluster, all but the namespace, which the operator empties first', () => {
    const owned = objects.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === 'u1')
    expect(objects.filter(object => !owned.includes(object)).map(({ kind }) => kind)).toEqual(['Namespace'])
  })

  it('is bound to nothing but its own roles', () => {
    const bindings = objects.filter(({ kind }) => kind.endsWith('Binding'))
    expect(bindings.map(binding => stringAt(binding, 'roleRef', 'name'))).toEqual([
      'flotilla-agent',
      'flotilla-agent-m1',
      'flotilla:agent:m1',
    ])
    for (const binding of bindings) {
      const subject = { kind: 'ServiceAccount', namespace: 'karmada-cluster', name: 'flotilla-agent-m1' }
      expect(listAt(binding, 'subjects')).toEqual([subject])
    }
  })

  it('may write outside of its namespace only what bears its name', () => {
    const roles = objects.filter(
      ({ kind, metadata }) => kind.endsWith('Role') && metadata.namespace !== 'karmada-es-m1',
    )
    const writes = roles
      .flatMap(role => listAt(role, 'rules'))
      .filter(rule => !listAt(rule, 'verbs').every(verb => ['get', 'list', 'watch'].includes(String(verb))))
    expect(writes).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['delete'], resourceNames: ['flotilla-join-m1'] },
      {
        apiGroups: [''],
        resources: ['serviceaccounts/token'],
        verbs: ['create'],
        resourceNames: ['flotilla-agent-m1'],
      },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['get', 'create', 'patch'],
        resourceNames: ['m1'],
      },
      { apiGroups: ['cluster.karmada.io'], resources: ['clusters/status'], verbs: ['patch'], resourceNames: ['m1'] },
    ])
  })
})
