import { describe, expect, it } from '@jest/globals'
import { newClient } from '../../kube/new-client.ts'
import type { MemberPod } from '../fleet/pods.ts'
import { choosePod } from './choose-pod.ts'

const inMember = (name: string, pod: string, phase = 'Running'): MemberPod => {
  const config = { name, server: 'https://127.0.0.1:1' }
  return {
    member: { name, config, client: newClient(config) },
    pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod }, status: { phase } },
  }
}

describe('choosePod', () => {
  it('takes the first that runs', () => {
    const pods = [inMember('member1', 'a', 'Pending'), inMember('member1', 'b'), inMember('member1', 'c')]
    expect(choosePod(pods, 'deployment/web').pod.metadata.name).toBe('b')
  })

  it.each([
    { name: 'none', pods: [], says: 'no member that was asked has pods of web' },
    {
      name: 'two members',
      pods: [inMember('member1', 'web'), inMember('member2', 'web')],
      says: 'web is in member1 and member2: choose one of them with -C',
    },
    {
      name: 'none that runs',
      pods: [inMember('member1', 'web', 'Pending')],
      says: 'web does not run in member1: pod web is Pending',
    },
  ])('refuses $name', ({ pods, says }) => expect(() => choosePod(pods, 'web')).toThrow(says))
})
