import { describe, expect, it } from '@jest/globals'
import { executionNamespace } from '../../api/names.ts'
import type { Condition } from '../../object/condition.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { a } from '../../testing/builders.ts'
import { buildTree, type TreeInput } from './build.ts'
import { printTree } from './print.ts'

const NOW_MS = Date.parse('2026-01-01T00:05:00Z')
const AT = '2026-01-01T00:00:00Z'
const condition = (type: string, status: 'True' | 'False', reason = 'Because'): Condition => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: AT,
})
/** @param object `Kind/name` */
const owned = (object: string, owner: KubeObject, rest: object = {}): KubeObject => {
  const [kind = '', name = ''] = object.split('/')
  const reference = { apiVersion: 'v1', kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '' }
  const metadata = { name, namespace: 'default', uid: object, creationTimestamp: AT, ownerReferences: [reference] }
  return { apiVersion: 'v1', kind, metadata, ...rest }
}
const nginx = a.deployment({ name: 'nginx', spec: { replicas: 2 }, status: { readyReplicas: 1 } })
const set = owned('ReplicaSet/nginx-1', nginx, { spec: { replicas: 2 }, status: { readyReplicas: 1 } })
const old = owned('ReplicaSet/nginx-0', nginx, { spec: { replicas: 0 } })
const waiting = { containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }], phase: 'Pending' }
const pods = [owned('Pod/b', set, { status: waiting }), owned('Pod/a', set, { status: { phase: 'Running' } })]
const work = (cluster: string, status: object) =>
  a.work({ name: 'nginx-1', namespace: executionNamespace(cluster), manifests: [nginx], status })

const INPUT: TreeInput = {
  template: nginx,
  binding: a.binding({ status: { conditions: [condition('Scheduled', 'True'), condition('FullyApplied', 'False')] } }),
  works: [
    work('member2', { conditions: [condition('Applied', 'False')] }),
    work('member1', {
      conditions: [condition('Applied', 'True')],
      manifestStatuses: [{ identifier: {}, health: 'Healthy' }],
    }),
  ],
  attached: [
    a.binding({
      name: 'settings-configmap',
      spec: { resource: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' } },
    }),
  ],
  members: new Map<string, string | { object: KubeObject | undefined; others: readonly KubeObject[] }>([
    ['member1', { object: nginx, others: [set, old, ...pods] }],
    ['member2', 'connection refused'],
  ]),
}

describe('buildTree', () => {
  it('goes from the template to what members have of it', () => {
    expect(
      printTree(buildTree(INPUT), NOW_MS),
    ).toBe(`OBJECT                                             STATE                                    AGE
Deployment default/nginx                           1/2 ready                                5m
└─ ResourceBinding default/nginx-deployment        Scheduled, not everywhere                5m
   ├─ Work karmada-es-member1/nginx-1              Applied, Healthy                         5m
   │  └─ member1 Deployment default/nginx          1/2 ready                                5m
   │     └─ member1 ReplicaSet default/nginx-1     1/2 ready                                5m
   │        ├─ member1 Pod default/a               Running                                  5m
   │        └─ member1 Pod default/b               ImagePullBackOff                         5m
   ├─ Work karmada-es-member2/nginx-1              not applied                              5m
   │  └─ member2 Deployment                        not read: connection refused
   └─ ResourceBinding default/settings-configmap   goes along: ConfigMap default/settings   5m
`)
  })

  it.each([
    { name: 'nothing claimed it', input: { binding: undefined }, want: 1 },
    { name: 'nobody looked into members', input: { members: new Map() }, want: 5 },
    {
      name: 'a member does not have it',
      input: { members: new Map([['member1', { object: undefined, others: [] }]]) },
      want: 6,
    },
  ])('where $name', ({ input, want }) => {
    const lines = printTree(buildTree({ ...INPUT, ...input }), NOW_MS)
      .trimEnd()
      .split('\n')
    expect(lines.length - 1).toBe(want)
  })

  it.each([
    {
      name: 'a deletion',
      object: { ...nginx, metadata: { ...nginx.metadata, deletionTimestamp: AT, finalizers: ['x'] } },
      want: 'Deleting, waits for x',
    },
    { name: 'a Job', object: a.job({ spec: { completions: 3 }, status: { succeeded: 1 } }), want: '1/3 done' },
    {
      name: 'a condition',
      object: { ...a.configMap(), status: { conditions: [condition('Ready', 'False', 'Why')] } },
      want: 'not Ready: Why',
    },
    { name: 'nothing', object: a.configMap(), want: '' },
  ])('tells the state of $name', ({ object, want }) => {
    expect(buildTree({ ...INPUT, template: object, binding: undefined }).state).toBe(want)
  })
})
