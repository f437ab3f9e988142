import { describe, expect, it } from '@jest/globals'
import { findUntolerated, formatTaint, type Toleration, tolerates } from './toleration.ts'

const taint = { key: 'gpu', value: 'a100', effect: 'NoSchedule' }

describe('tolerates', () => {
  it.each<{ name: string; toleration: Toleration; want: boolean }>([
    { name: 'Equal needs key and value', toleration: { key: 'gpu', operator: 'Equal', value: 'a100' }, want: true },
    { name: 'no operator is Equal', toleration: { key: 'gpu', value: 'a100' }, want: true },
    { name: 'Equal with another value', toleration: { key: 'gpu', value: 'h100' }, want: false },
    { name: 'Exists ignores the value', toleration: { key: 'gpu', operator: 'Exists' }, want: true },
    { name: 'Exists of another key', toleration: { key: 'cpu', operator: 'Exists' }, want: false },
    { name: 'Exists without key covers all', toleration: { operator: 'Exists' }, want: true },
    { name: 'an empty toleration covers no taint with a value', toleration: {}, want: false },
    { name: 'without a key the value decides', toleration: { value: 'a100' }, want: true },
    {
      name: 'the effect must be equal',
      toleration: { key: 'gpu', operator: 'Exists', effect: 'NoExecute' },
      want: false,
    },
    { name: 'an empty effect is any', toleration: { key: 'gpu', operator: 'Exists', effect: '' }, want: true },
    { name: 'tolerationSeconds does not matter', toleration: { operator: 'Exists', tolerationSeconds: 0 }, want: true },
    { name: 'an unknown operator covers nothing', toleration: { key: 'gpu', operator: 'Gt', value: '1' }, want: false },
  ])('$name', ({ toleration, want }) => expect(tolerates(toleration, taint)).toBe(want))
})

describe('findUntolerated', () => {
  const prefer = { key: 'soft', effect: 'PreferNoSchedule' }
  const evict = { key: 'down', effect: 'NoExecute' }
  it('looks only at the effects asked for', () => {
    expect(findUntolerated([prefer, evict], [], ['NoSchedule', 'NoExecute'])).toBe(evict)
    expect(findUntolerated([prefer], [], ['NoSchedule', 'NoExecute'])).toBeUndefined()
  })
  it('skips what is tolerated', () => {
    expect(findUntolerated([taint, evict], [{ key: 'gpu', operator: 'Exists' }], ['NoSchedule', 'NoExecute'])).toBe(
      evict,
    )
  })
})

describe('formatTaint', () => {
  it.each([
    { given: taint, want: 'gpu=a100:NoSchedule' },
    { given: { key: 'down', effect: 'NoExecute' }, want: 'down:NoExecute' },
    { given: { key: 'a', value: 'b', effect: '' }, want: 'a=b' },
  ])('$want', ({ given, want }) => expect(formatTaint(given)).toBe(want))
})
