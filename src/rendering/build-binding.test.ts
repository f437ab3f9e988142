import { describe, expect, it } from '@jest/globals'
import type { PropagationPolicySpec } from '../api/generated/propagation-policy.ts'
import {
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  PROPAGATION_POLICY,
  RESOURCE_BINDING,
} from '../api/kinds.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import type { Claim } from '../policy/claim.ts'
import { frozen, frozenObject } from '../testing/frozen-object.ts'
import { type BindingInput, buildBinding } from './build-binding.ts'
import { templateDigest } from './template-digest.ts'

const template = frozenObject('apps/v1 Deployment', {
  metadata: { uid: 't-uid', resourceVersion: '5', generation: 1, labels: { app: 'x' } },
  spec: { replicas: 2 },
})
const placement = { clusterAffinity: { clusterNames: ['a'] } }
const policyWith = (spec: Partial<PropagationPolicySpec> = {}): Policy =>
  frozen({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'pp', namespace: 'default' },
    spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement, ...spec },
  })
const claim: Claim = { kind: PROPAGATION_POLICY, key: { namespace: 'default', name: 'pp' }, permanentId: 'p-id' }
const clusterClaim: Claim = {
  kind: CLUSTER_PROPAGATION_POLICY,
  key: { namespace: '', name: 'cpp' },
  permanentId: 'cp-id',
}
const build = (input: Partial<BindingInput> = {}): Binding =>
  buildBinding({
    template,
    policy: policyWith(),
    claim,
    bindingKind: RESOURCE_BINDING,
    replicas: { replicas: 2, requirements: { resourceRequest: { cpu: '1' } } },
    permanentId: 'b-id',
    ...input,
  })

describe('a new binding (propagation.md §6)', () => {
  it('has the name, owner, finalizer, claim and spec of the contract', () =>
    expect(build({ clusters: [{ name: 'a', replicas: 2 }] })).toEqual({
      apiVersion: 'work.karmada.io/v1alpha2',
      kind: 'ResourceBinding',
      metadata: {
        name: 'nginx-deployment',
        namespace: 'default',
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'nginx',
            uid: 't-uid',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
        finalizers: ['karmada.io/binding-controller'],
        labels: {
          'propagationpolicy.karmada.io/permanent-id': 'p-id',
          'resourcebinding.karmada.io/permanent-id': 'b-id',
        },
        annotations: {
          'propagationpolicy.karmada.io/namespace': 'default',
          'propagationpolicy.karmada.io/name': 'pp',
          'flotilla.dev/template-digest': templateDigest(template),
        },
      },
      spec: {
        resource: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'default',
          name: 'nginx',
          uid: 't-uid',
          resourceVersion: '5',
        },
        replicas: 2,
        replicaRequirements: { resourceRequest: { cpu: '1' } },
        clusters: [{ name: 'a', replicas: 2 }],
        schedulerName: 'default-scheduler',
        placement,
        conflictResolution: 'Abort',
      },
    }))

  it('of a cluster-scoped template has no namespace, its own finalizer and id', () => {
    const role = frozen({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'system:controller:tom', uid: 'u' },
    })
    const binding = build({
      template: role,
      bindingKind: CLUSTER_RESOURCE_BINDING,
      claim: clusterClaim,
      replicas: undefined,
    })
    expect(binding.metadata).toMatchObject({
      name: 'system.controller.tom-clusterrole',
      finalizers: ['karmada.io/cluster-resource-binding-controller'],
      labels: {
        'clusterpropagationpolicy.karmada.io/permanent-id': 'cp-id',
        'clusterresourcebinding.karmada.io/permanent-id': 'b-id',
      },
    })
    expect(binding.metadata).not.toHaveProperty('namespace')
    expect(binding.spec.resource).not.toHaveProperty('namespace')
  })

  it.each<{ name: string; spec: Partial<PropagationPolicySpec>; want: object }>([
    { name: 'scheduler', spec: { schedulerName: 'mine' }, want: { schedulerName: 'mine' } },
    {
      name: 'conflict resolution',
      spec: { conflictResolution: 'Overwrite' },
      want: { conflictResolution: 'Overwrite' },
    },
    { name: 'failover', spec: { failover: { cluster: {} } }, want: { failover: { cluster: {} } } },
    {
      name: 'preservation, also when false',
      spec: { preserveResourcesOnDeletion: false },
      want: { preserveResourcesOnDeletion: false },
    },
    { name: 'dependencies', spec: { propagateDeps: true }, want: { propagateDeps: true } },
    { name: 'suspension', spec: { suspension: { dispatching: true } }, want: { suspension: { dispatching: true } } },
  ])('takes from the policy: $name', ({ spec, want }) =>
    expect(build({ policy: policyWith(spec) }).spec).toMatchObject(want),
  )

  it('tells no replicas from replicas that nobody knows, and leaves out propagateDeps: false, as Go does', () => {
    const { spec } = build({ replicas: { replicas: 0 }, policy: policyWith({ propagateDeps: false }) })
    expect(spec.replicas).toBe(0)
    expect(build({ replicas: undefined }).spec).not.toHaveProperty('replicas')
    expect(spec).not.toHaveProperty('propagateDeps')
    expect(spec).not.toHaveProperty('replicaRequirements')
  })

  it('has the priority of the class', () =>
    expect(build({ schedulePriority: 0 }).spec.schedulePriority).toEqual({ priority: 0 }))

  it('components in the place of replicas', () => {
    const components = [{ name: 'master', replicas: 1 }]
    expect(build({ replicas: undefined, components }).spec).toMatchObject({ components })
    expect(build({ replicas: undefined, components: [] }).spec).not.toHaveProperty('components')
  })

  it('groups workloads by labels only when the gate is on', () => {
    const terms = { affinity: { groupByLabelKey: 'app' }, antiAffinity: { groupByLabelKey: 'constructor' } }
    const policy = policyWith({ placement: { workloadAffinity: terms } })
    expect(build({ policy }).spec).not.toHaveProperty('workloadAffinityGroups')
    expect(build({ policy, workloadAffinity: true }).spec.workloadAffinityGroups).toEqual({ affinityGroup: 'app=x' })
  })
})

const existing: Binding = frozen({
  ...build({ clusters: [{ name: 'a', replicas: 2 }] }),
  status: { conditions: [] },
})
const existingWith = (change: { metadata?: object; spec?: object }): Binding =>
  frozen({
    ...existing,
    metadata: { ...existing.metadata, ...change.metadata },
    spec: { ...existing.spec, ...change.spec },
  })

describe('a binding that is there', () => {
  it('comes out equal when nothing changed', () => expect(build({ existing })).toEqual(existing))

  it('keeps its id and foreign metadata', () => {
    const { labels, annotations } = existing.metadata
    const before = existingWith({
      metadata: {
        resourceVersion: '8',
        labels: { ...labels, 'resourcebinding.karmada.io/permanent-id': 'old', foreign: 'l' },
        annotations: { ...annotations, foreign: 'a' },
        finalizers: ['foreign/f'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }],
      },
    })
    const { metadata } = build({ existing: before })
    expect(metadata.resourceVersion).toBe('8')
    expect(metadata.labels).toMatchObject({ 'resourcebinding.karmada.io/permanent-id': 'old', foreign: 'l' })
    expect(metadata.annotations).toMatchObject({ foreign: 'a' })
    expect(metadata.finalizers).toEqual(['foreign/f', 'karmada.io/binding-controller'])
    expect(metadata.ownerReferences?.map(owner => owner.uid)).toEqual(['t-uid', 'x'])
  })

  it('keeps the fields of other controllers', () => {
    const theirs = {
      clusters: [{ name: 'z' }],
      gracefulEvictionTasks: [{ fromCluster: 'a', reason: 'r', producer: 'p' }],
      requiredBy: [{ name: 'other' }],
      rescheduleTriggeredAt: '2026-01-01T00:00:00Z',
    }
    expect(build({ existing: existingWith({ spec: theirs }) }).spec).toMatchObject(theirs)
  })

  it('loses what the policy no longer says', () => {
    const before = existingWith({
      spec: {
        failover: { cluster: {} },
        propagateDeps: true,
        preserveResourcesOnDeletion: true,
        schedulePriority: { priority: 1 },
        components: [],
      },
    })
    expect(build({ existing: before }).spec).toEqual(existing.spec)
  })

  it('loses the claim of a policy of the other kind', () => {
    const before = existingWith({
      metadata: {
        labels: { 'clusterpropagationpolicy.karmada.io/permanent-id': 'x' },
        annotations: { 'clusterpropagationpolicy.karmada.io/name': 'x' },
      },
    })
    expect(JSON.stringify(build({ existing: before }).metadata)).not.toContain('clusterpropagationpolicy')
  })

  it('of another object is left to the garbage collector', () => {
    const other = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx', uid: 'older', controller: true }]
    expect(() => build({ existing: existingWith({ metadata: { ownerReferences: other } }) })).toThrow(
      'belongs to another object',
    )
  })
})

describe('spec.resource.resourceVersion (rule of writing 7)', () => {
  const versionFor = (change: { metadata?: object; [field: string]: unknown }, before: Binding = existing) => {
    const metadata = { ...template.metadata, resourceVersion: '6', ...change.metadata }
    return build({ template: frozen({ ...template, ...change, metadata }), existing: before }).spec.resource
      .resourceVersion
  }
  it('stays when only status and version changed', () => expect(versionFor({ status: { replicas: 2 } })).toBe('5'))
  it('moves with the spec', () => expect(versionFor({ spec: { replicas: 3 } })).toBe('6'))
  it('moves with a label', () => expect(versionFor({ metadata: { labels: { app: 'y' } } })).toBe('6'))
  it('moves when the template was made again', () => {
    const before = existingWith({ spec: { resource: { ...existing.spec.resource, uid: 'older' } } })
    expect(versionFor({}, before)).toBe('6')
  })
  it('moves once on a binding that Karmada wrote', () =>
    expect(versionFor({}, existingWith({ metadata: { annotations: {} } }))).toBe('6'))
})

describe('suspension (propagation.md §6)', () => {
  it.each([
    {
      name: 'of the policy, beside that of scheduling',
      policy: { dispatching: true },
      before: { scheduling: true },
      want: { dispatching: true, scheduling: true },
    },
    {
      name: 'is cleared but for scheduling',
      policy: undefined,
      before: { dispatching: true, scheduling: false },
      want: { scheduling: false },
    },
    { name: 'is dropped', policy: undefined, before: { dispatching: true }, want: undefined },
    {
      name: 'on some clusters',
      policy: { dispatchingOnClusters: { clusterNames: ['a'] } },
      before: { dispatching: true },
      want: { dispatchingOnClusters: { clusterNames: ['a'] } },
    },
  ])('$name', ({ policy, before, want }) => {
    const binding = build({
      policy: policyWith(policy && { suspension: policy }),
      existing: existingWith({ spec: { suspension: before } }),
    })
    expect(binding.spec.suspension).toEqual(want)
  })
})

it('fills propagateDeps of a cluster-wide binding only once (propagation.md §6)', () => {
  const input = { bindingKind: CLUSTER_RESOURCE_BINDING, claim: clusterClaim }
  const created = build({ ...input, policy: policyWith({ propagateDeps: true }) })
  expect(created.spec.propagateDeps).toBe(true)
  expect(build({ ...input, existing: frozen(created) }).spec.propagateDeps).toBe(true)
  expect(build({ ...input, schedulePriority: 5 }).spec).not.toHaveProperty('schedulePriority')
})
