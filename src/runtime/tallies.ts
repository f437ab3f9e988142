/** Labels of one series. */
export type Labels = Readonly<Record<string, string>>

interface Series {
  readonly labels: Labels
  count: number
}

/**
 * Counts that are added up here and told to prom-client when somebody reads them: it builds and looks up the name of a series for
 * every single one, and there are a hundred for each object on its way.
 */
export class Tallies {
  readonly #series = new Map<string, Series>()

  /**
   * Counts one.
   *
   * @param key names the series
   * @param labels asked when the series is new
   */
  add(key: string, labels: () => Labels): void {
    const known = this.#series.get(key)
    if (known === undefined) this.#series.set(key, { labels: labels(), count: 1 })
    else known.count++
  }

  /** Tells what was counted since the last time. */
  take(tell: (labels: Labels, count: number) => void): void {
    for (const { labels, count } of this.#series.values()) tell(labels, count)
    this.#series.clear()
  }
}
