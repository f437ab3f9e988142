import { type Report, type Series, SPREAD_UNIT } from '../report.ts'
import type { Run } from '../results.ts'
import { type Bars, drawBars, drawCurves, drawGrowth } from './plots.ts'
import { figuresTable, type Matrix, type Measured, matrixTable } from './tables.ts'

/** What a section of the page has besides the table of its figures. */
export interface Section {
  /** What stands beside the operator; default: the bare loop. */
  readonly beside?: string
  /** @returns the tables; default: a row for each figure. */
  readonly tables?: (measured: Measured) => readonly string[]
  /** @returns pictures by the name of their file, without its end. */
  readonly plots?: (answers: readonly SizedAnswer[]) => ReadonlyMap<string, string>
}

/** A question asked with one number of objects. */
export interface SizedAnswer {
  /** Absent where there is nothing to count. */
  readonly objects: number | undefined
  readonly measured: Measured
  /** Those that count, oldest first. */
  readonly runs: readonly Run[]
  /** What the last of them says. */
  readonly last: Report
}

const AILMENTS = { paused: 'paused', stopped: 'stopped', failing: 'failing', silent: 'silent' }
const PARKED = {
  left: 'the admission policies leave the namespace out',
  none: 'none',
  one: '1',
  hundred: '100',
  thousand: '1000',
}
const DIVISIONS = {
  duplicated: 'duplicated',
  staticWeight: 'static weights',
  dynamicWeight: 'dynamic weights',
  aggregated: 'aggregated',
  dynamicWeightByCluster: 'dynamic weights, at most five clusters',
  dynamicWeightByRegion: 'dynamic weights, by region',
  dynamicWeightByZone: 'dynamic weights, by region and zone',
  decisionText: 'the text of the decision, duplicated',
}
const OPERATIONS = {
  GetReplicas: 'replicas',
  ReviseReplicas: 'replicas of a member',
  Retain: 'retain',
  ReflectStatus: 'status of a member',
  InterpretHealth: 'health',
  AggregateStatus: 'status of all',
  GetDependencies: 'dependencies',
}

const SCHEDULING: Matrix = {
  corner: 'clusters',
  rows: DIVISIONS,
  columns: { 10: '10', 100: '100', 1000: '1000', 5000: '5000' },
  names: (row, column) => [`${row}${column}ClustersUs`],
}
const INTERPRETING: Matrix = {
  corner: 'operation',
  rows: OPERATIONS,
  columns: {
    deployment: 'built in, a Deployment',
    lua: 'Lua',
    javascript: 'JavaScript',
    cel: 'CEL',
    webhook: 'a server',
  },
  names: (row, column) => [`${column}${row}Us`, `${column}${row}TogetherUs`],
}
const NEIGHBOURS: Matrix = {
  corner: 'the third member is',
  rows: AILMENTS,
  columns: {
    WellP95Ms: 'p95 with it well, ms',
    P95Ms: 'p95 with it ill, ms',
    P95Ratio: 'ratio',
    CaughtUpMs: 'caught up after, ms',
  },
  names: (row, column) => [`${row}${column}`],
}
const PARKING: Matrix = {
  corner: 'policies in the namespace',
  rows: PARKED,
  columns: { P50Ms: 'p50, ms', AddedMs: 'added, ms', P50Ratio: 'ratio' },
  names: (row, column) => [`${row}${column}`],
}

/** Of questions for which a row for each figure is not enough. */
export const SECTIONS: Readonly<Record<string, Section>> = {
  latency: { plots: latencyPlots },
  burst: { plots: burstPlots },
  idle: { beside: 'the clusters alone' },
  neighbours: { tables: ({ figures }) => [matrixTable(NEIGHBOURS, figures)] },
  parking: { tables: ({ figures }) => [matrixTable(PARKING, figures)] },
  scheduling: { tables: ({ figures }) => [matrixTable(SCHEDULING, figures)] },
  interpreting: {
    tables: ({ figures, ...rest }) => [
      matrixTable(INTERPRETING, figures),
      figuresTable({ ...rest, figures: new Map([...figures].filter(([name]) => name.startsWith('hostileDelay'))) }),
    ],
  },
}

/** @returns what stands beside the operator in a section. */
export function besideOf(question: string): string {
  return SECTIONS[question]?.beside ?? 'bare loop'
}

/** @returns the tables of a section. */
export function tablesOf(question: string, measured: Measured): readonly string[] {
  return SECTIONS[question]?.tables?.(measured) ?? [figuresTable(measured)]
}

/** @returns its pictures: its own, and one for each unit of what grows with the same thing. */
export function plotsOf(question: string, answers: readonly SizedAnswer[]): ReadonlyMap<string, string> {
  const own = SECTIONS[question]?.plots?.(answers) ?? new Map<string, string>()
  const series = answers.flatMap(({ last }) => last.series ?? []).filter(each => !isSpread(each))
  const growth = [...Map.groupBy(series, axesOf)].map(
    ([axes, curves]) =>
      [`${question}-${axes}`, drawGrowth(`${question}: ${curves[0]?.unit} by ${curves[0]?.x.name}`, curves)] as const,
  )
  return new Map([...own, ...growth])
}

function axesOf({ unit, x }: Series): string {
  return `${unit}-by-${x.name}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** @returns whether a curve tells how times are spread. */
export function isSpread({ unit }: Series): boolean {
  return unit === SPREAD_UNIT
}

const LATENCIES: Readonly<Record<string, string>> = {
  configMapToMembersP50Ms: 'ConfigMap in all members, p50',
  configMapToMembersP95Ms: 'ConfigMap in all members, p95',
  deploymentToMembersP50Ms: 'Deployment in all members, p50',
  deploymentToMembersP95Ms: 'Deployment in all members, p95',
  deploymentToStatusOnHostP50Ms: 'its status on the host, p50',
  deploymentToStatusOnHostP95Ms: 'its status on the host, p95',
}

function latencyPlots(answers: readonly SizedAnswer[]): ReadonlyMap<string, string> {
  const [answer] = answers
  if (answer === undefined) return new Map()
  const bars = drawBars({
    title: 'latency: milliseconds from the creation on the host (logarithmic)',
    categories: Object.values(LATENCIES),
    groups: groupsOf(answer.measured, Object.keys(LATENCIES)),
    unit: 'ms',
    logarithmic: true,
  })
  const spreads = (answer.last.series ?? []).filter(isSpread)
  return new Map([
    ['latency', bars],
    ...(spreads.length === 0
      ? []
      : [['latency-spread', drawCurves('latency: how the times are spread', spreads)] as const]),
  ])
}

const BURSTS: Readonly<Record<string, readonly [string, string]>> = {
  toMembersSeconds: ['seconds until all members have all', 's'],
  hostRequestsPerObject: ['host requests per object', ''],
  cpuSeconds: ['CPU seconds', 's'],
  peakRssMiB: ['highest resident memory, MiB', 'MiB'],
}

function burstPlots(answers: readonly SizedAnswer[]): ReadonlyMap<string, string> {
  const sized = answers.map(({ objects, measured }) => {
    const categories = Object.values(BURSTS).map(([text]) => text)
    const bars: Bars = {
      title: `burst: ${objects} ConfigMaps at once to 3 members (logarithmic)`,
      categories,
      groups: groupsOf(measured, Object.keys(BURSTS)),
      unit: '',
      logarithmic: true,
    }
    return [`burst-${objects}`, drawBars(bars)] as const
  })
  return new Map(sized)
}

function groupsOf({ figures, bare, beside, others }: Measured, names: readonly string[]): Bars['groups'] {
  return [
    { name: 'Flotilla', values: names.map(name => figures.get(name)?.median) },
    { name: beside, values: names.map(name => bare.get(name)?.median) },
    ...others.map(column => ({ name: column.name, values: names.map(name => column.figures[name]) })),
  ]
}
