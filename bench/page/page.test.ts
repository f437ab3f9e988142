import { describe, expect, it } from '@jest/globals'
import type { Aim } from '../aims.ts'
import type { Figures } from '../report.ts'
import type { Results, Run } from '../results.ts'
import { fillPage, type PageInput, renderPage } from './page.ts'

interface More {
  readonly quiet?: boolean
  readonly objects?: number
  readonly commit?: string
}
const run = (figures: Figures, more: More = {}): Run => ({
  date: '2026-11-21T10:00:00.000Z',
  machine: { cpu: 'EPYC', cores: 2, memoryGiB: 7.8, kernel: 'Linux 6.1' },
  versions: { flotilla: '0.1.0', node: '24.18.1', kubernetes: 'v1.36.3', ...(more.commit && { commit: more.commit }) },
  load: { average1m: 3.2, busyPercent: 80, quiet: more.quiet ?? true },
  command: 'npm run -s bench -- burst --save',
  objects: more.objects ?? 300,
  report: {
    question: 'burst',
    setting: {},
    figures,
    bare: { toMembersSeconds: 5, peakRssMiB: 9 },
    requests: [],
    series: [
      {
        name: 'rss',
        unit: 'MiB',
        x: { name: 'templates', unit: '' },
        points: [
          [0, 50],
          [10, 70],
        ],
      },
    ],
    profile: { seconds: 9, busySeconds: 4, parts: [{ name: 'src/kube', percent: 40 }], functions: [] },
  },
})
const aim: Aim = { text: 'burst', question: 'burst', objects: 300, figure: 'toMembersSeconds', limit: 8, unit: 's' }
const question = { name: 'burst', asks: 'how fast', objects: 300, clusters: 'any' } as const
const reference = {
  source: 'Measured elsewhere.',
  columns: [
    {
      name: 'another',
      answers: [{ question: 'burst', objects: 300, figures: { toMembersSeconds: 33.8, cpuSeconds: 25 } }],
      notes: { cpuSeconds: 'Of all its processes.' },
    },
  ],
  figures: [{ what: 'restart', value: 4, unit: 's' }],
}
const render = (runs: readonly Run[], more: Partial<PageInput> = {}) => {
  const results: Results[] = runs.length === 0 ? [] : [{ question: 'burst', implementation: 'flotilla', runs }]
  return renderPage({ questions: [question], results, reference, aims: [aim], ...more })
}
const section = (runs: readonly Run[]): string => render(runs).blocks.get('burst') ?? ''

describe('a section', () => {
  it('without results says how to get them', () => {
    expect(section([])).toBe('Not measured yet: `npm run -s bench -- burst --save`.')
  })

  it('has the median of all runs with least and most, the bare loop, the ratio, and others', () => {
    const runs = [run({ toMembersSeconds: 10 }), run({ toMembersSeconds: 8 }), run({ toMembersSeconds: 9 })]
    expect(section(runs)).toContain('| until all members have all, s | 9 (8–10) | 5 | 1.8 | 33.8 |')
  })

  it('has no ratio of memory, which the bare loop has other settings for', () => {
    expect(section([run({ peakRssMiB: 4 })])).toContain('| highest resident memory, MiB | 4 | 9 | |')
  })

  it('marks what means something else elsewhere, and says what', () => {
    const text = section([run({ cpuSeconds: 5, toMembersSeconds: 10 })])
    expect(text).toContain('| CPU of the process, s | 5 | | | 25 † |')
    expect(text).toContain('| 33.8 |\n\n† Of all its processes.\n\n')
    expect(section([run({ toMembersSeconds: 10 })])).not.toContain('†')
  })

  it('shows percentiles of one time in one row', () => {
    const text = section([run({ aP50Ms: 10, aP95Ms: 20, aP99Ms: 30.5 })])
    expect(text).toContain('| a, p50 / p95 / p99, ms | 10 / 20 / 30.5 |')
  })

  it('keeps numbers of objects apart', () => {
    const text = section([run({ toMembersSeconds: 8 }), run({ toMembersSeconds: 27 }, { objects: 1000 })])
    expect(text).toContain('With 300 objects:')
    expect(text).toMatch(/With 1,000 objects:[\s\S]*\| 27 \|/)
  })

  it('says of each number of objects how many runs there were, and whether the machine was busy', () => {
    const more = { objects: 1000, quiet: false }
    const text = section([run({ toMembersSeconds: 8 }), run({ cpuSeconds: 27 }, more), run({ cpuSeconds: 28 }, more)])
    expect(text).toMatch(/\| 8 \|[\s\S]*<sub>2026-11-21, one run\.[\s\S]*With 1,000/)
    expect(text).toMatch(
      /27\.5 \(27–28\)[\s\S]*<sub>2026-11-21, 2 runs: median \(least–most\); \*\*the machine was busy/,
    )
  })

  it('leaves runs on a busy machine out when there are others, and says so when there are not', () => {
    const busy = run({ toMembersSeconds: 20 }, { quiet: false })
    expect(section([busy, run({ toMembersSeconds: 8 })])).toMatch(
      /all members have all, s \| 8 \|[\s\S]*one run\. EPYC, 2 cores/,
    )
    expect(section([busy])).toContain('**the machine was busy with other things** (load average 3.2)')
  })

  it('has the line through what grows, and where the CPU went', () => {
    const text = section([run({})])
    expect(text).toContain('| resident memory, MiB | templates, 0 to 10 | 2 | 50 | 1.000 |')
    expect(text).toContain('| src/kube | 40.0 |')
  })

  it('has its pictures, the same each time', () => {
    const [first, second] = [render([run({ toMembersSeconds: 8 })]), render([run({ toMembersSeconds: 8 })])]
    expect([...first.plots.keys()]).toEqual(['burst-300', 'burst-mib-by-templates'])
    expect(first.plots).toEqual(second.plots)
    expect(first.blocks.get('burst')).toContain('](performance/burst-300.svg)')
    expect(first.plots.get('burst-300')).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
  })
})

describe('the table of aims', () => {
  it.each([
    { name: 'met', runs: [run({ toMembersSeconds: 7 }, { commit: 'abc' })], want: '| under 8 s | 7 s | yes |' },
    {
      name: 'met by a run that names no commit',
      runs: [run({ toMembersSeconds: 6 }), run({ toMembersSeconds: 7 }, { commit: 'abc' })],
      want: '| under 8 s | 6.5 s (older code) | yes |',
    },
    {
      name: 'not met',
      runs: [run({ toMembersSeconds: 8.5 }, { commit: 'abc' })],
      want: '| under 8 s | 8.5 s | no |',
    },
    {
      name: 'asked with another number',
      runs: [run({ toMembersSeconds: 7 }, { objects: 1000 })],
      want: '| not measured |',
    },
    { name: 'never asked', runs: [], want: '| not measured |' },
  ])('says of one that it is $name', ({ runs, want }) => expect(render(runs).blocks.get('aims')).toContain(want))
})

describe('the page', () => {
  const page = 'before\n<!-- begin burst -->\nold\n<!-- end burst -->\nafter\n'

  it('gets what belongs between its markers, and nothing else of it changes', () => {
    const filled = fillPage(page, new Map([['burst', 'new']]))
    expect(filled).toBe('before\n<!-- begin burst -->\n\nnew\n\n<!-- end burst -->\nafter\n')
    expect(fillPage(filled, new Map([['burst', 'new']]))).toBe(filled)
  })

  it('must have all markers', () => {
    expect(() => fillPage(page, new Map([['idle', 'x']]))).toThrow('no "<!-- begin idle -->"')
  })
})
