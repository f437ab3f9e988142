import { describe, expect, it } from '@jest/globals'
import type { ReplicaRequirements, ResourceSummary } from '../placement.ts'
import { estimateReplicas, UNLIMITED_REPLICAS } from './general.ts'

const summary: ResourceSummary = {
  allocatable: { pods: '110', cpu: '8', memory: '16Gi', 'nvidia.com/gpu': '2' },
  allocated: { pods: 10, cpu: '1500m', memory: '4Gi' },
  allocating: { pods: '5', cpu: '500m' },
}
const request = (resourceRequest: Record<string, string | number>): ReplicaRequirements => ({ resourceRequest })

describe('estimateReplicas (scheduling.md §6.1)', () => {
  it.each<{ name: string; summary: ResourceSummary | undefined; requirements?: ReplicaRequirements; want: number }>([
    { name: '1: no summary, no room', summary: undefined, want: 0 },
    { name: '2: pods = allocatable - allocated - allocating', summary, want: 95 },
    { name: '2: no pods left', summary: { allocatable: { pods: '5' }, allocated: { pods: '7' } }, want: 0 },
    { name: '2: no pods known', summary: { allocatable: { cpu: '8' } }, want: 0 },
    { name: '3: requirements without requests are bounded by pods', summary, requirements: {}, want: 95 },
    { name: '5: CPU in thousandths: 6 free / 700m', summary, requirements: request({ cpu: '700m' }), want: 8 },
    {
      name: '5: the scarcest resource decides',
      summary,
      requirements: request({ cpu: '100m', memory: '5Gi' }),
      want: 2,
    },
    { name: '5: what the cluster does not have', summary, requirements: request({ 'amd.com/gpu': '1' }), want: 0 },
    { name: '5: what nobody uses yet is free', summary, requirements: request({ 'nvidia.com/gpu': 1 }), want: 2 },
    { name: '5: a request of zero asks for nothing', summary, requirements: request({ cpu: '0' }), want: 95 },
    {
      name: '5: nothing left',
      summary: { allocatable: { pods: '9', cpu: '1' }, allocated: { cpu: '1' } },
      requirements: request({ cpu: '1m' }),
      want: 0,
    },
    {
      name: 'what is no quantity counts as nothing',
      summary: { allocatable: { pods: 'many' } },
      want: 0,
    },
    {
      name: 'never more than an int32',
      summary: { allocatable: { pods: '9E' } },
      want: UNLIMITED_REPLICAS,
    },
  ])('$name', ({ summary: given, requirements, want }) => {
    const cluster = { metadata: { name: 'm' }, status: { ...(given && { resourceSummary: given }) } }
    expect(estimateReplicas(requirements)(cluster)).toBe(want)
  })
})
