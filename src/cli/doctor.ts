import { formatKey } from '../object/object-key.ts'
import { type ExpectedAdmission, examine } from './doctor/examine.ts'
import { type ObserveDeps, observe } from './doctor/observe.ts'
import { printReport } from './doctor/print.ts'

export interface DoctorOptions {
  /** Where the operator's Lease is. */
  readonly lease: { readonly namespace: string; readonly name: string }
  readonly output: 'text' | 'json'
  readonly admission: ExpectedAdmission
}

export interface DoctorDeps extends ObserveDeps {
  readonly write: (text: string) => void
}

/**
 * Looks at a host: which kind it is and what follows, and how operator, API, admission policies and members stand.
 *
 * @returns the exit code: 0, or 1 when something needs care.
 * @throws StatusError, TransportError when the host cannot be asked at all.
 */
export async function doctor(deps: DoctorDeps, options: DoctorOptions, signal: AbortSignal): Promise<number> {
  const { lease, admission } = options
  // The ordinary host has all of them.
  const admissionKinds = [...new Set(admission(true).map(({ kind }) => kind))]
  const observed = await observe(deps, { lease, admissionKinds }, signal)
  const report = examine(observed, { nowMs: deps.clock.nowMs(), lease: formatKey(lease), admission })
  deps.write(options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report))
  return report.healthy ? 0 : 1
}
