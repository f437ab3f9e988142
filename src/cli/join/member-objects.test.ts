import { describe, expect, it } from '@jest/globals'
import { stringAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { type MemberWish, memberObjects } from './member-objects.ts'
import { memberRules, PERMISSIONS } from './permissions.ts'

const WISH: MemberWish = {
  name: 'm1',
  namespace: 'karmada-cluster',
  permissions: 'workloads',
  propagate: [],
  namespaces: [],
  tokenSecret: false,
  hostId: 'uid-h',
}

const named = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`

describe('memberObjects', () => {
  it.each([
    {
      name: 'workloads',
      wish: {},
      want: [
        'Namespace /karmada-cluster',
        'ServiceAccount karmada-cluster/flotilla-m1',
        'ClusterRole /flotilla-m1',
        'ClusterRoleBinding /flotilla-m1',
        'Role karmada-cluster/flotilla-m1-token',
        'RoleBinding karmada-cluster/flotilla-m1-token',
      ],
    },
    {
      name: 'some namespaces',
      wish: { permissions: 'namespaced', namespaces: ['shop', 'blog'] } as const,
      want: [
        'Namespace /karmada-cluster',
        'ServiceAccount karmada-cluster/flotilla-m1',
        'ClusterRole /flotilla-m1-write',
        'RoleBinding shop/flotilla-m1',
        'RoleBinding blog/flotilla-m1',
        'ClusterRole /flotilla-m1',
        'ClusterRoleBinding /flotilla-m1',
        'Role karmada-cluster/flotilla-m1-token',
        'RoleBinding karmada-cluster/flotilla-m1-token',
      ],
    },
    {
      name: 'everything, with a token that never expires',
      wish: { permissions: 'cluster-admin', tokenSecret: true } as const,
      want: [
        'Namespace /karmada-cluster',
        'ServiceAccount karmada-cluster/flotilla-m1',
        'ClusterRoleBinding /flotilla-m1',
        'Secret karmada-cluster/flotilla-m1',
      ],
    },
  ])('$name', ({ wish, want }) => {
    const objects = memberObjects({ ...WISH, ...wish })
    expect(objects.map(named)).toEqual(want)
    for (const { metadata } of objects) expect(metadata.labels).toEqual({ 'karmada.io/system': 'true' })
  })
})

/** What is granted where: `everywhere`, or a namespace. */
const grants = (objects: readonly KubeObject[]): readonly (readonly [where: string, role: string])[] =>
  objects
    .filter(({ kind }) => kind.endsWith('Binding'))
    .map(({ metadata, roleRef }) => [metadata.namespace ?? 'everywhere', stringAt(roleRef, 'name') ?? ''])

it('grants what writes in the namespaces that were named alone, besides tokens of its own account', () => {
  const objects = memberObjects({ ...WISH, permissions: 'namespaced', namespaces: ['shop', 'blog'] })
  expect(grants(objects)).toEqual([
    ['shop', 'flotilla-m1-write'],
    ['blog', 'flotilla-m1-write'],
    ['everywhere', 'flotilla-m1'],
    ['karmada-cluster', 'flotilla-m1-token'],
  ])
  const tokens = objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'flotilla-m1-token')
  expect(tokens).toMatchObject({
    rules: [
      { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['flotilla-m1'], verbs: ['create'] },
    ],
  })
})

describe('memberRules', () => {
  it.each(PERMISSIONS.filter(each => each !== 'cluster-admin'))('%s never has a star', permissions => {
    const { everywhere = [], inNamespaces = [] } = memberRules(permissions, []) ?? {}
    const words = [...everywhere, ...inNamespaces].flatMap(rule => [
      ...rule.apiGroups,
      ...rule.resources,
      ...rule.verbs,
    ])
    expect(words).not.toContain('*')
    expect(words).not.toContain('secrets')
  })

  it.each([
    { name: 'default kinds', more: [] },
    { name: 'kinds of which rights are passed on', more: ['secrets', 'roles.rbac.authorization.k8s.io'] },
  ])('writes nowhere but in the namespaces that were named: $name', ({ more }) => {
    const { everywhere = [], inNamespaces = [] } = memberRules('namespaced', more) ?? {}
    const verbs = (rules: typeof everywhere): ReadonlySet<string> => new Set(rules.flatMap(rule => rule.verbs))
    expect(verbs(everywhere)).toEqual(new Set(['get', 'list', 'watch']))
    expect([...verbs(inNamespaces)]).toEqual(expect.arrayContaining(['create', 'patch', 'update', 'delete']))
  })

  it('takes more kinds, and may pass on rights only where these are among them', () => {
    const { everywhere = [] } = memberRules('workloads', ['secrets', 'roles.rbac.authorization.k8s.io']) ?? {}
    expect(everywhere).toContainEqual(expect.objectContaining({ apiGroups: [''], resources: ['secrets'] }))
    expect(everywhere.flatMap(({ verbs }) => verbs)).toContain('escalate')
    expect(memberRules('workloads', [])?.everywhere.flatMap(({ verbs }) => verbs)).not.toContain('escalate')
  })

  it.each(['*', 'Widgets', 'a/b'])('refuses %s', kind => {
    expect(() => memberRules('workloads', [kind])).toThrow('name a kind as kubectl does')
  })
})
