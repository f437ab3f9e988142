import { describe, expect, it } from '@jest/globals'
import { bindingName, policyName, referenceKey, workName } from './generated-names.ts'

describe('bindingName (constants.md §8)', () => {
  it.each([
    { kind: 'Deployment', name: 'nginx', want: 'nginx-deployment' },
    { kind: 'Role', name: 'system:controller:tom', want: 'system.controller.tom-role' },
  ])('$kind $name', ({ want, ...template }) => expect(bindingName(template)).toBe(want))
})

describe('workName (constants.md §8)', () => {
  it.each([
    { kind: 'Deployment', name: 'nginx', namespace: 'default', want: 'nginx-687f7fb96f' },
    { kind: 'Namespace', name: 'foo', want: 'foo-5dbdc7b59c' },
    { kind: 'Namespace', name: 'foo', namespace: '', want: 'foo-5dbdc7b59c' },
    { kind: 'ClusterRole', name: 'system:controller:foo', want: 'system.controller.foo-77f96cf7cf' },
    { kind: 'ResourceQuota', name: 'team-quota', namespace: 'team-a', want: 'team-quota-cd9c774d' },
    { kind: 'Role', name: 'system:controller:tom', namespace: 'test', want: 'system.controller.tom-654d98c77d' },
    { kind: 'Pod', name: 'pod', namespace: 'default', want: 'pod-6f9995dd4b' },
  ])('$kind $namespace/$name', ({ want, ...manifest }) => expect(workName(manifest)).toBe(want))
})

describe('referenceKey (constants.md §8)', () => {
  it.each([
    { namespace: 'default', name: 'nginx-deployment', want: '5bdc5c4dcf' },
    { namespace: '', name: 'x-clusterrole', want: '6d6bb69c7b' },
  ])('$namespace/$name', ({ want, ...binding }) => expect(referenceKey(binding)).toBe(want))
})

describe('policyName (constants.md §8)', () => {
  it.each([
    { namespace: 'default', name: 'nginx', gvkText: 'apps/v1, Kind=Deployment', want: 'nginx-6d7f8d5f5b' },
    { namespace: 'ns-foo', name: 'foo', gvkText: 'rand', want: 'foo-b4978784' },
  ])('$namespace/$name', ({ want, ...template }) => expect(policyName(template)).toBe(want))
})

describe('names that would be too long', () => {
  const longest = 'x'.repeat(253)
  const dotted = `${'a.'.repeat(120)}b`

  it.each([longest, dotted, `${'x'.repeat(240)}-a`])('are shortened to what an apiserver takes: %s', name => {
    for (const made of [
      bindingName({ kind: 'ConfigMap', name }),
      workName({ kind: 'ConfigMap', name, namespace: 'a' }),
    ]) {
      expect(made).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
      expect(made).not.toMatch(/[.-]{2}/)
      expect(made.length).toBeLessThanOrEqual(253)
    }
  })

  it('differ where the names do', () => {
    const names = ['a', 'b'].map(end => bindingName({ kind: 'ConfigMap', name: `${'x'.repeat(252)}${end}` }))
    expect(new Set(names).size).toBe(2)
  })

  it('are as they were up to the limit', () => {
    const name = 'x'.repeat(253 - '-configmap'.length)
    expect(bindingName({ kind: 'ConfigMap', name })).toBe(`${name}-configmap`)
  })
})
