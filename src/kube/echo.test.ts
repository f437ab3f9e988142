import { describe, expect, it } from '@jest/globals'
import { echoedVersion } from './echo.ts'

const UID = '2b2a7a7e-a1f3-4f8a-b2a7-3c6d2a7a6f11'
const own = (version: string): string | undefined => (version === '12' ? UID : undefined)
const event = (type: string, metadata: object, rest: object = {}): string =>
  JSON.stringify({ type, object: { kind: 'ConfigMap', apiVersion: 'v1', metadata, ...rest } })
const mine = { uid: UID, resourceVersion: '12' }

describe('a watch event is an echo', () => {
  it.each([
    { name: 'of an own write of a built-in kind', text: event('ADDED', { name: 'a', ...mine }), want: '12' },
    {
      name: 'of an own write of a custom resource',
      text: event('MODIFIED', { name: 'a', resourceVersion: '12', uid: UID }),
      want: '12',
    },
    {
      name: 'whatever stands in its texts',
      text: event('ADDED', { annotations: { a: '"resourceVersion":"7"' }, resourceVersion: '12', uid: UID }),
      want: '12',
    },
    { name: 'not of a version that nobody wrote', text: event('ADDED', { ...mine, resourceVersion: '13' }) },
    { name: 'not of another object', text: event('ADDED', { uid: 'other', resourceVersion: '12' }) },
    {
      name: 'not when the version is only told of within',
      text: event('ADDED', { name: 'a' }, { spec: { resourceVersion: '12', of: { uid: UID } } }),
    },
    { name: 'not of a deletion', text: event('DELETED', mine) },
    { name: 'not of a bookmark', text: event('BOOKMARK', mine) },
    { name: 'not when it does not begin as events do', text: `{"object":{"metadata":${JSON.stringify(mine)}}}` },
    { name: 'not when it is cut off', text: event('ADDED', mine).slice(0, 90) },
    { name: 'not when it has no version', text: event('ADDED', { name: 'a' }) },
    { name: 'not with a version without an end', text: `{"type":"ADDED","resourceVersion":"${'1'.repeat(99)}` },
    { name: 'not when it is empty', text: '' },
  ])('$name', ({ text, want }) => expect(echoedVersion(Buffer.from(text), own)).toBe(want))
})
