import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { matchesQuery } from './selector-query.ts'

const object = a.configMap({
  name: 'x',
  namespace: 'ns',
  labels: { 'karmada.io/managed': 'true', tier: 'web', empty: '' },
})

describe('matchesQuery', () => {
  it.each([
    { query: {}, want: true },
    { query: { namespace: 'ns' }, want: true },
    { query: { namespace: 'other' }, want: false },
    { query: { labelSelector: 'karmada.io/managed=true' }, want: true },
    { query: { labelSelector: 'karmada.io/managed==true,tier=web' }, want: true },
    { query: { labelSelector: 'karmada.io/managed=false' }, want: false },
    { query: { labelSelector: 'tier!=web' }, want: false },
    { query: { labelSelector: 'absent!=web' }, want: true },
    { query: { labelSelector: 'tier' }, want: true },
    { query: { labelSelector: '!tier' }, want: false },
    { query: { labelSelector: '!absent' }, want: true },
    { query: { labelSelector: 'empty=' }, want: true },
    { query: { labelSelector: 'tier in (db, web),!absent' }, want: true },
    { query: { labelSelector: 'tier notin (db,web)' }, want: false },
    { query: { labelSelector: 'absent notin (db)' }, want: true },
    { query: { labelSelector: 'tier > 3' }, want: false },
    { query: { labelSelector: 'constructor' }, want: false },
    { query: { fieldSelector: 'metadata.name=x' }, want: true },
    { query: { fieldSelector: 'metadata.name!=x' }, want: false },
    { query: { fieldSelector: 'metadata.name=x,metadata.namespace=ns' }, want: true },
    { query: { fieldSelector: 'spec.nodeName=a' }, want: false },
  ])('$query: $want', ({ query, want }) => expect(matchesQuery(query, object)).toBe(want))
})
