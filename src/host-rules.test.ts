import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { DECLARED_RULES } from './host-rules.ts'

const root = import.meta.dirname
const controllers = globSync('**/controller.ts', { cwd: root }).filter(path => path !== 'runtime/controller.ts')

describe('DECLARED_RULES', () => {
  it.each(controllers)('has the rules of %s', path => {
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
