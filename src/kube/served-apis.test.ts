import { describe, expect, it } from '@jest/globals'
import { readAggregated, readResourceList, readVersionNames } from './served-apis.ts'

const resource = { resource: 'deployments', responseKind: { kind: 'Deployment' }, scope: 'Namespaced' }
const group = (versions: unknown, name: unknown = 'apps'): unknown => ({ items: [{ metadata: { name }, versions }] })

describe('readAggregated', () => {
  it('reads groups, versions and resources', () => {
    expect(readAggregated(group([{ version: 'v1', freshness: 'Current', resources: [resource] }]))).toEqual({
      versions: [
        {
          group: 'apps',
          version: 'v1',
          resources: [{ group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true }],
          unwatchable: new Set(),
        },
      ],
      errors: [],
    })
  })

  it('notes what cannot be listed and watched', () => {
    const review = { ...resource, resource: 'reviews', verbs: ['create'] }
    const whole = { ...resource, verbs: ['create', 'list', 'watch'] }
    const [version] = readAggregated(group([{ version: 'v1', resources: [review, whole] }])).versions
    expect([...(version?.unwatchable ?? [])]).toEqual(['reviews'])
  })

  it.each([
    { name: 'nothing', document: undefined },
    { name: 'items of wrong types', document: { items: [1, null, 'x', []] } },
    { name: 'items that are no list', document: { items: { length: 3 } } },
    { name: 'a group with a path as its name', document: group([{ version: 'v1' }], '../../api') },
    { name: 'a version with a path as its name', document: group([{ version: 'v1/x?y' }]) },
    { name: 'a version that is an object', document: group([{ version: {} }]) },
  ])('makes nothing of $name', ({ document }) => expect(readAggregated(document).versions).toEqual([]))

  it.each([
    { name: 'a resource with a path as its name', entry: { ...resource, resource: 'a/../b' } },
    { name: 'a resource with a line break', entry: { ...resource, resource: 'a\r\nb' } },
    { name: 'a resource with an upper-case name', entry: { ...resource, resource: '__proto__' } },
    { name: 'a kind that is a number', entry: { ...resource, responseKind: { kind: 1 } } },
    { name: 'no kind (a resource of subresources only)', entry: { ...resource, responseKind: null } },
  ])('leaves out $name', ({ entry }) => {
    const { versions } = readAggregated(group([{ version: 'v1', resources: [entry, resource] }]))
    expect(versions[0]?.resources.map(({ plural }) => plural)).toEqual(['deployments'])
  })

  it('reports a version whose server does not answer, and keeps it', () => {
    const { versions, errors } = readAggregated(
      group([{ version: 'v1', freshness: 'Stale', resources: [] }], 'metrics.k8s.io'),
    )
    expect(versions).toHaveLength(1)
    expect(errors).toEqual([expect.stringContaining('metrics.k8s.io/v1')])
  })

  it('takes in a limited number', () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ version: `v${i}`, resources: [] }))
    const { versions, errors } = readAggregated(group(many))
    expect(versions).toHaveLength(2000)
    expect(errors).toHaveLength(1)
  })
})

describe('readVersionNames', () => {
  it.each([
    {
      name: 'core versions',
      document: { kind: 'APIVersions', versions: ['v1', 1] },
      want: [{ group: '', version: 'v1' }],
    },
    {
      name: 'groups',
      document: {
        kind: 'APIGroupList',
        groups: [{ name: 'apps', versions: [{ version: 'v1' }, { version: '/' }] }, 7],
      },
      want: [{ group: 'apps', version: 'v1' }],
    },
    { name: 'nothing of another kind', document: { kind: 'Status' }, want: undefined },
  ])('reads $name', ({ document, want }) => expect(readVersionNames(document)).toEqual(want))
})

describe('readResourceList', () => {
  const gv = { group: '', version: 'v1' }

  it('leaves out subresources', () => {
    const resources = [
      { name: 'pods', kind: 'Pod', namespaced: true },
      { name: 'pods/log', kind: 'Pod' },
    ]
    expect(readResourceList({ kind: 'APIResourceList', resources }, gv)?.resources).toEqual([
      { ...gv, plural: 'pods', kind: 'Pod', namespaced: true },
    ])
  })

  it('refuses a document of another kind', () => expect(readResourceList({ kind: 'PodList' }, gv)).toBeUndefined())
})
