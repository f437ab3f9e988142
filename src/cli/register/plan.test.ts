import { describe, expect, it } from '@jest/globals'
import { CLUSTER_ROLE_BINDING } from '../../api/kinds.ts'
import { listAt, stringAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { nameOf } from '../join/ensure.ts'
import { type AgentWish, agentObjects } from './agent-objects.ts'
import { planRegistration, type RegistrationStep } from './plan.ts'

const credentials = { server: 'https://h', caPem: '', token: 't', lifetimeMs: 3_600_000, expires: '' }
type Asked = Pick<AgentWish, 'permissions'> & Partial<AgentWish>
const objectsOf = (asked: Asked): readonly KubeObject[] =>
  agentObjects(
    { cluster: 'm1', namespace: 'flotilla-system', image: 'flotilla:1', propagate: [], namespaces: [], ...asked },
    credentials,
  )

/** Each lets the agent write Deployments in namespace blog. */
const PRESETS: readonly (readonly [string, Asked])[] = [
  ['cluster-admin', { permissions: 'cluster-admin' }],
  ['workloads', { permissions: 'workloads' }],
  ['workloads and Secrets', { permissions: 'workloads', propagate: ['secrets'] }],
  ['namespaced in two', { permissions: 'namespaced', namespaces: ['shop', 'blog'] }],
  ['namespaced in one', { permissions: 'namespaced', namespaces: ['blog'] }],
]
const PAIRS = PRESETS.flatMap(([before, from]) => PRESETS.map(([after, to]) => ({ before, from, after, to })))

type Held = ReadonlyMap<string, KubeObject>
const held = (objects: readonly KubeObject[]): Held => new Map(objects.map(each => [nameOf(each), each]))

/** What a member holds after each of the steps. */
function states(there: readonly KubeObject[], steps: readonly RegistrationStep[]): readonly Held[] {
  const now = new Map(held(there))
  return steps.map(({ type, object }) => {
    if (type === 'delete') now.delete(nameOf(object))
    else now.set(nameOf(object), object)
    return new Map(now)
  })
}

/** By any binding that holds in namespace blog. */
function mayWriteInBlog(state: Held): boolean {
  return [...state.values()].some(({ kind, metadata, ...binding }) => {
    if (!kind.endsWith('Binding') || ![undefined, 'blog'].includes(metadata.namespace)) return false
    const role = stringAt(binding, 'roleRef', 'name')
    const rules = listAt(state.get(`ClusterRole ${role}`), 'rules')
    const writes = rules.some(
      rule => listAt(rule, 'resources').includes('deployments') && listAt(rule, 'verbs').includes('create'),
    )
    return role === 'cluster-admin' || writes
  })
}

describe('a member that registers again', () => {
  it.each(PAIRS)('has nothing but what $after makes, after $before', ({ from, to }) => {
    const there = objectsOf(from)
    const last = states(there, planRegistration(there, objectsOf(to))).at(-1)
    expect([...(last ?? [])].toSorted()).toEqual([...held(objectsOf(to))].toSorted())
  })

  it.each(PAIRS)('lets its agent do all the time what $before and $after both grant', ({ from, to }) => {
    const there = objectsOf(from)
    expect(states(there, planRegistration(there, objectsOf(to))).map(mayWriteInBlog)).not.toContain(false)
  })

  it('makes a binding again that points at another role, and at once', () => {
    const wanted = objectsOf({ permissions: 'workloads' })
    const there = wanted.map(each =>
      each.kind === CLUSTER_ROLE_BINDING.kind
        ? { ...each, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' } }
        : each,
    )
    const steps = planRegistration(there, wanted).map(({ type, object }) => `${type} ${nameOf(object)}`)
    const deletion = steps.indexOf('delete ClusterRoleBinding flotilla-agent')
    expect(steps.filter(step => step.startsWith('delete'))).toHaveLength(1)
    expect(steps[deletion + 1]).toBe('apply ClusterRoleBinding flotilla-agent')
  })

  it('leaves alone what is as it should be, whatever an apiserver added', () => {
    const wanted = objectsOf({ permissions: 'namespaced', namespaces: ['blog'] })
    const there = wanted.map(each => ({ ...each, metadata: { ...each.metadata, uid: 'u', resourceVersion: '1' } }))
    expect(planRegistration(there, wanted).map(({ type }) => type)).not.toContain('delete')
  })
})
