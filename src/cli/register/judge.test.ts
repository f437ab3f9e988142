import { describe, expect, it } from '@jest/globals'
import { judgeRegistration, type RegistrationFacts } from './judge.ts'

const facts: RegistrationFacts = {
  mode: 'Pull',
  leaving: false,
  knownId: undefined,
  hostId: 'host',
  memberId: 'member',
  joinedAs: [],
  registeredAs: undefined,
  agentIn: undefined,
  version: { major: '1', minor: '34+', gitVersion: 'v1.34.1' },
}

describe('a member may register', () => {
  it.each([
    { name: 'as a cluster that nobody has been yet', more: {} },
    { name: 'again, as the cluster that it is', more: { knownId: 'member' } },
    { name: 'again, with other credentials', more: { registeredAs: 'm1' } },
    { name: 'when nobody knows who the host is', more: { hostId: undefined } },
  ])('$name', ({ more }) => expect(judgeRegistration('m1', { ...facts, ...more })).toBeUndefined())
})

describe('a member may not register', () => {
  it.each([
    { name: 'as a cluster that is gone', more: { mode: undefined }, says: /flotilla token create m1 makes it/ },
    { name: 'as one that the operator writes to', more: { mode: 'Push' }, says: /joined in mode Push/ },
    { name: 'as one that leaves', more: { leaving: true }, says: /being deleted/ },
    { name: 'as another cluster', more: { knownId: 'other' }, says: /another cluster than this one/ },
    { name: 'when it is the host', more: { memberId: 'host' }, says: /the host itself/ },
    { name: 'when the operator writes to it', more: { joinedAs: ['flotilla-m0'] }, says: /joined .* \(flotilla-m0\)/ },
    { name: 'when it is registered otherwise', more: { registeredAs: 'm0' }, says: /flotilla unregister m0/ },
    {
      name: 'when its agent is elsewhere',
      more: { agentIn: 'edge' },
      says: /--namespace edge, or flotilla unregister/,
    },
    {
      name: 'when it is too old',
      more: { version: { major: '1', minor: '21', gitVersion: 'v1.21.0' } },
      says: /v1\.21\.0, and a member needs v1\.22/,
    },
  ])('$name', ({ more, says }) => expect(() => judgeRegistration('m1', { ...facts, ...more })).toThrow(says))
})
