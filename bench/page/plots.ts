import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Series } from '../report.ts'
import { fitLine } from './fit.ts'
import { formatNumber, labelOf } from './labels.ts'

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

const WIDTH = 760
const COLORS = ['#1f6fb2', '#8a8f98', '#d9822b', '#a83a2c', '#4c9a5b', '#7a5195']
const BASE = { animation: false, backgroundColor: '#ffffff', color: COLORS } as const
const LEGEND = { bottom: 4, itemGap: 36, itemWidth: 16 } as const
/** Of a letter, in any font without serifs: nothing measures the reader's. */
const LETTER_PX = 7.2
const TITLE = { left: 8, top: 6, textStyle: { fontSize: 15, fontWeight: 'bold' } } as const

/** Bars beside each other: for each category what each of some had. */
export interface Bars {
  readonly title: string
  readonly categories: readonly string[]
  readonly groups: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[]
  /** Of the axis. */
  readonly unit: string
  /** Default false: what differs by powers of ten is to be seen too. */
  readonly logarithmic?: boolean
}

/** @returns bars from left to right, the first category on top. */
export function drawBars({ title, categories, groups, unit, logarithmic = false }: Bars): string {
  const shown = groups.filter(({ values }) => values.some(value => value !== undefined))
  const height = 96 + categories.length * (14 + shown.length * 17)
  return draw(height, {
    ...BASE,
    title: { ...TITLE, text: title },
    legend: { ...LEGEND, data: shown.map(({ name }) => name) },
    grid: {
      left: 16 + LETTER_PX * Math.max(...categories.map(({ length }) => length)),
      right: 70,
      top: 38,
      bottom: 52,
    },
    yAxis: { type: 'category', data: categories, inverse: true, axisTick: { show: false } },
    xAxis: { type: logarithmic ? 'log' : 'value', name: unit, nameLocation: 'end', min: logarithmic ? 1 : 0 },
    series: shown.map(({ name, values }) => ({
      type: 'bar',
      name,
      barMaxWidth: 15,
      data: values.map(value => value ?? '-'),
      label: {
        show: true,
        position: 'right',
        formatter: ({ value }: { readonly value: number }) => labelOfValue(value),
      },
    })),
  })
}

function labelOfValue(value: unknown): string {
  return typeof value === 'number' ? formatNumber(value) : ''
}

/** @returns curves over one axis, without dots: how times are spread, say. */
export function drawCurves(title: string, curves: readonly Series[]): string {
  const [first] = curves
  return draw(320, {
    ...BASE,
    title: { ...TITLE, text: title },
    legend: { ...LEGEND, data: curves.map(({ name }) => labelOf(name).text) },
    ...axesOf(first, false),
    series: curves.map(({ name, points }) => ({
      type: 'line',
      name: labelOf(name).text,
      showSymbol: false,
      step: 'end',
      data: points.map(point => [...point]),
    })),
  })
}

/** @returns the points of each series with the straight line that fits them best. */
export function drawGrowth(title: string, series: readonly Series[]): string {
  const [first] = series
  return draw(320, {
    ...BASE,
    title: { ...TITLE, text: title },
    legend: { ...LEGEND, data: series.map(({ name }) => labelOf(name).text) },
    ...axesOf(first, true),
    series: series.flatMap(({ name, points }, index) => [
      {
        type: 'scatter',
        name: labelOf(name).text,
        symbolSize: 8,
        color: COLORS[index % COLORS.length],
        data: points.map(point => [...point]),
      },
      {
        type: 'line',
        name: `line ${index}`,
        showSymbol: false,
        lineStyle: { type: 'dashed', width: 1.5, color: COLORS[index % COLORS.length] },
        data: lineThrough(points).map(point => [...point]),
      },
    ]),
  })
}

function lineThrough(points: Series['points']): readonly (readonly [number, number])[] {
  const fit = fitLine(points)
  const xs = points.map(([x]) => x)
  return fit === undefined
    ? []
    : [Math.min(...xs), Math.max(...xs)].map(x => [x, fit.intercept + fit.slope * x] as const)
}

function axesOf(series: Series | undefined, fromZero: boolean): EChartsCoreOption {
  const name = (text: string, unit: string): string => (unit === '' ? text : `${text}, ${unit}`)
  return {
    grid: { left: 64, right: 40, top: 60, bottom: 76 },
    xAxis: {
      type: 'value',
      name: name(labelOf(series?.x.name ?? '').text, series?.x.unit ?? ''),
      nameLocation: 'middle',
      nameGap: 26,
    },
    yAxis: { type: 'value', name: series?.unit ?? '', ...(fromZero && { min: 0 }) },
  }
}

function draw(height: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return withoutInteraction(svg)
}

/** A picture in a page: nothing in it is hovered over, and names that count instances would change from run to run. */
function withoutInteraction(svg: string): string {
  const still = svg
    .replace(/<style\s*>[\s\S]*?<\/style>/, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'plot-')
  return `${still.replaceAll(/\n{2,}/g, '\n').trimEnd()}\n`
}
