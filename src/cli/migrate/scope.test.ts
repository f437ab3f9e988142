import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { nameOf, type Source } from './read-source.ts'
import { scopeOf } from './scope.ts'

const template = (name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...more },
})
const binding = (name: string, id: string): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: `${name}-configmap`, namespace: 'shop', labels: { 'resourcebinding.karmada.io/permanent-id': id } },
  spec: { resource: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name } },
})
const work = (name: string, labels: Record<string, string>, kind = 'ConfigMap'): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name, namespace: 'karmada-es-m', labels },
  spec: { workload: { manifests: [{ apiVersion: 'v1', kind, metadata: { name } }] } },
})
const cluster = (name: string, syncMode: 'Push' | 'Pull'): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name },
  spec: { syncMode, secretRef: { namespace: 'karmada-cluster', name } },
})
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'karmada-cluster', name: 'm' } }
const SECRET_REF = { namespace: 'karmada-cluster', name: 'm' }
const NO_EXECUTE = { key: 'gone', effect: 'NoExecute' } as const
const SOURCE: Source = {
  id: 's',
  clusters: [cluster('m', 'Push')],
  secrets: [secret],
  bindings: [binding('a', 'id-a')],
  works: [],
  rules: [],
  unsupported: [],
  templates: [template('a')],
  extras: [],
  namespaces: ['shop', 'other'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  leases: [],
}
const scope = (more: Partial<Source> = {}) => scopeOf({ ...SOURCE, ...more }, { source: 's', parkedBy: 'nobody' })
const codes = (more: Partial<Source>) => scope(more).findings.map(({ level, code }) => `${level} ${code}`)

describe('scopeOf', () => {
  it('takes templates with bindings, their namespaces, and members with their Secrets', () => {
    const { namespaces, templates, members, findings } = scope()
    expect(namespaces.map(({ metadata }) => metadata.name)).toEqual(['shop', 'karmada-cluster', 'karmada-es-m'])
    expect(templates.map(nameOf)).toEqual(['ConfigMap shop/a'])
    expect(members.map(({ name, secrets }) => [name, secrets.map(nameOf)])).toEqual([
      ['m', ['Secret karmada-cluster/m']],
    ])
    expect(findings).toEqual([])
  })

  it('brings a member in Pull mode with what tells it apart, and without credentials', () => {
    const edge = cluster('edge', 'Pull')
    const { members } = scope({ clusters: [{ ...edge, spec: { ...edge.spec, region: 'eu' } }], secrets: [] })
    expect(members.map(({ name, secrets }) => [name, secrets])).toEqual([['edge', []]])
    expect(members[0]?.cluster['spec']).toEqual({ syncMode: 'Pull', region: 'eu' })
  })

  it.each([
    { name: 'that of a binding', work: work('w', { 'resourcebinding.karmada.io/permanent-id': 'id-a' }), carried: 1 },
    {
      name: 'that of a binding that stays behind',
      work: work('w', { 'resourcebinding.karmada.io/permanent-id': 'gone' }),
      carried: 0,
    },
    { name: 'one that a user wrote', work: work('w', {}), carried: 1 },
    { name: 'that of a namespace', work: work('w', {}, 'Namespace'), carried: 0 },
    { name: 'that of a quota', work: work('w', { 'federatedresourcequota.karmada.io/name': 'q' }), carried: 0 },
  ])('Works: $name', ({ work: one, carried }) => {
    expect(scope({ works: [one] }).works.length).toBe(carried)
  })

  it.each([
    { name: 'a binding without template', more: { templates: [] }, want: ['warning NotCarried'] },
    {
      name: 'a kind that the host does not have',
      more: { unsupported: [{ kind: 'FederatedHPA', count: 2 }] },
      want: ['warning NotCarried'],
    },
    { name: 'a member in Pull mode', more: { clusters: [cluster('p', 'Pull' as const)] }, want: ['note PullCluster'] },
    { name: 'a member without Secret', more: { secrets: [] }, want: ['error NoCredentials'] },
    {
      name: 'a taint by which workloads would leave',
      more: {
        clusters: [
          { ...cluster('m', 'Push'), spec: { syncMode: 'Push' as const, taints: [NO_EXECUTE], secretRef: SECRET_REF } },
        ],
      },
      want: ['error NoExecute'],
    },
    {
      name: 'what is being deleted',
      more: { templates: [template('a', { deletionTimestamp: 'now' })] },
      want: ['error Terminating'],
    },
  ])('tells of $name', ({ more, want }) => expect(codes(more)).toEqual(want))

  it('brings what was asked for, but nothing that every cluster makes for itself', () => {
    const extras = [template('more'), template('kube-root-ca.crt'), template('x', { namespace: 'kube-system' })]
    expect(scope({ extras }).templates.map(nameOf)).toEqual(['ConfigMap shop/a', 'ConfigMap shop/more'])
  })
})
