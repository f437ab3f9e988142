import { describe, expect, it } from '@jest/globals'
import { plan } from './plan.ts'

const secrets = { verb: 'list', group: '', resource: 'secrets' }
const rule = (group: string, resource: string): string =>
  `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"]}`

describe('rights that are missing in a member', () => {
  it('are told as rules, each once, in order', () => {
    const rights = [
      secrets,
      { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'shop' },
      { verb: 'patch', group: '', resource: 'secrets', namespace: 'shop' },
    ]
    const condition = plan(rights)
    expect(condition).toMatchObject({ type: 'Forbidden', status: 'True', reason: 'RightsMissing' })
    const [, ...rules] = ('message' in condition ? condition.message : '').split('\n')
    expect(rules).toEqual([`- ${rule('', 'secrets')}`, `- ${rule('apps', 'deployments')}`])
    expect(plan(rights.toReversed())).toEqual(condition)
  })

  it('are not listed without end', () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ ...secrets, resource: `kind${index}` }))
    const condition = plan(many)
    const message = 'message' in condition ? condition.message : ''
    expect(message.split('\n')).toHaveLength(12)
    expect(message).toMatch(/# and 15 more$/)
  })

  it('are no condition when there are none', () => {
    expect(plan([])).toEqual({ type: 'Forbidden', status: undefined })
  })
})
