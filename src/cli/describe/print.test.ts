import { describe, expect, it } from '@jest/globals'
import { a } from '../../testing/builders.ts'
import { printDescription } from './print.ts'

const NOW_MS = Date.parse('2026-01-02T00:00:00Z')
const EVENT = {
  about: { kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
  type: 'Normal',
  reason: 'Synced',
  message: 'two\nlines',
  count: 3,
  atMs: NOW_MS - 5000,
}

describe('printDescription', () => {
  it('prints names, fields and events', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', b: '2', a: '1' }
    const object = a.configMap({ name: 'settings', namespace: 'shop', annotations, data: { key: 'value' } })
    expect(
      printDescription({ cluster: 'member1', object, events: [EVENT], nowMs: NOW_MS }),
    ).toBe(`Cluster:       member1
Kind:          ConfigMap (v1)
Name:          settings
Namespace:     shop
Created:       2026-01-01T00:00:00Z (24h ago)
Labels:        <none>
Annotations:   a=1
               b=2
Data:
  key: value
Events:
  TYPE     REASON   AGE       MESSAGE
  Normal   Synced   5s (x3)   two lines
`)
  })

  it('keeps what a Secret keeps', () => {
    const object = a.secret({ name: 'key', data: { token: Buffer.from('secret').toString('base64') } })
    const text = printDescription({ cluster: 'member1', object, events: [], nowMs: NOW_MS })
    expect(text).toContain('Type:          Opaque\nData:\n  token: 6 bytes\nEvents:        <none>\n')
  })
})
