import { describe, expect, it } from '@jest/globals'
import type { MemberConnection } from '../../members/connection.ts'
import type { ObjectMeta } from '../../object/kube-object.ts'
import { a, condition } from '../../testing/builders.ts'
import { type Observed, plan } from './plan.ts'

const connection: MemberConnection = { config: { name: 'm', server: 'https://m' }, digest: 'd' }
const FINALIZERS = ['karmada.io/cluster-controller']
const DELETED = { finalizers: FINALIZERS, deletionTimestamp: '2026-11-21T06:00:00Z' }
const KEEPING = { ...DELETED, annotations: { 'flotilla.dev/on-deletion': 'keep-resources' } }

interface Given {
  readonly metadata?: Partial<ObjectMeta>
  readonly ready?: 'True' | 'False'
  readonly syncMode?: 'Push' | 'Pull'
}

function observed({ metadata, ready = 'True', syncMode = 'Push' }: Given, rest: Partial<Observed> = {}): Observed {
  const built = a.cluster({ name: 'm', spec: { syncMode }, status: { conditions: [condition('Ready', ready)] } })
  const cluster = { ...built, metadata: { ...built.metadata, finalizers: FINALIZERS, ...metadata } }
  return { cluster, connection, hasNamespace: true, ...rest }
}

// spec/behaviour/clusters.md §1.3, §7
describe('the connection to a cluster', () => {
  it.each<{ name: string; given: Observed; want: readonly string[] }>([
    { name: 'in use is kept', given: observed({}), want: ['connect'] },
    {
      name: 'without a usable Secret stays until Ready has followed',
      given: observed({}, { connection: undefined }),
      want: [],
    },
    {
      name: 'without a usable Secret ends once it is not Ready',
      given: observed({ ready: 'False' }, { connection: undefined }),
      want: ['disconnect'],
    },
    {
      name: 'in Pull mode is its agent’s',
      given: observed({ syncMode: 'Pull' }, { connection: undefined }),
      want: ['disconnect'],
    },
    {
      name: 'that is deleted stays while its namespace is emptied',
      given: observed({ metadata: DELETED }),
      want: ['connect'],
    },
    {
      name: 'that is deleted with its Secret stays while its namespace is emptied',
      given: observed({ metadata: DELETED, ready: 'False' }, { connection: undefined }),
      want: [],
    },
    {
      name: 'that is deleted ends with its namespace',
      given: observed({ metadata: DELETED }, { hasNamespace: false }),
      want: ['disconnect'],
    },
    {
      name: 'that leaves all behind takes our marks off the namespaces at the end',
      given: observed({ metadata: KEEPING }, { hasNamespace: false }),
      want: ['releaseNamespaces', 'disconnect'],
    },
    {
      name: 'that leaves all behind and does not answer ends as it is',
      given: observed({ metadata: KEEPING, ready: 'False' }, { hasNamespace: false }),
      want: ['disconnect'],
    },
    {
      name: 'of which we hold nothing ends when it is deleted',
      given: observed({ metadata: { ...DELETED, finalizers: ['other'] } }),
      want: ['disconnect'],
    },
  ])('$name', ({ given, want }) => expect(plan(given).map(({ type }) => type)).toEqual(want))
})
