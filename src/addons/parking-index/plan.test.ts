import { describe, expect, it } from '@jest/globals'
import { a } from '../../testing/builders.ts'
import { plan } from './plan.ts'

const selector = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const policy = (name: string, metadata: object = {}) =>
  a.policy({
    name,
    metadata: { generation: 2, ...metadata },
    spec: { resourceSelectors: [selector], placement: {} },
  })
const configMap = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'flotilla-parking-v1' },
  data,
})
const indexed = configMap({ 'apps.Deployment.name.b3': '\nweb|*\n' })
const settledMs = 5_000

describe('the index comes first, the marks when every apiserver has seen it', () => {
  it.each([
    { name: 'a new policy', policies: [policy('p')], found: undefined, want: ['writeIndex'] },
    {
      name: 'an index that somebody changed',
      policies: [policy('p')],
      found: configMap({ x: 'y' }),
      want: ['writeIndex'],
    },
    { name: 'an index as it should be', policies: [policy('p')], found: indexed, want: ['mark'] },
    {
      name: 'an index that has just been written',
      policies: [policy('p')],
      found: indexed,
      settled: 10,
      want: ['wait'],
    },
    {
      name: 'a policy that is marked',
      policies: [policy('p', { labels: { 'flotilla.dev/indexed-v1': '2' } })],
      found: indexed,
      want: [],
    },
    {
      name: 'a mark of an older spec',
      policies: [policy('p', { labels: { 'flotilla.dev/indexed-v1': '1' } })],
      found: indexed,
      want: ['mark'],
    },
    { name: 'no policy and no index', policies: [], found: undefined, want: [] },
    { name: 'the last policy gone', policies: [], found: indexed, want: ['deleteIndex'] },
    {
      name: 'a policy on its way out',
      policies: [policy('p', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
      found: indexed,
      want: ['deleteIndex'],
    },
  ])('$name', ({ policies, found, settled, want }) => {
    const actions = plan({ policies, configMap: found, settledMs: settled ?? settledMs })
    expect(actions.map(action => action.type)).toEqual(want)
  })
})

it('a policy that finds no room in the index loses its mark: the apiserver asks it itself', () => {
  const resourceSelectors = Array.from({ length: 5_000 }, (_, n) => ({ ...selector, name: `${'x'.repeat(240)}${n}` }))
  const big = a.policy({
    name: 'big',
    metadata: { labels: { 'flotilla.dev/indexed-v1': '1' } },
    spec: { resourceSelectors, placement: {} },
  })
  const [action] = plan({ policies: [big], configMap: undefined, settledMs })
  expect(action).toMatchObject({ type: 'mark', patch: { metadata: { labels: { 'flotilla.dev/indexed-v1': null } } } })
})
