import { describe, expect, it } from '@jest/globals'
import { decisionFaults, type LockedPackage, lockFaults, packagePaths, shippedFaults } from './dependency-rules.ts'

const NPMRC = 'ignore-scripts=true\nsave-exact=true\n'
const good: LockedPackage = { version: '1.2.3', integrity: 'sha512-x', license: 'MIT' }
const lockOf = (entry: LockedPackage) => ({ lockfileVersion: 3, packages: { '': {}, 'node_modules/a': entry } })
const faults = (entry: LockedPackage): readonly string[] =>
  lockFaults({ dependencies: { a: '1.2.3' } }, lockOf(entry), NPMRC)

describe('a package', () => {
  it.each<readonly [string, LockedPackage]>([
    ['as it should be', good],
    ['from the registry', { ...good, resolved: 'https://registry.npmjs.org/a/-/a-1.2.3.tgz' }],
    ['with a choice of licences', { ...good, license: '(GPL-3.0-only OR MIT)' }],
    ['of another platform', { version: '1.2.3', optional: true, os: ['win32'], cpu: ['x64'] }],
    ['for development, with a licence for that', { ...good, dev: true, license: 'Python-2.0' }],
  ])('%s is fine', (_, entry) => expect(faults(entry)).toEqual([]))

  it.each<readonly [string, LockedPackage, string]>([
    ['without a hash', { version: '1.2.3', license: 'MIT' }, 'no sha512 integrity'],
    ['with a weak hash', { ...good, integrity: 'sha1-x' }, 'no sha512 integrity'],
    ['from elsewhere', { ...good, resolved: 'git+ssh://git@example.com/a.git' }, 'comes from elsewhere'],
    ['from a look-alike', { ...good, resolved: 'https://registry.npmjs.org.example/a.tgz' }, 'comes from elsewhere'],
    ['that is a link', { ...good, link: true }, 'is a link'],
    ['with an install script', { ...good, hasInstallScript: true }, 'has a step at installation'],
    ['with a licence that binds', { ...good, license: 'GPL-3.0-only' }, 'licence GPL-3.0-only'],
    ['with two licences that both hold', { ...good, license: 'MIT AND GPL-2.0-only' }, 'licence MIT AND'],
    ['without a licence', { version: '1.2.3', integrity: 'sha512-x' }, 'licence unknown'],
    ['that ships, with a licence for tools', { ...good, license: 'Python-2.0' }, 'licence Python-2.0'],
    ['of another version than asked for', { ...good, version: '1.2.4' }, 'package.json says 1.2.3'],
  ])('%s is told', (_, entry, words) => expect(faults(entry)).toEqual([expect.stringContaining(words)]))

  it('must be named by an exact version', () => {
    expect(lockFaults({ dependencies: { a: '^1.2.3' } }, lockOf(good), NPMRC)).toEqual([
      'a: package.json names no exact version: ^1.2.3',
    ])
  })

  it('is installed without running anything', () => {
    expect(lockFaults({}, lockOf(good), 'save-exact=true')).toEqual(['.npmrc: ignore-scripts=true is missing'])
  })
})

it('files of the bundle are of packages, each once, scoped and nested ones too', () => {
  const files = ['src/main.ts', 'node_modules/yaml/dist/a.js', '../../x/node_modules/yaml/dist/b.js']
  const more = ['node_modules/@a/b/c.js', 'node_modules/@a/b/node_modules/d/e.js']
  expect(packagePaths([...files, ...more])).toEqual([
    'node_modules/@a/b',
    'node_modules/@a/b/node_modules/d',
    'node_modules/yaml',
  ])
})

describe('what ships', () => {
  const packages = {
    'node_modules/a': good,
    'node_modules/b': { ...good, dev: true },
    'node_modules/b/node_modules/a': { ...good, version: '2.0.0' },
  }
  const sbom = [
    { name: 'a', version: '1.2.3' },
    { name: 'b', version: '1.2.3' },
    { name: 'a', version: '2.0.0' },
  ]
  const judge = (paths: readonly string[], listed = sbom): readonly string[] =>
    shippedFaults({ paths, lock: { lockfileVersion: 3, packages }, sbom: listed })

  it('is locked and listed', () => expect(judge(['node_modules/a'])).toEqual([]))

  it.each<readonly [string, readonly string[], string]>([
    ['for development', ['node_modules/b'], 'b: in the bundle, and for development only'],
    [
      'in two versions',
      ['node_modules/a', 'node_modules/b/node_modules/a'],
      'a: in the bundle in several versions: 1.2.3, 2.0.0',
    ],
  ])('is not %s', (_, paths, want) => expect(judge(paths)).toEqual([want]))

  it('is not missing in the SBOM', () =>
    expect(judge(['node_modules/a'], [])).toEqual(['a@1.2.3: in the bundle, not in the SBOM']))

  it('is not unknown to the lock file', () =>
    expect(judge(['node_modules/z'])).toContain('node_modules/z: in the bundle, not in the lock file'))
})

describe('the decision', () => {
  const page =
    '# x\n| client | y |\n|---|---|\n| z | 1 |\n\n| dependency | why |\n|---|---|\n| a, @b/c | x |\n| d (dev) | x |\n'

  it('has a row for each', () => {
    expect(decisionFaults({ dependencies: { a: '1', '@b/c': '1' }, devDependencies: { d: '1' } }, page)).toEqual([])
  })

  it('names what has none, and rows of what is gone', () => {
    expect(decisionFaults({ dependencies: { a: '1', '@b/c': '1', e: '1' } }, page)).toEqual([
      'e: no row in docs/decisions/0002-runtime-stack.md',
      'docs/decisions/0002-runtime-stack.md: d is no dependency',
    ])
  })
})
