import type { ValueRow } from './look.ts'
import { MONITORING_VALUE_ROWS } from './monitoring-rows.ts'
import { POD_VALUE_ROWS } from './pod-rows.ts'
import { RELEASE_ROWS } from './release-rows.ts'

/** For each value of the chart what it changes in what is installed. */
export const VALUE_ROWS: readonly ValueRow[] = [...RELEASE_ROWS, ...POD_VALUE_ROWS, ...MONITORING_VALUE_ROWS]
