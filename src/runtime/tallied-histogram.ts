import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client'
import type { Labels } from './tallies.ts'

interface Series {
  readonly labels: Labels
  /** Of each bucket alone; the last is what lies above all bounds. */
  readonly counts: Float64Array
  sum: number
}

/** Adds one value to a series. */
export type Observe = (value: number) => void

/**
 * A histogram whose series are looked up once, by whoever observes: that of prom-client checks and names the labels anew for every
 * single value, and there are dozens for each object on its way.
 */
export class TalliedHistogram extends Histogram<string> {
  readonly #name: string
  /** Has no values: what else there is to tell of a histogram. */
  readonly #empty: Histogram<string>
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Series>()

  /** @param options `buckets`: upper bounds, ascending. */
  constructor(options: ConstructorParameters<typeof Histogram<string>>[0] & { readonly buckets: number[] }) {
    super(options)
    this.#name = options.name
    this.#empty = new Histogram({ ...options, registers: [] })
    this.#bounds = options.buckets
  }

  /** @returns observes values of one series; always the same labels in the same order for one series. */
  series(labels: Labels): Observe {
    const key = Object.values(labels).join('\0')
    const known = this.#series.get(key)
    const series = known ?? { labels, counts: new Float64Array(this.#bounds.length + 1), sum: 0 }
    this.#series.set(key, series)
    return value => {
      const bound = this.#bounds.findIndex(each => value <= each)
      const bucket = bound === -1 ? this.#bounds.length : bound
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.sum += value
    }
  }

  /** Drops the series of a cluster; who observes it from now on has to ask for it again. */
  forget(isGone: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.#series) if (isGone(labels)) this.#series.delete(key)
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return { ...(await this.#empty.get()), values: [...this.#series.values()].flatMap(each => this.#told(each)) }
  }

  /** What a registry asks for where it is there. */
  getForPromString(): ReturnType<TalliedHistogram['get']> {
    return this.get()
  }

  #told({ labels, counts, sum }: Series): readonly MetricValueWithName<string>[] {
    let count = 0
    const buckets = [...this.#bounds, '+Inf'].map((le, index) => {
      count += counts[index] ?? 0
      return { labels: { le, ...labels }, value: count, metricName: `${this.#name}_bucket` }
    })
    return [
      ...buckets,
      { labels, value: sum, metricName: `${this.#name}_sum` },
      { labels, value: count, metricName: `${this.#name}_count` },
    ]
  }
}
