import { describe, expect, it } from '@jest/globals'
import { renderUserRoles } from './rbac-user-roles.ts'

const [view = '', edit = ''] = renderUserRoles('').split('---\n')
const resources = (text: string): readonly string[] =>
  [...text.matchAll(/resources: \[([^\]]+)\]/g)].flatMap(([, names = '']) => names.split(', '))
const groups = (text: string): readonly string[] =>
  [...text.matchAll(/apiGroups: \[([^\]]+)\]/g)].map(([, group = '']) => group)

describe('users of a namespace', () => {
  it('write no bindings and no Works, whatever role of Kubernetes they have', () => {
    expect(groups(edit)).not.toContain('work.karmada.io')
    expect(groups(edit)).toContain('policy.karmada.io')
  })

  it('read no Works, which hold what others propagate', () => {
    expect(resources(view)).toContain('resourcebindings')
    expect(resources(view)).not.toContain('works')
  })

  it('get nothing by a wildcard, and nothing that no namespace holds', () => {
    for (const text of [view, edit]) {
      expect(text).not.toContain('*')
      expect(resources(text)).not.toContain('clusters')
      expect(resources(text)).not.toContain('resourceinterpretercustomizations')
    }
  })
})
