import { describe, expect, it } from '@jest/globals'
import { ALL_BINARY_NAMES, binaryVersion, buildArguments, buildEnvironment, requiredVersion } from './recipes.ts'

describe('requiredVersion', () => {
  const goMod = ['module x', 'require a.io/b v1.2.3', 'require (', '\tc.io/d v0.4.0 // indirect', ')'].join('\n')

  it.each([
    { name: 'a single-line require', module: 'a.io/b', want: 'v1.2.3' },
    { name: 'a require in a block, with a comment', module: 'c.io/d', want: 'v0.4.0' },
  ])('finds $name', ({ module, want }) => expect(requiredVersion(goMod, module)).toBe(want))

  it('refuses a module that is not required', () => expect(() => requiredVersion(goMod, 'e.io/f')).toThrow('no e.io/f'))
})

describe('recipes', () => {
  it.each(ALL_BINARY_NAMES)('%s has a pinned version', name => expect(binaryVersion(name)).toMatch(/^v\d+\.\d+\.\d+$/))

  it('link the version into the Kubernetes programs', () => {
    const version = binaryVersion('kube-apiserver')
    const flags = buildArguments('kube-apiserver', '/out').join(' ')
    expect(flags).toContain(`component-base/version.gitVersion=${version}`)
    expect(flags).toContain(`component-base/version.gitMinor=${version.split('.')[1]}`)
  })

  it('leave C out but where it is asked for', () => {
    expect(buildArguments('runc', '/out')).toContain('seccomp')
    expect(buildEnvironment('runc')['CGO_ENABLED']).toBe('1')
    expect(ALL_BINARY_NAMES.filter(name => buildEnvironment(name)['CGO_ENABLED'] === '1')).toEqual(['runc'])
  })
})
