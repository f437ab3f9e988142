import { ADMINISTRATION_ROWS } from './administration-rows.ts'
import { CONFIGURATION_ROWS } from './configuration-rows.ts'
import { NETWORK_ROWS } from './network-rows.ts'
import type { KindRow } from './row.ts'
import { WORKLOAD_ROWS } from './workload-rows.ts'

/** Every kind, and every form of those that have several. */
export const KIND_ROWS: readonly KindRow[] = [
  ...WORKLOAD_ROWS,
  ...NETWORK_ROWS,
  ...CONFIGURATION_ROWS,
  ...ADMINISTRATION_ROWS,
]
