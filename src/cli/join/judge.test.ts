import { describe, expect, it } from '@jest/globals'
import type { Cluster } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { judge, type MemberFacts } from './judge.ts'

const MEMBER: MemberFacts = { server: 'https://m:6443', gitVersion: 'v1.36.3', major: '1', minor: '36', id: 'uid-m' }

const cluster = (name: string, spec: object, connected = 'True'): Cluster =>
  a.cluster({
    name,
    spec: { syncMode: 'Push', ...spec },
    status: {
      conditions: [
        { type: 'Connected', status: connected, reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  } as never) as unknown as Cluster

const judged = (clusters: readonly Cluster[], { member = MEMBER, renew = false } = {}) =>
  judge('m1', { host: { server: 'https://h:6443', id: 'uid-h', clusters }, member, renew })

describe('judge', () => {
  it('lets a cluster join that nobody knows', () => {
    expect(judged([cluster('other', { id: 'uid-o' })])).toEqual({ type: 'new' })
  })

  it.each([
    {
      name: 'an old one',
      clusters: [],
      member: { ...MEMBER, minor: '21+', gitVersion: 'v1.21.9' },
      says: 'needs v1.22 or later',
    },
    { name: 'the host', clusters: [], member: { ...MEMBER, id: 'uid-h' }, says: 'is the host itself' },
    {
      name: 'one under another name',
      clusters: [cluster('m2', { id: 'uid-m' })],
      member: MEMBER,
      says: 'as m2: use that name',
    },
    {
      name: 'another one of that name',
      clusters: [cluster('m1', { id: 'uid-x' })],
      member: MEMBER,
      says: 'it is another one',
    },
    { name: 'one that stands well', clusters: [cluster('m1', { id: 'uid-m' })], member: MEMBER, says: 'nothing to do' },
    {
      name: 'one that fetches its work',
      clusters: [cluster('m1', { syncMode: 'Pull', id: 'uid-m' })],
      member: MEMBER,
      says: 'syncMode Pull',
    },
  ])('refuses $name', ({ clusters, member, says }) => {
    expect(() => judged(clusters, { member })).toThrow(says)
  })

  it.each([
    { name: 'cannot be used', clusters: [cluster('m1', { id: 'uid-m' }, 'False')], renew: false },
    { name: 'has no id yet', clusters: [cluster('m1', {}, 'False')], renew: false },
    { name: 'is to get new credentials', clusters: [cluster('m1', { id: 'uid-m' })], renew: true },
  ])('takes up again one that $name', ({ clusters, renew }) => {
    expect(judged(clusters, { renew })).toMatchObject({ type: 'again' })
  })
})
