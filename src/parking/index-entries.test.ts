import { describe, expect, it } from '@jest/globals'
import { buildIndex, type IndexedSelector } from './index-entries.ts'

const policy = (...resourceSelectors: readonly IndexedSelector[]) => ({ spec: { resourceSelectors } })
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }

describe('what the apiserver reads', () => {
  it.each([
    { name: 'a name', selectors: [{ ...deployment, name: 'web' }], want: { 'apps.Deployment.web': '*' } },
    {
      name: 'a name in a namespace',
      selectors: [{ ...deployment, name: 'web', namespace: 'shop' }],
      want: { 'apps.Deployment.web': 'shop' },
    },
    {
      name: 'the name counts before labels',
      selectors: [{ ...deployment, name: 'web', labelSelector: { matchLabels: { a: 'b' } } }],
      want: { 'apps.Deployment.web': '*' },
    },
    {
      name: 'a name twice',
      selectors: [
        { ...deployment, name: 'web', namespace: 'b' },
        { ...deployment, name: 'web', namespace: 'a' },
      ],
      want: { 'apps.Deployment.web': 'a,b' },
    },
    { name: 'all of a kind', selectors: [deployment], want: { 'apps.Deployment': '*|' } },
    {
      name: 'an empty label selector',
      selectors: [{ ...deployment, labelSelector: {} }],
      want: { 'apps.Deployment': '*|' },
    },
    {
      name: 'labels',
      selectors: [{ ...deployment, labelSelector: { matchLabels: { a: 'b', c: '' } } }],
      want: { 'apps.Deployment': '*|a In b;c In ' },
    },
    {
      name: 'expressions',
      selectors: [
        {
          ...deployment,
          namespace: 'shop',
          labelSelector: {
            matchExpressions: [
              { key: 'x.io/a', operator: 'NotIn', values: ['1', '2'] },
              { key: 'b', operator: 'Exists' },
            ],
          },
        },
      ],
      want: { 'apps.Deployment': 'shop|x.io/a NotIn 1,2;b Exists ' },
    },
    {
      name: 'two selectors of a kind',
      selectors: [{ ...deployment, labelSelector: { matchLabels: { a: 'b' } } }, deployment],
      want: { 'apps.Deployment': '*|\n*|a In b' },
    },
    { name: 'the core group', selectors: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }], want: { 'core.Pod.p': '*' } },
    {
      name: 'kinds that are not parked',
      selectors: [
        { apiVersion: 'v1', kind: 'ConfigMap' },
        { apiVersion: 'apps/v1beta1', kind: 'Deployment' },
      ],
      want: {},
    },
  ])('$name', ({ selectors, want }) => expect(buildIndex([policy(...selectors)]).data).toEqual(want))
})

it('policies that find no room are left for the apiserver to ask', () => {
  const policies = Array.from({ length: 5_000 }, (_, n) => policy({ ...deployment, name: `${'n'.repeat(230)}-${n}` }))
  const { data, left } = buildIndex(policies)
  expect(left.length).toBeGreaterThan(0)
  expect(Object.keys(data).length + left.length).toBe(5_000)
  expect(JSON.stringify(data).length).toBeLessThan(1_048_576)
})
