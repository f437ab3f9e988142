import { describe, expect, it } from '@jest/globals'
import { explainMemberRefusal, explainRefusal, missingRight } from './missing-right.ts'
import { StatusError } from './status-error.ts'

const forbidden = (message: string) => new StatusError({ code: 403, reason: 'Forbidden', message })
const user = 'User "system:serviceaccount:flotilla-system:flotilla"'
const SECRETS = `secrets is forbidden: ${user} cannot list resource "secrets" in API group "" at the cluster scope`
const STATUS = `widgets.example.com "a" is forbidden: ${user} cannot patch resource "widgets/status" in API group "example.com" in the namespace "default"`

const GRANT =
  'clusterroles.rbac.authorization.k8s.io "a" is forbidden: user "u" (groups=["g"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""]}'

describe('a right that is missing', () => {
  it.each([
    {
      name: 'is read from a list of the core group',
      error: forbidden(SECRETS),
      want: { verb: 'list', resource: 'secrets', group: '' },
    },
    {
      name: 'is read from a write of a subresource',
      error: forbidden(STATUS),
      want: { verb: 'patch', resource: 'widgets/status', group: 'example.com', namespace: 'default' },
    },
    {
      name: 'is that to give away rights that one has not',
      error: forbidden(GRANT),
      want: { verb: 'escalate', resource: 'clusterroles', group: 'rbac.authorization.k8s.io' },
    },
    {
      name: 'is that to bind a role with rights that one has not',
      error: forbidden(GRANT.replace('clusterroles', 'rolebindings')),
      want: { verb: 'bind', resource: 'clusterroles', group: 'rbac.authorization.k8s.io' },
    },
    { name: 'is not a quota', error: forbidden('pods "a" is forbidden: exceeded quota'), want: undefined },
    {
      name: 'is not what an admission policy says',
      error: forbidden("ValidatingAdmissionPolicy 'a' with binding 'b' denied request: no"),
      want: undefined,
    },
    {
      name: 'is no other status',
      error: new StatusError({ code: 409, reason: 'Conflict', message: SECRETS }),
      want: undefined,
    },
    { name: 'is no other error', error: new Error(SECRETS), want: undefined },
  ])('$name', ({ error, want }) => expect(missingRight(error)).toEqual(want))

  it.each([
    { name: 'a kind to read', error: forbidden(SECRETS), want: 'templates.kinds: {core: {secrets: propagate}}' },
    {
      name: 'a status to write',
      error: forbidden(STATUS),
      want: 'templates.kinds: {example.com: {widgets: aggregate}}',
    },
  ])('is told with the value that gives it: $name', ({ error, want }) => {
    expect(explainRefusal(error)).toContain(error.message)
    expect(explainRefusal(error)).toContain(want)
    expect(explainRefusal(error)).toContain('rbac.flotilla.dev/aggregate-to-operator=true')
  })

  it('in a member is told with the rule that gives all that propagation needs', () => {
    expect(explainMemberRefusal(forbidden(SECRETS))).toBe(
      `${SECRETS}; add this rule to its ClusterRole: {apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"]}`,
    )
    expect(explainMemberRefusal(forbidden(STATUS))).toMatch(/resources: \["widgets\/status"\], verbs: \["patch"\]}$/)
    expect(explainMemberRefusal(new Error('no connection'))).toBe('no connection')
  })

  it('adds nothing to another error', () => {
    expect(explainRefusal(new Error('no connection'))).toBe('no connection')
  })
})
