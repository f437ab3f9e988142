import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { DECLARED_AGENT_RULES } from './agent-rules.ts'
import { DECLARED_RULES } from './host-rules.ts'

const root = import.meta.dirname
const controllers = globSync('**/controller.ts', { cwd: root }).filter(path => path !== 'runtime/controller.ts')

const declaring = (what: string): readonly string[] =>
  controllers.filter(path => readFileSync(join(root, path), 'utf8').includes(`export const ${what}_RULES`))

it('every controller says what it does on the host: for the operator, for an agent, or for both', () => {
  expect(controllers.filter(path => ![...declaring('HOST'), ...declaring('AGENT')].includes(path))).toEqual([])
})

describe('DECLARED_AGENT_RULES', () => {
  it.each(declaring('AGENT'))('has the rules of %s', path => {
    expect(readFileSync(join(root, 'agent-rules.ts'), 'utf8')).toContain(`from './${path}'`)
    expect(DECLARED_AGENT_RULES.map(({ by }) => by)).toContain(path.replace('/controller.ts', ''))
  })

  it('reads no Secrets, and writes nothing that is not of its own cluster', () => {
    const rules = DECLARED_AGENT_RULES.flatMap(({ rules }) => rules).filter(({ within }) => within !== 'home')
    const secrets = rules.filter(({ on }) => on.plural === 'secrets')
    expect(secrets.flatMap(({ verbs }) => verbs)).toEqual(['delete'])
    const writes = rules.filter(({ verbs }) => verbs.some(verb => !['get', 'list', 'watch'].includes(verb)))
    expect(writes.filter(({ within, only }) => within !== 'execution' && only === undefined)).toEqual([])
  })
})

describe('DECLARED_RULES', () => {
  it('has no wildcard, and passes no rights on', () => {
    const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
    for (const { rules } of [...DECLARED_RULES, ...DECLARED_AGENT_RULES]) {
      for (const rule of rules) {
        expect(verbs).toEqual(expect.arrayContaining([...rule.verbs]))
        if (rule.on === 'templates') continue
        expect(rule.on.plural).toMatch(/^[a-z]+$/)
        expect(rule.on.group).toMatch(/^[a-z0-9.]*$/)
      }
    }
  })

  it.each(declaring('HOST'))('has the rules of %s', path => {
    const declared = readFileSync(join(root, 'host-rules.ts'), 'utf8')
    expect(declared).toContain(`from './${path}'`)
    expect(DECLARED_RULES.map(({ by }) => by)).toContain(path.replace('/controller.ts', ''))
  })

  it('reads Secrets in two namespaces only', () => {
    const rules = DECLARED_RULES.flatMap(({ rules }) => rules)
    const secrets = rules.filter(rule => rule.on !== 'templates' && rule.on.plural === 'secrets')
    expect(secrets.length).toBeGreaterThan(0)
    for (const rule of secrets) expect(rule).toMatchObject({ within: expect.stringMatching(/^(operator|clusters)$/) })
  })

  it('writes only CRDs and admission policies of its own', () => {
    const rules = DECLARED_RULES.find(({ by }) => by === 'registration')?.rules ?? []
    const writes = rules.filter(rule => rule.verbs.some(verb => ['create', 'patch', 'delete'].includes(verb)))
    expect(writes.length).toBeGreaterThan(0)
    for (const rule of writes) {
      expect(rule).toMatchObject({ names: expect.arrayContaining([expect.any(String)]), when: 'installCrds' })
    }
  })
})
