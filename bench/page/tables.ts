import { type Figures, isComparable } from '../report.ts'
import type { Spread } from '../results.ts'
import { formatNumber, labelOf, rankOf } from './labels.ts'

/** What stands beside ours. */
export interface Column {
  readonly name: string
  readonly figures: Figures
  /** Of figures that mean something else there. */
  readonly notes?: Readonly<Record<string, string>>
}

/** Everything about the figures of a question with one number of objects. */
export interface Measured {
  readonly figures: ReadonlyMap<string, Spread>
  readonly bare: ReadonlyMap<string, Spread>
  /** What that is called. */
  readonly beside: string
  /** Of other implementations. */
  readonly others: readonly Column[]
}

/** @returns a table in Markdown. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |')
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** @returns a row for each figure, with the bare loop, the ratio to it and others beside it where there are any. */
export function figuresTable({ figures, bare, beside, others }: Measured): string {
  const shown = others.filter(column => Object.keys(column.figures).some(name => figures.has(name)))
  const rows = groupRanks([...figures.keys()])
  const head = ['figure', 'Flotilla', ...(bare.size > 0 ? [beside, 'ratio'] : []), ...shown.map(({ name }) => name)]
  const cells = ({ text, names }: Row): readonly string[] => [
    text,
    joinRanks(names.map(name => formatSpread(figures.get(name)))),
    ...(bare.size > 0
      ? [joinRanks(names.map(name => formatSpread(bare.get(name)))), ratioOf(names[0], figures, bare)]
      : []),
    ...shown.map(
      column => `${joinRanks(names.map(name => formatOptional(column.figures[name])))}${markOf(column, names)}`,
    ),
  ]
  return formatTable(head, rows.map(cells))
}

function markOf({ figures, notes = {} }: Column, names: readonly string[]): string {
  return names.some(name => name in notes && name in figures) ? ' †' : ''
}

/** @returns what a table says of the figures that it marks, each once. */
export function notesOf({ figures, others }: Measured): readonly string[] {
  const notes = others.flatMap(column =>
    Object.entries(column.notes ?? {}).filter(([name]) => figures.has(name) && name in column.figures),
  )
  return [...new Set(notes.map(([, note]) => note))]
}

interface Row {
  readonly text: string
  readonly names: readonly string[]
}

/** Percentiles of one time share a row. */
function groupRanks(names: readonly string[]): readonly Row[] {
  const rows = new Map<string, string[]>()
  for (const name of names) {
    const ranked = rankOf(name)
    const key = ranked === undefined ? name : `${ranked.stem} ${ranked.suffix}`
    rows.set(key, [...(rows.get(key) ?? []), name])
  }
  return [...rows.values()].map(group => ({ text: textOf(group), names: group }))
}

function textOf(names: readonly string[]): string {
  const [first = ''] = names
  const ranked = rankOf(first)
  const { text, unit } = labelOf(ranked === undefined ? first : `${ranked.stem}${ranked.suffix}`)
  const ranks = ranked === undefined ? '' : `, ${names.map(name => rankOf(name)?.rank.toLowerCase()).join(' / ')}`
  return `${text}${ranks}${unit === '' ? '' : `, ${unit}`}`
}

function joinRanks(cells: readonly string[]): string {
  return cells.every(cell => cell === '') ? '' : cells.map(cell => (cell === '' ? '–' : cell)).join(' / ')
}

/** @returns the median, and how far the runs were apart where several differ. */
export function formatSpread(spread: Spread | undefined): string {
  if (spread === undefined) return ''
  const [least, most] = [formatNumber(spread.least), formatNumber(spread.most)]
  return least === most ? least : `${formatNumber(spread.median)} (${least}–${most})`
}

function formatOptional(value: number | undefined): string {
  return value === undefined ? '' : formatNumber(value)
}

function ratioOf(name = '', figures: Measured['figures'], bare: Measured['bare']): string {
  const [ours, least] = [figures.get(name)?.median, bare.get(name)?.median]
  return ours === undefined || least === undefined || least === 0 || !isComparable(name)
    ? ''
    : (ours / least).toFixed(1)
}

/** A table whose figures have two parts in their names. */
export interface Matrix {
  /** Above the first column. */
  readonly corner: string
  readonly rows: Readonly<Record<string, string>>
  /** Text by part of a name. */
  readonly columns: Readonly<Record<string, string>>
  /** @returns the figures of a cell, which share it with a slash between. */
  readonly names: (row: string, column: string) => readonly string[]
}

/** @returns the table, without rows of which nothing is known. */
export function matrixTable({ corner, rows, columns, names }: Matrix, figures: Measured['figures']): string {
  const body = Object.entries(rows).flatMap(([row, text]) => {
    const cells = Object.keys(columns).map(column =>
      joinRanks(names(row, column).flatMap(name => formatSpread(figures.get(name)) || [])),
    )
    return cells.every(cell => cell === '') ? [] : [[text, ...cells]]
  })
  return formatTable([corner, ...Object.values(columns)], body)
}
