import { describe, expect, it } from '@jest/globals'
import { jsonSize } from './json-size.ts'

describe('jsonSize', () => {
  it.each([
    ['nothing', {}],
    ['a status', { replicas: 3, conditions: [{ type: 'Available', status: 'True', message: 'x'.repeat(100) }] }],
    ['a list', ['a', 1, true, null, {}]],
    ['a text', 'hello'],
  ])('is about that of the JSON: %s', (_, value) => {
    const size = jsonSize(value, 1e9)
    expect(Math.abs(size - JSON.stringify(value).length)).toBeLessThan(30)
  })

  it('stops counting where it matters no more', () => {
    const far = {
      a: 'x'.repeat(100),
      b: {
        get c(): never {
          throw new Error('looked at')
        },
      },
    }
    expect(jsonSize(far, 50)).toBeGreaterThan(50)
  })
})
