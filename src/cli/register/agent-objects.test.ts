import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { configure } from '../../configuration.ts'
import { listAt, stringAt, valueAt } from '../../object/field.ts'
import { type AgentWish, agentObjects } from './agent-objects.ts'

const wish: AgentWish = {
  ...{ cluster: 'm1', namespace: 'flotilla-system', image: 'flotilla:1', permissions: 'workloads' },
  ...{ propagate: [], namespaces: [] },
}
const credentials = {
  server: 'https://h',
  caPem: 'PEM',
  token: 't',
  lifetimeMs: 3_600_000,
  expires: '2026-01-01T01:00:00Z',
}
const find = (more: Partial<AgentWish>, kind: string, name = 'flotilla-agent') =>
  agentObjects({ ...wish, ...more }, credentials).find(object => object.kind === kind && object.metadata.name === name)

describe('what a registration makes in a member', () => {
  it('gives the agent settings that it takes', () => {
    const text = stringAt(find({}, 'ConfigMap'), 'data', 'config.yaml')
    const { mode, agent, namespace, leaderElection } = configure(parse(text ?? ''))
    expect({ mode, agent, namespace, leaderElection }).toMatchObject({
      mode: 'agent',
      agent: { clusterName: 'm1', hostSecret: 'flotilla-host' },
      namespace: 'flotilla-system',
      leaderElection: { leaseName: 'flotilla-agent' },
    })
  })

  it('keeps the token where only the agent reads it, with what it needs for the next one', () => {
    expect(find({}, 'Secret', 'flotilla-host')).toMatchObject({
      metadata: {
        annotations: {
          'flotilla.dev/token-service-account': 'karmada-cluster/flotilla-agent-m1',
          'flotilla.dev/token-lifetime': '3600',
          'flotilla.dev/token-expires': '2026-01-01T01:00:00Z',
        },
      },
      data: { server: 'aHR0cHM6Ly9o', caBundle: 'UEVN', token: 'dA==' },
    })
    expect(listAt(find({}, 'Role'), 'rules')).toContainEqual({
      ...{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'patch'] },
      resourceNames: ['flotilla-host'],
    })
  })

  it.each([
    { name: 'rules of its own', more: {}, role: 'flotilla-agent', binding: 'flotilla-agent' },
    {
      ...{ name: "Kubernetes' own", more: { permissions: 'cluster-admin' as const } },
      ...{ role: 'cluster-admin', binding: 'flotilla-agent-admin' },
    },
  ])('gives rights by a preset: $name', ({ more, role, binding }) => {
    expect(valueAt(find(more, 'ClusterRoleBinding', binding), 'roleRef', 'name')).toBe(role)
    expect(find(more, 'ClusterRole') !== undefined).toBe(role === 'flotilla-agent')
  })

  it('lets it write in the namespaces that are named, and look everywhere', () => {
    const more = { permissions: 'namespaced' as const, namespaces: ['shop', 'blog'] }
    const bindings = agentObjects({ ...wish, ...more }, credentials).filter(
      ({ metadata }) => metadata.name === 'flotilla-agent-write',
    )
    expect(bindings.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}`)).toEqual([
      'ClusterRole ',
      'RoleBinding shop',
      'RoleBinding blog',
    ])
  })
})
