import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../../api/generated/cluster.ts'
import { editTaints, formatTaint, parseTaintEdit } from './edit-taints.ts'

const NOW = '2026-01-01T00:00:00Z'
const HERE: readonly Taint[] = [
  { key: 'gpu', value: 'yes', effect: 'NoSchedule', timeAdded: '2025-01-01T00:00:00Z' },
  { key: 'gpu', effect: 'NoExecute', timeAdded: '2025-01-01T00:00:00Z' },
]
const edited = (texts: readonly string[], overwrite = false): readonly string[] =>
  editTaints(HERE, texts.map(parseTaintEdit), { overwrite, now: NOW }).map(formatTaint)

describe('editTaints', () => {
  it.each([
    { edits: ['a=b:NoSchedule'], want: ['gpu=yes:NoSchedule', 'gpu:NoExecute', 'a=b:NoSchedule'] },
    { edits: ['a:NoExecute', 'a-'], want: ['gpu=yes:NoSchedule', 'gpu:NoExecute'] },
    { edits: ['gpu:NoExecute-'], want: ['gpu=yes:NoSchedule'] },
    { edits: ['gpu-'], want: [] },
    { edits: ['gpu=yes:NoSchedule'], want: ['gpu=yes:NoSchedule', 'gpu:NoExecute'] },
  ])('$edits', ({ edits, want }) => expect(edited(edits)).toEqual(want))

  it('gives another value only when that is asked for', () => {
    expect(() => edited(['gpu=no:NoSchedule'])).toThrow('--overwrite')
    expect(edited(['gpu=no:NoSchedule'], true)).toEqual(['gpu=no:NoSchedule', 'gpu:NoExecute'])
  })

  it('tells since when a taint is there, and leaves that of others', () => {
    const [first, , added] = editTaints(HERE, [parseTaintEdit('a:NoExecute')], { overwrite: false, now: NOW })
    expect([first?.timeAdded, added?.timeAdded]).toEqual(['2025-01-01T00:00:00Z', NOW])
  })

  it.each([
    { edit: 'cpu-', says: 'has no taint cpu' },
    { edit: 'gpu:NoSchedule:x', says: 'KEY=VALUE:EFFECT' },
    { edit: 'gpu', says: 'KEY=VALUE:EFFECT' },
    { edit: 'gpu:PreferNoSchedule', says: 'has no meaning for clusters' },
  ])('$edit is refused', ({ edit, says }) => expect(() => edited([edit])).toThrow(says))
})
