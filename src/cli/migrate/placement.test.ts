import { describe, expect, it } from '@jest/globals'
import type { Placement } from '../../api/generated/propagation-policy.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { formatMark } from './mark.ts'
import { movingBindings, movingFindings } from './placement.ts'

const cluster = (name: string): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name },
  spec: { syncMode: 'Push' },
  status: { apiEnablements: [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }] },
})
const CLUSTERS = [cluster('a'), cluster('b')]
const DIVIDED: Placement = {
  clusterAffinity: { clusterNames: ['a', 'b'] },
  replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' },
}
interface Case {
  readonly placement: Placement
  /** What it was placed by. */
  readonly applied?: Placement
  readonly clusters: readonly { readonly name: string; readonly replicas: number }[]
  readonly held?: boolean
}
const binding = ({ placement, applied = placement, clusters, held = true }: Case): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: {
    name: 'web-deployment',
    namespace: 'shop',
    labels: { 'propagationpolicy.karmada.io/permanent-id': 'id' },
    annotations: {
      'policy.karmada.io/applied-placement': JSON.stringify(applied),
      'flotilla.dev/migration': formatMark({ source: 's', uid: 'u', ...(held && { held }) }),
    },
  },
  spec: {
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
    replicas: 5,
    placement,
    clusters: [...clusters],
    suspension: { scheduling: true },
  },
})
const uneven = [
  { name: 'a', replicas: 4 },
  { name: 'b', replicas: 1 },
]

describe('movingBindings', () => {
  it.each([
    { name: 'an uneven division of old stays', given: { placement: DIVIDED, clusters: uneven }, want: [] },
    {
      name: 'a placement that Karmada has not acted upon yet is told',
      given: {
        placement: { ...DIVIDED, clusterAffinity: { clusterNames: ['b'] } },
        applied: DIVIDED,
        clusters: uneven,
      },
      want: ['from a (4), b (1) to b (5)'],
    },
    {
      name: 'replicas that do not add up are told',
      given: {
        placement: { ...DIVIDED, clusterAffinity: { clusterNames: ['b'] } },
        clusters: [{ name: 'b', replicas: 3 }],
      },
      want: ['from b (3) to b (5)'],
    },
    {
      name: 'what was let go is the operator’s',
      given: { placement: DIVIDED, applied: {}, clusters: uneven, held: false },
      want: [],
    },
  ])('$name', ({ given, want }) => {
    const moving = movingBindings({ bindings: [binding(given)], clusters: CLUSTERS, now: '2026-01-01T00:00:00Z' })
    expect([...moving.values()]).toEqual(want)
    expect(movingFindings(moving).map(({ code }) => code)).toEqual(want.map(() => 'WouldMove'))
  })
})
