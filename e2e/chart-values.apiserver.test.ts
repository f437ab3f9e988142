import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { VALUES_SCHEMA } from '../scripts/chart-schema.ts'
import type { ValueSchema } from '../scripts/chart-value.ts'
import type { ValueRow } from './chart-values/look.ts'
import { VALUE_ROWS } from './chart-values/rows.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from './controlplane/start-apiserver.ts'
import { renderChart } from './render-chart.ts'

// The first run compiles Helm.
jest.setTimeout(600_000)

let apiserver: Apiserver
/** Rendered with the chart's own values, and with all rows at once that go together. */
let byDefault: readonly unknown[]
let changed: readonly unknown[]

const isTogether = (row: ValueRow): boolean => row.with === undefined

beforeAll(async () => {
  apiserver = await startApiserver()
  byDefault = await renderChart(apiserver.cluster)
  changed = await renderChart(
    apiserver.cluster,
    valuesOf(VALUE_ROWS.filter(isTogether).map(row => [row.value, row.set])),
  )
}, START_TIMEOUT_MS)

afterAll(() => apiserver?.stop())

/** Values by path, nested. */
function valuesOf(entries: readonly (readonly [path: string, value: unknown])[]): object {
  const values: Record<string, unknown> = {}
  for (const [path, value] of entries) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    let place = values
    for (const name of names) {
      const next: Record<string, unknown> = { ...(place[name] as object | undefined) }
      place[name] = next
      place = next
    }
    place[last] = value
  }
  return values
}

function leavesOf({ properties = {} }: ValueSchema, prefix = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    if (name === 'global') return []
    return value.default === undefined ? leavesOf(value, `${prefix}${name}.`) : [`${prefix}${name}`]
  })
}

describe('values', () => {
  it('are all tried', () => {
    const tried = new Set(VALUE_ROWS.map(row => row.value))
    expect(leavesOf(VALUES_SCHEMA).filter(path => !tried.has(path))).toEqual([])
  })

  it.each(VALUE_ROWS.filter(isTogether))('$value changes what is installed', row => {
    expect(row.look(changed)).toEqual(row.want)
    expect(row.look(byDefault)).not.toEqual(row.want)
  })

  it.each(VALUE_ROWS.filter(row => !isTogether(row)))('$value alone changes what is installed', async row => {
    const others = Object.entries(row.with ?? {})
    const before = others.length === 0 ? byDefault : await renderChart(apiserver.cluster, valuesOf(others))
    const after = await renderChart(apiserver.cluster, valuesOf([...others, [row.value, row.set]]))
    expect(row.look(after)).toEqual(row.want)
    expect(row.look(before)).not.toEqual(row.want)
  })
})
