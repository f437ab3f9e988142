import { listAt, stringAt, withValueAt } from '../../object/field.ts'
import { goStruct } from '../go-json.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { latest } from '../timestamps.ts'

/** @source spec/behaviour/status.md §3 */
export const cronJob: KindInterpreter = {
  gvk: { group: 'batch', version: 'v1', kind: 'CronJob' },
  aggregateStatus: (template, items) =>
    withValueAt(
      template,
      ['status'],
      goStruct({
        active: items.flatMap(item => listAt(item.status, 'active')),
        lastScheduleTime: latestOf(items, 'lastScheduleTime'),
        lastSuccessfulTime: latestOf(items, 'lastSuccessfulTime'),
      }),
    ),
  getDependencies: template => templateDependencies(template, 'spec', 'jobTemplate', 'spec', 'template'),
}

function latestOf(items: readonly AggregatedStatusItem[], field: string): string | undefined {
  return latest(items.map(item => stringAt(item.status, field)).filter(time => time !== undefined))
}
