import { describe, expect, it } from '@jest/globals'
import { formatNumber, labelOf, rankOf } from './labels.ts'

describe('the label of a figure', () => {
  it.each([
    { name: 'toMembersSeconds', want: { text: 'until all members have all', unit: 's' } },
    { name: 'peakRssMiB', want: { text: 'highest resident memory', unit: 'MiB' } },
    { name: 'bytesPerNodeAccount', want: { text: 'bytes of its account', unit: '' } },
    { name: 'configMapTakeoverMs', want: { text: 'ConfigMap takeover', unit: 'ms' } },
    { name: 'at1000PeakRssMiB', want: { text: 'at 1000 peak RSS', unit: 'MiB' } },
    { name: 'rssR2', want: { text: 'RSS R²', unit: '' } },
    { name: 'anyNodeUs', want: { text: 'an estimate, any node', unit: 'µs' } },
    { name: 'at1ReadySeconds', want: { text: 'at 1 ready', unit: 's' } },
  ])('$name is $want.text', ({ name, want }) => expect(labelOf(name)).toEqual(want))

  it.each([
    { name: 'aP50Ms', want: { stem: 'a', rank: 'P50', suffix: 'Ms' } },
    { name: 'eventLoopDelayMaxMs', want: { stem: 'eventLoopDelay', rank: 'Max', suffix: 'Ms' } },
    { name: 'oneP50Ratio', want: undefined },
    { name: 'cpuSeconds', want: undefined },
  ])('of $name may have a rank', ({ name, want }) => expect(rankOf(name)).toEqual(want))
})

describe('a number of a table', () => {
  it.each([
    [1234.5, '1,235'],
    [123.4, '123'],
    [12.34, '12.3'],
    [1.239, '1.24'],
    [0.01239, '0.012'],
    [7, '7'],
    [0, '0'],
    [-0.0001, '0'],
  ])('%p is %s', (value, want) => expect(formatNumber(value)).toBe(want))
})
