import { describe, expect, it } from '@jest/globals'
import { countingRuns, formatResults, type Run, resultsPath, spreadOf, withRun } from './results.ts'
import { busyPercentBetween } from './surroundings.ts'

const run = (date: string, quiet = true, objects = 300): Run => ({
  date,
  machine: { cpu: 'a', cores: 2, memoryGiB: 8, kernel: 'Linux 6' },
  versions: { flotilla: '0.1.0', node: '24.0.0' },
  load: { average1m: 0, busyPercent: 0, quiet },
  command: 'npm run -s bench -- burst',
  objects,
  report: { question: 'burst', setting: {}, figures: {}, bare: {}, requests: [] },
})
const dates = (runs: readonly Run[]): readonly string[] => runs.map(({ date }) => date)

describe('kept runs', () => {
  const five = ['1', '2', '3', '4', '5'].map(date => run(date))

  it('are the last five', () => expect(dates(withRun(five, run('6')))).toEqual(['2', '3', '4', '5', '6']))

  it('are kept for each number of objects', () => {
    expect(withRun(five, run('6', true, 1000))).toHaveLength(6)
  })

  it('lose those on a busy machine first', () => {
    const mixed = five.map(each => (each.date === '3' ? run('3', false) : each))
    expect(dates(withRun(mixed, run('6')))).toEqual(['1', '2', '4', '5', '6'])
  })

  it('do not take in one on a busy machine when five quiet ones are there', () => {
    expect(dates(withRun(five, run('6', false)))).toEqual(['1', '2', '3', '4', '5'])
  })

  it('count when the machine was quiet, or all when it never was', () => {
    const of = (runs: readonly Run[]) => dates(countingRuns(runs))
    expect(of([run('1', false), run('2')])).toEqual(['2'])
    expect(of([run('1', false), run('2', false)])).toEqual(['1', '2'])
  })
})

describe('spread', () => {
  it.each([
    { name: 'one run', values: [3], want: { median: 3, least: 3, most: 3 } },
    { name: 'an odd number', values: [9, 1, 4], want: { median: 4, least: 1, most: 9 } },
    { name: 'an even number', values: [9, 1, 4, 6], want: { median: 5, least: 1, most: 9 } },
  ])('of $name', ({ values, want }) => {
    expect(spreadOf(values.map(value => ({ cpuSeconds: value }))).get('cpuSeconds')).toEqual(want)
  })

  it('keeps the order of the last run, and figures that only an earlier one has', () => {
    expect([
      ...spreadOf([
        { a: 1, c: 1 },
        { b: 1, a: 1 },
      ]).keys(),
    ]).toEqual(['b', 'a', 'c'])
  })
})

describe('the file of results', () => {
  it('belongs to a question and an implementation', () => {
    expect(resultsPath('burst', 'flotilla')).toBe('bench/results/burst.json')
    expect(resultsPath('burst', 'another')).toBe('bench/results/burst.another.json')
  })

  it('has points on one line, and is what it was when it is read', () => {
    const series = [{ name: 'rss', unit: 'MiB', x: { name: 'templates', unit: '' }, points: [[1, 2.5] as const] }]
    const report = { ...run('1').report, series, setting: { list: '[1,\n 2]' } }
    const results = { question: 'burst', implementation: 'flotilla', runs: [{ ...run('1'), report }] }
    const text = formatResults(results)
    expect(text).toContain('[1, 2.5]')
    expect(JSON.parse(text)).toEqual(results)
  })
})

describe('a busy machine', () => {
  it.each([
    { name: 'rests', after: { busy: 10, idle: 200 }, want: 0 },
    { name: 'is half used', after: { busy: 60, idle: 150 }, want: 50 },
    { name: 'was not looked at twice', after: { busy: 10, idle: 100 }, want: 0 },
  ])('$name', ({ after, want }) => expect(busyPercentBetween({ busy: 10, idle: 100 }, after)).toBe(want))
})
