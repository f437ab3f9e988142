import { describe, expect, it } from '@jest/globals'
import { newDependencyIndex } from './dependency-index.ts'

const secret = (name: string, namespace = 'shop', labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, ...(labels && { labels }) },
})
const named = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name })
const labelled = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', labelSelector: { matchLabels: { app: 'web' } } }

describe('who needs an object', () => {
  const index = newDependencyIndex()
  index.set('shop/a', [named('one'), named('two')])
  index.set('shop/b', [named('two'), labelled])

  it.each([
    ['by name', secret('one'), ['shop/a']],
    ['several', secret('two'), ['shop/a', 'shop/b']],
    ['by label', secret('three', 'shop', { app: 'web' }), ['shop/b']],
    ['by both, once', secret('two', 'shop', { app: 'web' }), ['shop/a', 'shop/b']],
    ['nobody: another label', secret('three', 'shop', { app: 'db' }), []],
    ['nobody: another namespace', secret('one', 'other'), []],
    ['nobody: another kind', { ...secret('one'), kind: 'ConfigMap' }, []],
  ])('%s', (_, object, wanted) => expect(index.dependentsOf(object)).toEqual(wanted))
})

describe('what changes', () => {
  it('takes the place of what was known, and goes', () => {
    const index = newDependencyIndex()
    index.set('shop/a', [named('one'), labelled])
    index.set('shop/a', [named('two')])
    expect(index.dependentsOf(secret('one', 'shop', { app: 'web' }))).toEqual([])
    expect(index.dependentsOf(secret('two'))).toEqual(['shop/a'])
    index.delete('shop/a')
    expect(index.dependentsOf(secret('two'))).toEqual([])
  })
})
