import { describe, expect, it } from '@jest/globals'
import { chooseProvider } from './provider.ts'

describe('chooseProvider', () => {
  it.each([
    { name: 'an explicit choice wins', env: { CLUSTER_PROVIDER: 'kind' }, ready: true, engine: false, want: 'kind' },
    { name: 'cached binaries are local', env: {}, ready: true, engine: true, want: 'local' },
    {
      name: 'KUBEBUILDER_ASSETS is local',
      env: { KUBEBUILDER_ASSETS: '/a' },
      ready: false,
      engine: true,
      want: 'local',
    },
    { name: 'an engine is kind', env: {}, ready: false, engine: true, want: 'kind' },
    { name: 'nothing at all builds', env: {}, ready: false, engine: false, want: 'local' },
    { name: 'an empty choice is none', env: { CLUSTER_PROVIDER: '' }, ready: true, engine: true, want: 'local' },
  ])('$name', ({ env, ready, engine, want }) => {
    expect(chooseProvider({ env, binariesReady: () => ready, engineAnswers: () => engine })).toBe(want)
  })

  it('refuses a provider that it does not know', () => {
    const env = { CLUSTER_PROVIDER: 'minikube' }
    expect(() => chooseProvider({ env, binariesReady: () => true, engineAnswers: () => true })).toThrow(
      'local and kind',
    )
  })
})
