import { describe, expect, it } from '@jest/globals'
import { explainImpersonation, impersonationRules, readIdentity } from './identity.ts'

const ALICE = { username: 'alice', groups: ['dev', 'ops'] }

describe('readIdentity', () => {
  it('leaves out groups that everybody has', async () => {
    const userInfo = { username: 'alice', groups: ['dev', 'system:authenticated'] }
    const request = async () => ({ status: { userInfo } })
    const identity = await readIdentity({ request }, new AbortController().signal)
    expect(identity).toEqual({ username: 'alice', groups: ['dev'] })
  })

  it('refuses to go on as nobody', async () => {
    const request = async () => ({})
    await expect(readIdentity({ request }, new AbortController().signal)).rejects.toThrow('does not say who you are')
  })
})

describe('impersonationRules', () => {
  it.each([
    {
      who: { username: 'alice', groups: [] },
      want: '{apiGroups: [""], resources: ["users"], resourceNames: ["alice"], verbs: ["impersonate"]}',
    },
    {
      who: { username: 'system:serviceaccount:a:b', groups: ['g'] },
      want: '{apiGroups: [""], resources: ["serviceaccounts"], resourceNames: ["b"], verbs: ["impersonate"]} and {apiGroups: [""], resources: ["groups"], resourceNames: ["g"], verbs: ["impersonate"]}',
    },
  ])('$who.username', ({ who, want }) => expect(impersonationRules(who)).toBe(want))
})

describe('explainImpersonation', () => {
  it.each([
    'users "alice" is forbidden: User "cred" cannot impersonate resource "users" in API group "" at the cluster scope',
    'forbidden: User "cred" cannot impersonate-on:user-info:get path "/apis"',
  ])('%s', message => {
    expect(explainImpersonation(message, ALICE)).toMatch(
      /^it does not let cred act as alice; add the rules .* to a ClusterRole/,
    )
  })

  it('leaves other refusals alone', () => {
    expect(explainImpersonation('pods is forbidden: User "alice" cannot list resource "pods"', ALICE)).toBeUndefined()
  })
})
