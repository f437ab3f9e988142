import { describe, expect, it } from '@jest/globals'
import { parseRequestCounts, subtractRequestCounts, totalRequests } from './request-counts.ts'

const line = (labels: string, count: number): string => `apiserver_request_total{${labels}} ${count}`
const page = [
  '# TYPE apiserver_request_total counter',
  line(
    'code="200",component="apiserver",group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"',
    3,
  ),
  line(
    'code="200",component="apiserver",group="",resource="pods",scope="cluster",subresource="",verb="LIST",version="v1"',
    4,
  ),
  line(
    'code="201",group="apps",resource="deployments",scope="resource",subresource="status",verb="APPLY",version="v1"',
    1,
  ),
  line('code="201",dry_run="All",group="",resource="configmaps",subresource="",verb="APPLY",version="v1"', 1),
  'apiserver_request_total_other{verb="GET"} 9',
].join('\n')
const pods = { verb: 'LIST', group: '', resource: 'pods', subresource: '', code: '200', count: 7 }
const trial = {
  verb: 'APPLY',
  group: '',
  resource: 'configmaps',
  subresource: '',
  code: '201',
  dryRun: true,
  count: 1,
} as const
const status = { verb: 'APPLY', group: 'apps', resource: 'deployments', subresource: 'status', code: '201', count: 1 }

describe('request counts', () => {
  it('are summed over what is not asked for', () => expect(parseRequestCounts(page)).toEqual([pods, status, trial]))

  it('differ by what was added', () => {
    const before = [{ ...pods, count: 5 }, status]
    expect(subtractRequestCounts([pods, status], before)).toEqual([{ ...pods, count: 2 }])
  })

  it('count from nothing after a restart', () => {
    expect(subtractRequestCounts([pods], [{ ...pods, count: 900 }])).toEqual([pods])
  })

  it.each([
    { name: 'everything', filter: {}, want: 8 },
    { name: 'one resource', filter: { resource: 'pods' }, want: 7 },
    { name: 'two conditions', filter: { verb: 'APPLY', subresource: 'status' }, want: 1 },
    { name: 'nothing', filter: { resource: 'nodes' }, want: 0 },
  ])('add up over $name', ({ filter, want }) => expect(totalRequests([pods, status], filter)).toBe(want))
})
