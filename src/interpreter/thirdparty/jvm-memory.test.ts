import { expect, it } from '@jest/globals'
import { toMebibytes } from './jvm-memory.ts'

it.each([
  ['512m', 512],
  ['2g', 2048],
  ['2Gi', 2048],
  ['1.5G', 1536],
  ['2048 mb', 2048],
  ['1048577', 2],
  [1048576, 1],
  ['1t', 1024 * 1024],
  ['much', undefined],
  [undefined, undefined],
])('%s', (size, want) => expect(toMebibytes(size)).toBe(want))

it('takes a number without unit in the one that is meant', () => expect(toMebibytes('512', 'm')).toBe(512))
