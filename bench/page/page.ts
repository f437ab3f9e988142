import { type Aim, answerOf, judge } from '../aims.ts'
import type { Profile } from '../profile.ts'
import type { Question } from '../question.ts'
import type { Series } from '../report.ts'
import { countingRuns, OURS, type Results, type Run, spreadOf } from '../results.ts'
import { fitLine } from './fit.ts'
import { bareOf, figuresOf } from './kept-figures.ts'
import { formatNumber, labelOf } from './labels.ts'
import { besideOf, isSpread, plotsOf, type SizedAnswer, tablesOf } from './sections.ts'
import { type Column, formatTable, notesOf } from './tables.ts'

/** Figures that others have published, or that were measured of others with this bench. */
export interface Reference {
  readonly source: string
  readonly columns: readonly {
    readonly name: string
    readonly answers: readonly ReferenceAnswer[]
    /** What a figure means there, where that is not what it means here. */
    readonly notes?: Readonly<Record<string, string>>
  }[]
  /** What no question gives in the same form. */
  readonly figures: readonly { readonly what: string; readonly value: number | string; readonly unit: string }[]
}

interface ReferenceAnswer {
  readonly question: string
  readonly objects: number
  readonly figures: Readonly<Record<string, number>>
}

/** All that the page is made of. */
export interface PageInput {
  readonly questions: readonly Pick<Question, 'name' | 'asks' | 'objects' | 'also' | 'group' | 'clusters'>[]
  readonly results: readonly Results[]
  readonly reference: Reference
  readonly aims: readonly Aim[]
}

/** @returns what belongs between the markers of the page, by their names; and its pictures, by their files' names. */
export function renderPage(input: PageInput): {
  readonly blocks: ReadonlyMap<string, string>
  readonly plots: ReadonlyMap<string, string>
} {
  const answers = new Map(input.questions.map(({ name }) => [name, sizedAnswers(name, input)]))
  const plots = new Map(input.questions.map(({ name }) => [name, plotsOf(name, answers.get(name) ?? [])]))
  const blocks = new Map([
    ['questions', questionsBlock(input.questions)],
    ['aims', aimsBlock(input.aims, answers)],
    ['reference', referenceBlock(input.reference)],
    ...input.questions.map(({ name }) => [name, sectionBlock(name, input, [...(plots.get(name) ?? [])])] as const),
  ])
  return { blocks, plots: new Map([...plots.values()].flatMap(each => [...each])) }
}

/** @returns the answers of our own to a question, one for each number of objects, in their order. */
function sizedAnswers(question: string, { results, reference }: PageInput): readonly SizedAnswer[] {
  const ours = results.find(each => each.question === question && each.implementation === OURS)
  const others = results.filter(each => each.question === question && each.implementation !== OURS)
  return sizesOf(ours?.runs ?? []).flatMap(objects => {
    const runs = runsWith(objects, ours)
    const last = runs.at(-1)
    const columns = [
      ...others.map(each => columnOf(each, objects)),
      ...reference.columns.map(({ name, answers, notes }) => ({
        name,
        ...(notes !== undefined && { notes }),
        figures: answers.find(each => each.question === question && each.objects === objects)?.figures ?? {},
      })),
    ]
    const measured = {
      figures: spreadOf(runs.map(({ report }) => figuresOf(report))),
      bare: spreadOf(runs.map(({ report }) => bareOf(report))),
      beside: besideOf(question),
      others: columns,
    }
    return last === undefined ? [] : [{ objects, measured, runs, last: last.report }]
  })
}

function columnOf(results: Results, objects: number | undefined): Column {
  const medians = [...spreadOf(runsWith(objects, results).map(({ report }) => figuresOf(report)))].map(
    ([name, { median }]) => [name, median],
  )
  return { name: results.implementation, figures: Object.fromEntries(medians) }
}

/** @returns the runs with so many objects that count. */
function runsWith(objects: number | undefined, results: Results | undefined): readonly Run[] {
  return countingRuns((results?.runs ?? []).filter(run => run.objects === objects))
}

function sizesOf(runs: readonly Run[]): readonly (number | undefined)[] {
  return [...new Set(runs.map(({ objects }) => objects))].sort((a, b) => (a ?? 0) - (b ?? 0))
}

function questionsBlock(questions: PageInput['questions']): string {
  const needs = { any: 'a host and members', own: 'its own host and members', made: 'its own kind of them', none: '–' }
  const rows = questions.map(({ name, asks, objects, also, group, clusters }) => [
    `[\`${name}\`](#${name})`,
    asks,
    [objects ?? [], ...(also ?? [])].flat().join(', '),
    needs[clusters],
    group === 'scale' ? '`make bench-scale`' : '`make bench`',
  ])
  return formatTable(['question', 'what it asks', '`--objects`', 'clusters', 'part of'], rows)
}

function aimsBlock(aims: readonly Aim[], answers: ReadonlyMap<string, readonly SizedAnswer[]>): string {
  const bounds = { under: 'under', most: 'at most', least: 'at least' }
  const rows = aims.map(aim => {
    const answer = answers
      .get(aim.question)
      ?.find(({ objects }) => aim.objects === undefined || aim.objects === objects)
    const { measured, verdict } = judge(aim, answer && answerOf(answer.measured.figures, answer.measured.bare))
    const age = answer?.runs.some(({ versions }) => versions.commit === undefined) ? ' (older code)' : ''
    const unit = aim.unit === '' ? '' : ` ${aim.unit}`
    return [
      aim.text,
      `${bounds[aim.bound ?? 'under']} ${formatNumber(aim.limit)}${unit}`,
      measured === undefined ? '' : `${formatNumber(measured)}${unit}${age}`,
      verdict,
      answers.has(aim.question) ? `[${aim.question}](#${aim.question})` : aim.question,
    ]
  })
  return formatTable(['aim', 'limit', 'measured', 'met?', 'question'], rows)
}

function referenceBlock({ source, figures }: Reference): string {
  const rows = figures.map(({ what, value, unit }) => [
    what,
    `${typeof value === 'number' ? formatNumber(value) : value}${unit === '' ? '' : ` ${unit}`}`,
  ])
  return `${source}\n\n${formatTable(['figure', 'Karmada'], rows)}`
}

function sectionBlock(name: string, input: PageInput, plots: readonly (readonly [string, string])[]): string {
  const answers = sizedAnswers(name, input)
  if (answers.length === 0) return `Not measured yet: \`npm run -s bench -- ${name} --save\`.`
  return [
    ...plots.map(([file]) => `![${file.replaceAll('-', ' ')}](performance/${file}.svg)`),
    ...answers.flatMap(answer => answerBlocks(name, answer, answers.length > 1)),
  ].join('\n\n')
}

function answerBlocks(name: string, answer: SizedAnswer, isOneOfMany: boolean): readonly string[] {
  const { objects, measured, runs, last } = answer
  const growth = (last.series ?? []).filter(each => !isSpread(each))
  return [
    ...(isOneOfMany ? [`With ${formatNumber(objects ?? 0)} objects:`] : []),
    ...tablesOf(name, measured),
    ...notesOf(measured).map(note => `† ${note}`),
    ...(growth.length === 0 ? [] : [growthTable(growth)]),
    ...(last.profile === undefined ? [] : profileBlocks(last.profile)),
    sourceOf(runs),
  ]
}

function growthTable(series: readonly Series[]): string {
  const rows = series.map(({ name, unit, x, points }) => {
    const fit = fitLine(points)
    const per = `${labelOf(x.name).text}${x.unit === '' ? '' : ` (${x.unit})`}`
    const xs = points.map(([at]) => at)
    return [
      `${labelOf(name).text}, ${unit}`,
      `${per}, ${formatNumber(Math.min(...xs))} to ${formatNumber(Math.max(...xs))}`,
      fit === undefined ? '' : significant(fit.slope),
      fit === undefined ? '' : significant(fit.intercept),
      fit === undefined ? '' : fit.explained.toFixed(3),
    ]
  })
  return formatTable(['straight line through', 'by', 'each adds', 'at none', 'R²'], rows)
}

/** A slope may be far below one. */
function significant(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)))
}

const SHOWN_FUNCTIONS = 12

function profileBlocks({ busySeconds, seconds, parts, functions }: Profile): readonly string[] {
  return [
    `The main thread was busy for ${busySeconds} of ${seconds} s. By self time, percent of the busy time:`,
    formatTable(
      ['where', '%'],
      parts.filter(({ percent }) => percent >= 0.5).map(({ name, percent }) => [name, percent.toFixed(1)]),
    ),
    formatTable(
      ['function', 'where', '%'],
      functions.slice(0, SHOWN_FUNCTIONS).map(each => [`\`${each.name}\``, each.where, each.percent.toFixed(1)]),
    ),
  ]
}

/** @returns where the figures come from. */
function sourceOf(runs: readonly Run[]): string {
  const last = runs.at(-1)
  if (last === undefined) return ''
  const { machine, versions, load } = last
  const count = runs.length === 1 ? 'one run' : `${runs.length} runs: median (least–most)`
  const commit = versions.commit === undefined ? '' : ` (${versions.commit})`
  const kubernetes = versions.kubernetes === undefined ? '' : `, Kubernetes ${versions.kubernetes}`
  const quiet = load.quiet
    ? ''
    : '; **the machine was busy with other things** (load average {load})'.replace('{load}', String(load.average1m))
  const commands = [...new Set(runs.map(({ command }) => `\`${command}\``))].join(', ')
  return [
    `<sub>${last.date.slice(0, 10)}, ${count}${quiet}. ${machine.cpu}, ${machine.cores} cores, ${formatNumber(machine.memoryGiB)} GiB,`,
    `${machine.kernel}; Node ${versions.node}${kubernetes}, Flotilla ${versions.flotilla}${commit}.`,
    `${commands}</sub>`,
  ].join('\n')
}

const begin = (name: string): string => `<!-- begin ${name} -->`
const end = (name: string): string => `<!-- end ${name} -->`

/** @returns the page with the blocks between their markers. @throws when a marker is missing: nothing may get lost. */
export function fillPage(page: string, blocks: ReadonlyMap<string, string>): string {
  return [...blocks].reduce((text, [name, block]) => {
    const [from, to] = [text.indexOf(begin(name)), text.indexOf(end(name))]
    if (from < 0 || to < from) throw new Error(`the page has no "${begin(name)}" with "${end(name)}" behind it`)
    return `${text.slice(0, from + begin(name).length)}\n\n${block}\n\n${text.slice(to)}`
  }, page)
}
