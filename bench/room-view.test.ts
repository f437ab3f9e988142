import { Readable, type Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { roomView } from './room-view.ts'

const view = roomView('shop', 'c1')
const through = (chunks: readonly Buffer[], transform: Transform | undefined): Promise<string> =>
  transform === undefined ? Promise.resolve('') : text(Readable.from(chunks).pipe(transform))

describe('the path of a room', () => {
  it.each([
    ['/api/v1/namespaces/shop/configmaps/a', '/api/v1/namespaces/shop--c1/configmaps/a'],
    ['/api/v1/namespaces/shop', '/api/v1/namespaces/shop--c1'],
    ['/api/v1/namespaces/shopping/configmaps', '/api/v1/namespaces/shopping/configmaps'],
    ['/api/v1/namespaces/kube-system', '/api/v1/namespaces/kube-system'],
    ['/api/v1/configmaps?labelSelector=x', '/api/v1/namespaces/shop--c1/configmaps?labelSelector=x'],
    [
      '/apis/apps/v1/deployments?limit=5&labelSelector=x',
      '/apis/apps/v1/namespaces/shop--c1/deployments?limit=5&labelSelector=x',
    ],
    ['/api/v1/nodes?limit=5', '/api/v1/nodes?limit=5'],
    ['/api/v1/namespaces?labelSelector=x', '/api/v1/namespaces?labelSelector=x'],
  ])('%s → %s', (asked, wanted) => expect(view.path(asked)).toBe(wanted))
})

describe('what a room shows', () => {
  const stored = '{"namespace":"shop--c1","note":"in shop--c1, größer","name":"shop--c12"}\n'
  const shown = '{"namespace":"shop","note":"in shop--c1, größer","name":"shop--c12"}\n'

  it.each([1, 2, 3, 5, 8, 100])('has the common name, however it is cut (%d bytes)', async size => {
    const bytes = Buffer.from(stored)
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    expect(await through(chunks, view.shown?.())).toBe(shown)
  })

  it('is stored under its own name', async () => {
    expect(await through([Buffer.from('{"namespace":"shop"}')], view.sent?.())).toBe('{"namespace":"shop--c1"}')
  })
})
