import { describe, expect, it } from '@jest/globals'
import { buildIndex, type IndexedSelector } from './index-entries.ts'

const policy = (...resourceSelectors: readonly IndexedSelector[]) => ({ spec: { resourceSelectors } })
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }

describe('what the apiserver reads', () => {
  it.each([
    { name: 'a name', selectors: [{ ...deployment, name: 'web' }], want: { 'apps.Deployment.name.b3': '\nweb|*\n' } },
    {
      name: 'a name in a namespace',
      selectors: [{ ...deployment, name: 'web', namespace: 'shop' }],
      want: { 'apps.Deployment.name.b3': '\nweb|shop\n' },
    },
    {
      name: 'the name counts before labels',
      selectors: [{ ...deployment, name: 'web', labelSelector: { matchLabels: { a: 'b' } } }],
      want: { 'apps.Deployment.name.b3': '\nweb|*\n' },
    },
    {
      name: 'a name twice',
      selectors: [
        { ...deployment, name: 'web', namespace: 'b' },
        { ...deployment, name: 'web', namespace: 'a' },
      ],
      want: { 'apps.Deployment.name.b3': '\nweb|a\nweb|b\n' },
    },
    { name: 'all of a kind', selectors: [deployment], want: { 'apps.Deployment.rest': '\n*|\n' } },
    {
      name: 'an empty label selector',
      selectors: [{ ...deployment, labelSelector: {} }],
      want: { 'apps.Deployment.rest': '\n*|\n' },
    },
    {
      name: 'labels',
      selectors: [{ ...deployment, labelSelector: { matchLabels: { a: 'b', c: '' } } }],
      want: { 'apps.Deployment.label.b1': '\na=b|*|a In b;c In \n' },
    },
    {
      name: 'a label without a value',
      selectors: [{ ...deployment, labelSelector: { matchLabels: { c: '' } } }],
      want: { 'apps.Deployment.label._0': '\nc=|*|c In \n' },
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
      want: { 'apps.Deployment.rest': '\nshop|x.io/a NotIn 1,2;b Exists \n' },
    },
    {
      name: 'several values of a label',
      selectors: [
        { ...deployment, labelSelector: { matchExpressions: [{ key: 'x.io/a', operator: 'In', values: ['1', '2'] }] } },
      ],
      want: {
        'apps.Deployment.label.11': '\nx.io/a=1|*|x.io/a In 1,2\n',
        'apps.Deployment.label.21': '\nx.io/a=2|*|x.io/a In 1,2\n',
      },
    },
    {
      name: 'the core group',
      selectors: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }],
      want: { 'core.Pod.name.p1': '\np|*\n' },
    },
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

it('a selector stands under the label that the fewest others need', () => {
  const by = (app: string) => policy({ ...deployment, labelSelector: { matchLabels: { tier: 'web', app } } })
  const { data } = buildIndex([by('a'), by('b'), by('c')])
  expect(Object.keys(data)).toEqual([
    'apps.Deployment.label.a1',
    'apps.Deployment.label.b1',
    'apps.Deployment.label.c1',
  ])
})

it('policies that find no room are left for the apiserver to ask', () => {
  const policies = Array.from({ length: 5_000 }, (_, n) => policy({ ...deployment, name: `${'n'.repeat(230)}-${n}` }))
  const { data, left } = buildIndex(policies)
  const lines = Object.values(data).flatMap(text => text.split('\n').filter(line => line !== ''))
  expect(left.length).toBeGreaterThan(0)
  expect(lines.length + left.length).toBe(5_000)
  expect(JSON.stringify(data).length).toBeLessThan(1_048_576)
  for (const text of Object.values(data)) expect(text.length).toBeLessThanOrEqual(20_002)
})
