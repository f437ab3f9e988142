import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { listAdmissionPolicies } from './policies/registry.ts'

const reference = readFileSync(new URL('../../docs/reference/admission.md', import.meta.url), 'utf8')
const documented = [...reference.matchAll(/^\| (\d+(?:\.[MV]?\d+)?) \|/gm)].map(match => match[1])

const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)

// How many rules each section of spec/api/admission.md has.
const RULES = [
  ...numbered('2.M', 8),
  ...numbered('2.V', 27),
  ...numbered('3.M', 1),
  ...numbered('3.V', 11),
  ...numbered('6.M', 1),
  ...numbered('6.V', 3),
  ...numbered('7.', 10),
  ...numbered('4.', 2),
  '14',
  ...numbered('15.M', 6),
  ...numbered('15.V', 10),
]

describe('docs/reference/admission.md', () => {
  it('says of every rule how it is enforced', () => expect(documented).toEqual(RULES))
})

describe('admission policies', () => {
  const policies = listAdmissionPolicies('operator')
  it('each have a binding of their name', () => {
    for (const [policy, binding] of policies) expect(binding.spec).toMatchObject({ policyName: policy.metadata.name })
  })
  it('have names of their own', () => {
    const names = policies.map(([policy]) => policy.metadata.name)
    expect(new Set(names).size).toBe(names.length)
  })
})
