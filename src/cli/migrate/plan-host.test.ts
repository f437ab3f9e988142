import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../../object/kube-object.ts'
import { marked } from './mark.ts'
import { planHost } from './plan-host.ts'

const policy = (spec: object, uid = 'a'): KubeObject =>
  marked(
    { apiVersion: 'policy.karmada.io/v1alpha1', kind: 'PropagationPolicy', metadata: { name: 'p' }, spec },
    { source: 's', uid },
  )
const plain = (object: KubeObject): KubeObject => ({ ...object, metadata: { name: object.metadata.name } })
const binding = (held: boolean): KubeObject =>
  marked(
    {
      apiVersion: 'work.karmada.io/v1alpha2',
      kind: 'ResourceBinding',
      metadata: { name: 'b' },
      spec: { clusters: [held] },
    },
    { source: 's', uid: 'b', ...(held && { held }) },
  )
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: 1 },
}
const wanted = policy({ priority: 1 })

describe('planHost', () => {
  it.each([
    { name: 'what is missing is made', existing: undefined, action: 'create' },
    { name: 'what an earlier run brought stays', existing: policy({ priority: 1, more: true }), action: 'keep' },
    { name: 'what changed in Karmada since follows', existing: policy({ priority: 2 }), action: 'update' },
    {
      name: 'once a member is taken over, the host is in charge',
      existing: policy({ priority: 2 }),
      opened: true,
      action: 'keep',
    },
    { name: 'the same by another hand stays', existing: plain(policy({ priority: 1 })), action: 'keep' },
    { name: 'another one of that name is a conflict', existing: plain(policy({ priority: 2 })), action: 'conflict' },
    { name: 'that of another Karmada too', existing: policy({ priority: 2 }, 'other'), action: 'conflict' },
    { name: 'a Namespace is anybody’s', existing: plain(policy({ priority: 2 })), shared: true, action: 'keep' },
    { name: 'a Work of a binding is the operator’s', existing: policy({ priority: 2 }), derived: true, action: 'keep' },
  ])('$name', ({ existing, action, opened = false, shared = false, derived = false }) => {
    expect(planHost({ wanted, existing, opened, shared, derived }).action).toBe(action)
  })

  const flags = { opened: false, shared: false, derived: false }

  it('a binding that was let go is not held again', () => {
    expect(planHost({ wanted: binding(true), existing: binding(false), ...flags }).action).toBe('keep')
  })

  it('a workload that runs on the host is a conflict although it is the same', () => {
    expect(
      planHost({ wanted: marked(deployment, { source: 's', uid: 'd' }), existing: deployment, ...flags }),
    ).toMatchObject({
      action: 'conflict',
      note: 'the host has one of this name, which runs there',
    })
  })

  it('what is being deleted cannot be kept', () => {
    const existing = { ...wanted, metadata: { ...wanted.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
    expect(planHost({ wanted, existing, ...flags }).action).toBe('conflict')
  })
})
