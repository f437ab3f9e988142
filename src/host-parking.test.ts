import { describe, expect, it } from '@jest/globals'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import { isReadableByApiserver, parkingMode, registrationOptions } from './host-parking.ts'

describe('who parks', () => {
  it.each([
    { host: 'ordinary', mode: 'auto', want: 'policies' },
    { host: 'ordinary-without-policies', mode: 'auto', want: 'operator' },
    { host: 'dedicated', mode: 'auto', want: 'off' },
    { host: 'dedicated', mode: 'policies', want: 'policies' },
    { host: 'ordinary', mode: 'off', want: 'off' },
  ] as const)('$mode on a host that is $host: $want', ({ host, mode, want }) => {
    const configuration = { ...DEFAULT_CONFIGURATION, parking: { mode, installPolicies: true } }
    expect(parkingMode(configuration, { kind: host })).toBe(want)
  })
})

describe('what is registered', () => {
  it('are the policies where they park', () => {
    expect(registrationOptions(DEFAULT_CONFIGURATION, 'policies').parking).toEqual({
      namespace: 'flotilla-system',
      skippedNamespaces: ['kube-.*'],
    })
  })
  it('is none of them elsewhere, so that old ones go', () => {
    expect(registrationOptions(DEFAULT_CONFIGURATION, 'operator').parking).toBe('none')
  })
  it('is left to somebody else when that is wanted', () => {
    const configuration = { ...DEFAULT_CONFIGURATION, parking: { mode: 'auto', installPolicies: false } } as const
    expect(registrationOptions(configuration, 'policies').parking).toBeUndefined()
  })
})

it.each([
  { pattern: 'kube-.*', want: true },
  { pattern: '(a|b)+[0-9]{2,}', want: true },
  { pattern: '(?:x)', want: true },
  { pattern: '(?!prod-).*', want: false },
  { pattern: '(?<=a)b', want: false },
  { pattern: String.raw`(a)\1`, want: false },
])('$pattern can be read by the apiserver: $want', ({ pattern, want }) => {
  expect(isReadableByApiserver(pattern)).toBe(want)
})
