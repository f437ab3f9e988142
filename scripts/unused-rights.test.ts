import { describe, expect, it } from '@jest/globals'
import { rightsUsed } from '../e2e/secrecy/rights-used.ts'
import { DECLARED_RULES } from '../src/host-rules.ts'
import { mergeRules } from './rbac-rules.ts'
import { unusedRights } from './unused-rights.ts'

const line = (verb: string, resource: string, { cluster = 'host', code = '200' } = {}): string =>
  `flotilla_client_requests_total{cluster="${cluster}",verb="${verb}",resource="${resource}",code="${code}"} 3`

it('what was used is named as roles name it, members and refusals aside', () => {
  const page = [
    line('apply', 'work.karmada.io/v1alpha1/works/status'),
    line('list', 'v1/secrets'),
    line('list', 'v1/secrets', { code: '201' }),
    line('patch', 'apps/v1/deployments', { cluster: 'member1' }),
    line('delete', 'v1/pods', { code: '403' }),
    line('probe', ''),
  ].join('\n')
  expect(rightsUsed(page)).toEqual(['list secrets', 'patch works.work.karmada.io/status'])
})

describe('what was not used', () => {
  const rule = { group: 'apps', resource: 'deployments/status', verbs: ['get', 'list', 'patch'], by: ['x'] } as const

  it('is found verb by verb, reading together', () => {
    expect(unusedRights([rule], new Set(['list deployments.apps/status']))).toEqual(['patch deployments.apps/status'])
    expect(unusedRights([rule], new Set(['patch deployments.apps/status']))).toEqual([
      'get deployments.apps/status',
      'list deployments.apps/status',
    ])
  })

  it('is all when nothing was done', () => {
    const rules = mergeRules(DECLARED_RULES)
    expect(unusedRights(rules, new Set()).length).toBeGreaterThan(100)
  })
})
