import { describe, expect, it } from '@jest/globals'
import { newProcessIdentity } from './process-identity.ts'

const UID = '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed'

describe('newProcessIdentity', () => {
  it('is another one for each process, and begins alike in one Pod', () => {
    const [first, second] = [newProcessIdentity('flotilla-abcde', UID), newProcessIdentity('flotilla-abcde', UID)]
    expect(first.endedPrefix).toBe('flotilla-abcde_1b9d6bcd')
    expect(second.endedPrefix).toBe(first.endedPrefix)
    for (const { identity } of [first, second]) expect(identity).toMatch(/^flotilla-abcde_1b9d6bcd[0-9a-f]{8}$/)
    expect(first.identity).not.toBe(second.identity)
  })

  it.each([undefined, '', 'x', `${UID}0`, UID.toUpperCase()])('knows no earlier process with the UID %j', uid => {
    const { identity, ...rest } = newProcessIdentity('node-1', uid)
    expect(identity).toMatch(/^node-1_[0-9a-f]{8}$/)
    expect(rest).toEqual({})
  })
})
