import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { systemClock } from '../runtime/clock.ts'
import { type InterpretOptions, interpret } from './interpret.ts'

const EXAMPLE = 'examples/interpreters'
const file = (source: string) => ({ source, text: readFileSync(source, 'utf8') })
const text = (value: unknown) => ({ source: 'given', text: stringify(value) })

/** What the command prints, and its exit code. */
async function run(options: Partial<InterpretOptions>): Promise<{ readonly code: number; readonly printed: string }> {
  let printed = ''
  const write = (more: string): void => {
    printed += more
  }
  const code = await interpret({ write, clock: systemClock }, { files: [], tests: [], output: 'yaml', ...options })
  return { code, printed }
}

const customization = (name: string, customizations: object) => ({
  apiVersion: 'config.karmada.io/v1alpha1',
  kind: 'ResourceInterpreterCustomization',
  metadata: { name },
  spec: { target: { apiVersion: 'example.com/v1', kind: 'Shop' }, customizations },
})
const health = (luaScript: string) => customization('shop', { healthInterpretation: { luaScript } })
const shop = { apiVersion: 'example.com/v1', kind: 'Shop', metadata: { name: 'web' }, spec: { size: 3 } }
const deployment = { ...shop, apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 3 } }

it.each([
  [EXAMPLE, 6],
  [`${EXAMPLE}/javascript`, 8],
  [`${EXAMPLE}/cel`, 8],
])('runs the cases of %s', async (folder, cases) => {
  const files = [file(`${folder}/resourceinterpretercustomization.yaml`)]
  const { code, printed } = await run({ files, tests: [file(`${folder}/cases.yaml`)] })
  expect(printed).toContain(`${cases} passed, 0 failed`)
  expect(code).toBe(0)
})

describe('one operation', () => {
  it.each([
    ['yaml', 'Healthy\n'],
    ['json', '"Healthy"\n'],
  ] as const)('as %s', async (output, wanted) => {
    const files = [text(health('function InterpretHealth(o) return o.spec.size == 3 end'))]
    expect(await run({ files, operation: 'InterpretHealth', observed: text(shop), output })).toEqual({
      code: 0,
      printed: wanted,
    })
  })

  it('asks what is built in without a customization', async () => {
    const { printed } = await run({ operation: 'InterpretReplica', desired: text(deployment) })
    expect(printed).toBe('replicas: 3\n')
  })

  it.each([
    [{ operation: 'InterpretReplica' }, 'this operation is about the desired object: give --desired'],
    [{ operation: 'InterpretReplica', desired: text(shop) }, 'nobody knows InterpretReplica of example.com/v1 Shop'],
    [{ operation: 'ReviseReplica', desired: text(deployment) }, 'give --replicas'],
    [{ operation: 'AggregateStatus', desired: text(deployment) }, 'give --status'],
    [{ operation: 'Guess', desired: text(deployment) }, 'no operation Guess: there are InterpretReplica,'],
    [{}, 'nothing to check'],
  ])('%j: %s', async (options, problem) => expect(run(options)).rejects.toThrow(problem))

  it('tells the line of a script that fails', async () => {
    const files = [text(health('function InterpretHealth(o)\n  error("no idea")\nend'))]
    await expect(run({ files, operation: 'InterpretHealth', observed: text(shop) })).rejects.toThrow(
      'ResourceInterpreterCustomization shop, healthInterpretation: healthInterpretation:2: no idea',
    )
  })
})

describe('cases', () => {
  const files = [
    text(
      health(
        'function InterpretHealth(o)\n  if o.spec.size == 0 then error("empty") end\n  return o.spec.size > 2\nend',
      ),
    ),
  ]
  const sized = (size: number) => ({ ...shop, spec: { size } })
  const about = (size: number) => ({ name: 'it', operation: 'InterpretHealth', observed: sized(size) })

  it.each([
    [{ ...about(3), want: 'Healthy' }, undefined],
    [{ ...about(1), want: 'Healthy' }, 'InterpretHealth gave Unhealthy, not Healthy'],
    [{ ...about(0), error: 'empty' }, undefined],
    [{ ...about(0), want: 'Healthy' }, 'InterpretHealth failed: ResourceInterpreterCustomization shop'],
    [{ ...about(3), error: 'empty' }, 'InterpretHealth did not fail with "empty"; it gave Healthy'],
    [
      { name: 'it', operation: 'ReviseReplica', desired: deployment, replicas: 5, contains: { spec: { replicas: 5 } } },
      undefined,
    ],
    [
      { name: 'it', operation: 'ReviseReplica', desired: deployment, replicas: 5, contains: { spec: { replicas: 4 } } },
      'ReviseReplica /spec/replicas is 5, not 4',
    ],
  ])('%j', async (each, problem) => {
    const { code, printed } = await run({ files, tests: [text([each])] })
    expect(printed).toContain(problem ?? 'ok    it\n')
    expect(code).toBe(problem === undefined ? 0 : 1)
  })

  it.each([
    [{}, 'given: a file of cases is a list'],
    [[{ want: 1 }], 'given: case 1 has no operation'],
    [[{ operation: 'InterpretHealth' }], 'given: case 1 says neither want nor contains nor error'],
    [[{ operation: 'InterpretHealth', wants: 1 }], 'given: case 1 has a field wants'],
    [[{ operation: 'InterpretHealth', want: 1, observed: {} }], 'given: case 1: observed needs apiVersion'],
  ])('%j is refused', async (cases, problem) => expect(run({ tests: [text(cases)] })).rejects.toThrow(problem))
})

describe('a check', () => {
  it('tells what cannot be loaded, and who stands in whose way', async () => {
    const other = customization('other', {
      healthInterpretation: { luaScript: 'function InterpretHealth() return true end' },
    })
    const { code, printed } = await run({ files: [text(health('function Health() end')), text(other)] })
    expect(printed).toContain('shop: healthInterpretation: other has a script for the same kind; that of other is used')
    expect(printed).toContain('not found function InterpretHealth')
    expect(code).toBe(1)
  })
})
