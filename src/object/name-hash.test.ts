import { describe, expect, it } from '@jest/globals'
import { fnv1a32, hashSuffix, safeEncode } from './name-hash.ts'

describe('fnv1a32', () => {
  it.each([
    { name: 'gives the offset basis for nothing', text: '', want: 2166136261 },
    { name: 'hashes one letter', text: 'a', want: 0xe40c292c },
    { name: 'constants.md §8: key default-nginx-deployment', text: 'default-nginx-deployment', want: 2439396529 },
    { name: 'constants.md §8: key foo-namespace', text: 'foo-namespace', want: 1868736157 },
    {
      name: 'constants.md §8: key of ClusterRole system:controller:foo',
      text: 'system.controller.foo-clusterrole',
      want: 3395279379,
    },
    {
      name: 'constants.md §8: key of ResourceQuota team-quota in team-a',
      text: 'team-a-team-quota-resourcequota',
      want: 78573308,
    },
    { name: 'hashes bytes, not UTF-16 units', text: 'é', want: fnv1a32OfBytes([0xc3, 0xa9]) },
  ])('$name', ({ text, want }) => expect(fnv1a32(text)).toBe(want))
})

describe('safeEncode', () => {
  it('maps the digits as constants.md §8 lists them', () => {
    expect(safeEncode('0123456789')).toBe('456789bcdf')
  })
})

describe('hashSuffix', () => {
  it('does not pad a short decimal', () => expect(hashSuffix('team-a-team-quota-resourcequota')).toBe('cd9c774d'))
})

function fnv1a32OfBytes(bytes: readonly number[]): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0
}
