import { Counter, Histogram, type Registry } from 'prom-client'
import { scheduledCondition } from '../scheduling/outcome.ts'
import type { ScheduleResult } from '../scheduling/schedule.ts'

/** Told of every run of the scheduler. */
export interface PlacementMetrics {
  placed(result: ScheduleResult, seconds: number): void
}

const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25]

/** Registers what scheduling comes to, and for what it keeps clusters out. */
export function newPlacementMetrics(registry: Registry): PlacementMetrics {
  const registers = [registry]
  const results = new Counter({
    name: 'flotilla_schedules_total',
    help: 'Runs of the scheduler by their result: Success, or the reason of the condition Scheduled.',
    labelNames: ['result'],
    registers,
  })
  const rejections = new Counter({
    name: 'flotilla_schedule_rejections_total',
    help: 'Clusters that a filter kept out of a run of the scheduler.',
    labelNames: ['filter'],
    registers,
  })
  const lasted = new Histogram({
    name: 'flotilla_schedule_duration_seconds',
    help: 'Time to decide where one binding goes.',
    buckets: SECONDS,
    registers,
  })
  return {
    placed(result, seconds) {
      results.inc({ result: scheduledCondition(result.outcome).reason })
      lasted.observe(seconds)
      for (const [filter, count] of rejectionsByFilter(result)) rejections.inc({ filter }, count)
    },
  }
}

/** Of each cluster the filter that its condition counts: the first. */
function rejectionsByFilter({ explanation }: ScheduleResult): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rejections } of explanation.clusters) {
    const [first] = rejections
    if (first !== undefined) counts.set(first.plugin, (counts.get(first.plugin) ?? 0) + 1)
  }
  return counts
}
