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

  it.each([
    { name: 'reaches for the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
    { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'is in any language', text: 'äöü 日本 🚀', want: 'äöü 日本 🚀' },
  ])('prints what $name as text, wherever it stands', ({ text, want }) => {
    const labels = { [text]: text }
    const object = {
      ...a.configMap({ name: text, namespace: text, labels, annotations: labels }),
      [`x${text}`]: text,
      extra: [text],
    }
    const events = [{ ...EVENT, type: text, reason: text, message: text }]
    const lines = printDescription({ cluster: text, object, events, nowMs: NOW_MS }).split('\n')
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
    expect(lines).toEqual(
      expect.arrayContaining([
        `Cluster:       ${want}`,
        `Name:          ${want}`,
        `Labels:        ${want}=${want}`,
        `Annotations:   ${want}=${want}`,
        `${`X${want}:`.padEnd(14)} ${want}`,
        `  ${want}   ${want}   5s (x3)   ${want}`,
      ]),
    )
  })

  it('keeps lines of a value in its column, where none looks like a row or a pair', () => {
    const annotations = { a: 'one\nKind: Secret', b: '1\nc=2' }
    const object = { ...a.configMap({ name: 'settings', annotations }), note: 'x\nEvents:' }
    const text = printDescription({ cluster: 'member1', object, events: [], nowMs: NOW_MS })
    expect(text).toContain(`Annotations:   a=one
                 Kind: Secret
               b=1
                 c=2
`)
    expect(text).toContain('Note:          x\n               Events:\n')
  })

  it('keeps what a Secret keeps', () => {
    const object = a.secret({ name: 'key', data: { token: Buffer.from('secret').toString('base64') } })
    const text = printDescription({ cluster: 'member1', object, events: [], nowMs: NOW_MS })
    expect(text).toContain('Type:          Opaque\nData:\n  token: 6 bytes\nEvents:        <none>\n')
  })
})
