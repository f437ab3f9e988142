import { describe, expect, it } from '@jest/globals'
import type { RequestCount } from '../e2e/controlplane/request-counts.ts'
import {
  countForeground,
  countResource,
  countWrites,
  formatJson,
  formatText,
  percentiles,
  type Report,
  ratios,
  requestRows,
  spreadCurve,
} from './report.ts'

const row = (verb: string, path: string, count: number): RequestCount => ({
  verb,
  group: '',
  resource: path.split('/')[0] ?? '',
  subresource: path.split('/')[1] ?? '',
  code: '200',
  count,
})

const report: Report = {
  question: 'burst',
  setting: { objects: 300 },
  figures: { toMembersSeconds: 9, operatorCpuSeconds: 3 },
  bare: { toMembersSeconds: 6, peakRssMiB: 0 },
  requests: [{ server: 'host', verb: 'POST', resource: 'works', count: 900 }],
}

describe('percentiles', () => {
  it('takes the nearest rank, whatever the order', () => {
    const times = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentiles('toMembers', times)).toEqual({ toMembersP50Ms: 50, toMembersP95Ms: 95, toMembersP99Ms: 99 })
  })

  it('of a single time are that time', () => {
    expect(percentiles('x', [7.126])).toEqual({ xP50Ms: 7.13, xP95Ms: 7.13, xP99Ms: 7.13 })
  })

  it('of nothing are no figures', () => expect(percentiles('x', [])).toEqual({}))
})

describe('how times are spread', () => {
  it('climbs to all of them, whatever their order', () => {
    expect(spreadCurve('x', [30, 10]).points).toEqual([
      [10, 50],
      [30, 100],
    ])
  })

  it('of nothing has no points', () => expect(spreadCurve('x', []).points).toEqual([]))
})

describe('request rows', () => {
  const before = [[row('POST', 'works', 10)], [row('POST', 'works', 5)]]
  const after = [
    [row('POST', 'works', 13), row('PUT', 'works/status', 2), row('GET', 'leases', 9)],
    [row('POST', 'works', 6), row('GET', '', 4), row('GET', 'works', 1)],
  ]
  const rows = requestRows('members', before, after)

  it('sum the differences of all servers by verb, resource and subresource', () => {
    expect(rows).toContainEqual({ server: 'members', verb: 'POST', resource: 'works', count: 4 })
    expect(rows).toContainEqual({ server: 'members', verb: 'PUT', resource: 'works/status', count: 2 })
  })

  it('leave what clusters do for themselves out of the counts', () => {
    expect(countForeground(rows, 'members')).toBe(7)
    expect(countForeground(rows, 'host')).toBe(0)
  })

  it('tell writes from reads', () => expect(countWrites(rows, 'members')).toBe(6))

  it('count a resource with its subresources', () => {
    expect(countResource(rows, 'members', 'works')).toBe(7)
    expect(countResource(rows, 'members', 'leases')).toBe(9)
  })
})

describe('report', () => {
  it('has a ratio for what both sides have and the bare loop needs at all', () => {
    expect(ratios(report)).toEqual({ toMembersSeconds: 1.5 })
    // The bare loop's memory is that of Node with other flags.
    expect(ratios({ figures: { peakRssMiB: 4 }, bare: { peakRssMiB: 9 } })).toEqual({})
  })

  it('is one line as JSON', () => {
    const line = formatJson(report)
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toMatchObject({ question: 'burst', ratio: { toMembersSeconds: 1.5 } })
  })

  it('tells how something grows', () => {
    const points = [[0, 50] as const, [10, 70] as const]
    const series = [{ name: 'rss', unit: 'MiB', x: { name: 'templates', unit: '' }, points }]
    expect(formatText({ ...report, series })).toContain('rss: 50 MiB and 2 for each of templates (0 to 10), R² 1.000')
  })

  it('shows what is missing as a dash', () => {
    expect(formatText(report)).toMatch(/operatorCpuSeconds +3 +- +-/)
    expect(formatText(report)).toMatch(/host +POST +works +900/)
  })
})
