import { describe, expect, it } from '@jest/globals'
import { CLUSTER_RESOURCE_BINDING, RESOURCE_BINDING } from '../api/kinds.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { a } from '../testing/builders.ts'
import { schedulePriorityOf } from './schedule-priority.ts'

const CLASSES: readonly KubeObject[] = [
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'none' }, value: 0 },
]
const priorityOf = (schedulePriority: ReturnType<typeof of> | undefined, bindingKind = RESOURCE_BINDING) =>
  schedulePriorityOf({
    policy: a.policy({ name: 'p', spec: { resourceSelectors: [], ...(schedulePriority && { schedulePriority }) } }),
    bindingKind,
    readClass: async name => CLASSES.find(({ metadata }) => metadata.name === name),
  })
const of = (priorityClassName: string) => ({ priorityClassSource: 'KubePriorityClass' as const, priorityClassName })

// spec/behaviour/propagation.md §6
describe('schedulePriority of a binding', () => {
  it.each([
    { name: 'is the value of the PriorityClass', given: of('high'), want: 1000 },
    { name: 'may be 0', given: of('none'), want: 0 },
    { name: 'is not there when the policy says nothing', given: undefined, want: undefined },
    { name: 'is not there on a cluster-wide one', given: of('high'), kind: CLUSTER_RESOURCE_BINDING, want: undefined },
  ])('$name', async ({ given, kind, want }) => expect(await priorityOf(given, kind)).toBe(want))

  it('whose class does not exist is waited for', async () =>
    expect(priorityOf(of('missing'))).rejects.toMatchObject({ code: 'PriorityClassMissing', retry: 'backoff' }))
})
