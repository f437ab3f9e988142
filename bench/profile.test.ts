import { describe, expect, it } from '@jest/globals'
import { parseEventsDropped, parseHostRequests, parseLoopDelay } from './operator-under-test.ts'
import { type CallFrame, type CpuProfile, summarizeProfile } from './profile.ts'

const frame = (functionName: string, url = ''): CallFrame => ({ functionName, url, lineNumber: 4, columnNumber: 0 })
const node = (id: number, callFrame: CallFrame, children: readonly number[] = []) => ({ id, callFrame, children })
const positions = ({ url }: CallFrame) => (url.startsWith('file:') ? { path: url.slice(8), line: 5 } : undefined)

const profile: CpuProfile = {
  nodes: [
    node(1, frame('(root)'), [2, 3, 4, 6]),
    node(2, frame('(idle)')),
    node(3, frame('(garbage collector)')),
    node(4, frame('render', 'file:///src/rendering/render-work.ts'), [5, 8]),
    node(5, frame('stringify')),
    node(6, frame('onread', 'node:internal/http2/core'), [7]),
    node(7, frame('', 'file:///node_modules/@scope/tool/lib/tool.js')),
    node(8, frame('constructor', 'file:///src/addons/quota/plan.ts')),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8],
  timeDeltas: [1_000_000, 100_000, 200_000, 300_000, 150_000, 150_000, 100_000],
}

describe('a CPU profile', () => {
  const { seconds, busySeconds, parts, functions } = summarizeProfile(profile, positions)

  it('leaves the idle time out', () => expect([seconds, busySeconds]).toEqual([2, 1]))

  it('is told by parts: folders, packages, what Node does, collections; what has no file is its caller’s', () => {
    expect(parts).toEqual([
      { name: 'src/rendering', percent: 50 },
      { name: '@scope/tool', percent: 15 },
      { name: 'Node: HTTP', percent: 15 },
      { name: 'garbage collection', percent: 10 },
      { name: 'src/addons/quota', percent: 10 },
    ])
  })

  it('names the functions, and where they are', () => {
    expect(functions.slice(0, 2)).toEqual([
      { name: 'stringify', where: '', percent: 30 },
      { name: 'render', where: 'src/rendering/render-work.ts:5', percent: 20 },
    ])
    expect(functions).toContainEqual({
      name: '(anonymous)',
      where: 'node_modules/@scope/tool/lib/tool.js:5',
      percent: 15,
    })
  })

  it('of nothing is empty', () => {
    const empty = summarizeProfile({ nodes: [node(1, frame('(root)'))] }, positions)
    expect(empty).toMatchObject({ seconds: 0, busySeconds: 0, parts: [] })
  })
})

describe('delay of the event loop', () => {
  it('is read from the metrics, in milliseconds', () => {
    const page = [
      '# TYPE x gauge',
      ...['p50', 'p99', 'max'].map((n, i) => `nodejs_eventloop_lag_${n}_seconds 0.01${i}`),
    ]
    expect(parseLoopDelay(page.join('\n'))).toEqual({
      eventLoopDelayP50Ms: 10,
      eventLoopDelayP99Ms: 11,
      eventLoopDelayMaxMs: 12,
    })
  })

  it('of something else is unknown', () => expect(parseLoopDelay('')).toEqual({}))
})

describe('what the operator asks of the host', () => {
  it('is counted without events and leases', () => {
    const row = (cluster: string, resource: string, count: number): string =>
      `flotilla_client_requests_total{cluster="${cluster}",verb="patch",resource="${resource}",code="200"} ${count}`
    const page = [
      '# HELP flotilla_client_requests_total Requests',
      row('host', 'work.karmada.io/v1alpha1/works/status', 3),
      row('host', 'v1/configmaps', 4),
      row('host', 'v1/configmaps', 40).replace('patch', 'watch'),
      row('host', 'v1/events', 50),
      row('host', 'coordination.k8s.io/v1/leases', 60),
      row('member1', 'v1/configmaps', 70),
      'flotilla_client_requests_total_of_another{cluster="host"} 80',
    ]
    expect(parseHostRequests(page.join('\n'))).toBe(7)
    expect(parseHostRequests('')).toBe(0)
  })

  it('leaves out events for which there was no room', () => {
    const row = (reason: string, type: string, count: number): string =>
      `flotilla_events_dropped_total{reason="${reason}",type="${type}"} ${count}`
    const page = [row('overflow', 'Normal', 2), row('overflow', 'Warning', 3), row('limit', 'Normal', 40)]
    expect(parseEventsDropped(page.join('\n'))).toBe(5)
    expect(parseEventsDropped('')).toBe(0)
  })
})
