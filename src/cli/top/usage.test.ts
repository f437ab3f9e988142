import { describe, expect, it } from '@jest/globals'
import { parseQuantity } from '../../object/quantity.ts'
import { a } from '../../testing/builders.ts'
import { clusterRow, formatCpu, formatMemory, formatShare, usageOfPod } from './usage.ts'

describe('usage', () => {
  it('of a pod is that of its containers', () => {
    const containers = [{ usage: { cpu: '1500u', memory: '1Mi' } }, { usage: { cpu: '250m', memory: '512Ki' } }, {}]
    const metrics = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name: 'web' }, containers }
    const { cpu, memory } = usageOfPod(metrics)
    expect([formatCpu(cpu), formatMemory(memory)]).toEqual(['252m', '2Mi'])
  })

  it.each([
    { part: '500m', whole: '2', want: '25%' },
    { part: '3', whole: '2', want: '150%' },
    { part: '1', whole: '0', want: '<unknown>' },
  ])('$part of $whole', ({ part, whole, want }) =>
    expect(formatShare(parseQuantity(part), parseQuantity(whole))).toBe(want),
  )

  it('of a cluster is what its pods ask for', () => {
    const status = {
      nodeSummary: { totalNum: 3, readyNum: 2 },
      resourceSummary: {
        allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
        allocated: { cpu: '2', memory: '4Gi', pods: '12' },
      },
    }
    expect(clusterRow(a.cluster({ name: 'member1', status }))).toEqual([
      'member1',
      '2/3',
      '2000m',
      '25%',
      '4096Mi',
      '25%',
      '12/110',
    ])
  })

  it('of a cluster that tells nothing is not known', () => {
    expect(clusterRow(a.cluster({ name: 'member1' }))).toEqual([
      'member1',
      '<unknown>',
      '0m',
      '<unknown>',
      '0Mi',
      '<unknown>',
      '0/0',
    ])
  })
})
