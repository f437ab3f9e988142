import { expect, it } from '@jest/globals'
import { CONTAINER_FLAGS, LIMIT_BYTES, peakOf } from './memory.ts'

it("gives the chart's default limit, and the heap that Node has in a container of it", () => {
  expect(LIMIT_BYTES).toBe(2 ** 30)
  expect(CONTAINER_FLAGS).toEqual(['--max-old-space-size=512'])
})

it('reads what was resident at most', () => {
  expect(peakOf('VmPeak:\t  9 kB\nVmHWM:\t  1024 kB\nVmRSS:\t     7 kB\n')).toBe(1024 * 1024)
  expect(() => peakOf('VmRSS:\t     7 kB\n')).toThrow('at most')
})
