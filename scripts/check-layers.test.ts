import { describe, expect, it } from '@jest/globals'
import { findProblems, unitOf } from './check-layers.ts'
import { parseSourceFile } from './source-file.ts'

/** Problems of a tree given as path to text. */
const problemsOf = (tree: Readonly<Record<string, string>>): readonly string[] =>
  findProblems(Object.entries(tree).map(([path, text]) => parseSourceFile(path, text)))

describe('unitOf', () => {
  it.each([
    ['src/api/kinds.ts', 'api', 0],
    ['src/addons/quota/plan.ts', 'addons/quota', 6],
    ['src/configuration.ts', 'manager', 7],
    ['src/main.ts', 'main.ts', 8],
  ])('%s is %s in layer %d', (path, name, layer) => expect(unitOf(path)).toEqual({ name, layer }))

  it('knows no layer for a folder that the table lacks', () => expect(unitOf('src/novel/a.ts')).toBeUndefined())
})

describe('findProblems', () => {
  it('accepts an import of a lower layer and of the same folder', () => {
    const text = `import { a } from '../object/gvk.ts'\nimport { b } from './claim.ts'\nexport const c = a + b\n`
    expect(problemsOf({ 'src/detector/plan.ts': text })).toEqual([])
  })

  it.each([
    { name: 'an upward import', path: 'src/api/a.ts', text: `import '../object/gvk.ts'`, want: 'upwards' },
    {
      name: 'an upward type import',
      path: 'src/api/a.ts',
      text: `import type { A } from '../object/b.ts'`,
      want: 'upwards',
    },
    { name: 'a sideways import', path: 'src/policy/a.ts', text: `import '../kube/client.ts'`, want: 'sideways' },
    { name: 'a re-export', path: 'src/policy/a.ts', text: `export * from '../kube/client.ts'`, want: 'sideways' },
    { name: 'a dynamic import', path: 'src/policy/a.ts', text: `await import('../kube/client.ts')`, want: 'sideways' },
    { name: 'addons of each other', path: 'src/addons/a/b.ts', text: `import '../c/d.ts'`, want: 'sideways' },
    {
      name: 'a command that calls a controller',
      path: 'src/cli/a.ts',
      text: `import '../detector/b.ts'`,
      want: 'upwards',
    },
    {
      name: 'test support in the product',
      path: 'src/api/a.ts',
      text: `import '../testing/b.ts'`,
      want: 'for tests only',
    },
    { name: 'the world outside src', path: 'src/api/a.ts', text: `import '../../e2e/b.ts'`, want: 'outside src/' },
    { name: 'a connection outside kube', path: 'src/members/a.ts', text: `import 'node:http2'`, want: 'node:http2' },
    { name: 'a folder without a layer', path: 'src/novel/a.ts', text: '', want: 'no layer' },
    { name: 'a drawer', path: 'src/object/string-utils.ts', text: '', want: '"string-utils" says nothing' },
    { name: 'a barrel', path: 'src/object/index.ts', text: '', want: '"index" says nothing' },
    { name: 'the environment', path: 'src/api/a.ts', text: 'const a = process.env', want: 'process.env' },
    { name: 'the clock', path: 'src/api/a.ts', text: '\nconst a = new Date()', want: ':2: new Date()' },
    { name: 'a timer', path: 'src/api/a.ts', text: 'setTimeout(() => {}, 1)', want: 'setTimeout' },
    { name: 'chance', path: 'src/api/a.ts', text: 'const a = Math.random()', want: 'Math.random' },
    { name: 'a cast', path: 'src/object/a.ts', text: 'const a = b as string', want: 'cast' },
    { name: 'the twin', path: 'src/binding/a.ts', text: `const a = 'ClusterResourceBinding'`, want: 'BINDING_KINDS' },
    { name: 'a long file', path: 'src/api/a.ts', text: '\n'.repeat(401), want: '401 lines' },
  ])('finds $name', ({ path, text, want }) => {
    expect(problemsOf({ [path]: text })).toEqual([expect.stringContaining(want)])
  })

  it.each([
    { name: 'a date made from a number', path: 'src/api/a.ts', text: 'const a = new Date(0)' },
    { name: 'the clock in runtime', path: 'src/runtime/clock.ts', text: 'const a = Date.now()' },
    { name: 'a word in a text', path: 'src/api/a.ts', text: `const a = 'process.env, setTimeout()'` },
    { name: 'as const', path: 'src/object/a.ts', text: 'const a = [1] as const' },
    {
      name: 'a test that looks up',
      path: 'src/api/a.test.ts',
      text: `import '../testing/b.ts'\nsetTimeout(() => {}, 1)`,
    },
    { name: 'generated names and sizes', path: 'src/api/generated/types.ts', text: '\n'.repeat(500) },
  ])('accepts $name', ({ path, text }) => expect(problemsOf({ [path]: text })).toEqual([]))

  it('tells an import cycle once, with its way', () => {
    const tree = { 'src/api/a.ts': `import './b.ts'`, 'src/api/b.ts': `import './a.ts'` }
    expect(problemsOf(tree)).toEqual(['import cycle: src/api/a.ts -> src/api/b.ts -> src/api/a.ts'])
  })

  it('leaves out of cycles what is erased', () => {
    expect(
      problemsOf({ 'src/api/a.ts': `import './b.ts'`, 'src/api/b.ts': `import type { A } from './a.ts'` }),
    ).toEqual([])
  })

  it('asks for a registry line and a test for each plugin', () => {
    const folder = 'src/scheduling/plugins'
    expect(problemsOf({ [`${folder}/a.ts`]: '', 'src/scheduling/registry.ts': '' })).toEqual([
      `${folder}/a.ts: is not in the registry.ts of ${folder}`,
      `${folder}/a.ts: has no test beside it`,
    ])
    const complete = {
      [`${folder}/a.ts`]: '',
      [`${folder}/a.test.ts`]: '',
      [`${folder}/registry.ts`]: `import { a } from './a.ts'`,
    }
    expect(problemsOf(complete)).toEqual([])
  })
})

describe('parseSourceFile', () => {
  it('counts the lines of functions without blank ones, after text that is not ASCII', () => {
    const text = `// é → ü\nconst a = () => {\n\n  return 'ö'\n}\nexport class B {\n  c(): void {}\n}\n`
    expect(parseSourceFile('src/api/a.ts', text).functionLines).toEqual([3, 1])
  })
})
