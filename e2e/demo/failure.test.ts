import { describe, expect, it } from '@jest/globals'
import { explainFailure } from './failure.ts'

describe('explainFailure', () => {
  it('says the message', () => {
    expect(explainFailure(new Error('no port is free\n'))).toBe('no port is free')
  })

  it('follows the causes', () => {
    const cause = new Error('connection refused', { cause: 'ECONNREFUSED' })
    expect(explainFailure(new Error('host not ready', { cause }))).toBe(
      'host not ready\n  because: connection refused\n  because: ECONNREFUSED',
    )
  })
})
