import { writeFileSync } from 'node:fs'
import type { HostRule } from '../api/host-rule.ts'
import { foundIn } from '../kube/look.ts'
import { stringAt } from '../object/field.ts'
import { formatKey } from '../object/object-key.ts'
import type { Paint } from './colour.ts'
import { collectBundle } from './doctor/bundle/collect.ts'
import { redact, redactText } from './doctor/bundle/redact.ts'
import { newArchive } from './doctor/bundle/tar.ts'
import type { CheckContext } from './doctor/checks/check.ts'
import { runChecks } from './doctor/checks/registry.ts'
import { OLDEST_HOST_MINOR, type RunningVersion } from './doctor/checks/versions.ts'
import { type ExpectedAdmission, examine, type Report, withChecks } from './doctor/examine.ts'
import { type ObserveDeps, type Observed, observe } from './doctor/observe.ts'
import { printReport } from './doctor/print.ts'
import { OLDEST_MEMBER_MINOR } from './join/judge.ts'
import { CommandError } from './manifests.ts'

export interface DoctorOptions {
  /** Where the operator's Lease is. */
  readonly lease: { readonly namespace: string; readonly name: string }
  readonly output: 'text' | 'json'
  readonly admission: ExpectedAdmission
  /** What the operator does on the host. */
  readonly rules: readonly HostRule[]
  /** Of what was seen, for a report of a bug: a file that ends with .tar.gz. */
  readonly bundle?: string
}

export interface DoctorDeps extends Omit<ObserveDeps, 'client'>, Pick<CheckContext, 'client' | 'onMember'> {
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
  readonly paint: Paint
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
  const examined = examine(observed, { nowMs: deps.clock.nowMs(), lease: formatKey(lease), admission })
  const clusters = (foundIn(observed.clusters) ?? []).map(({ metadata }) => metadata.name)
  const checks = await runChecks(
    { ...deps, namespace: lease.namespace, rules: options.rules, clusters, versions: versionsOf(observed) },
    signal,
  )
  const report = withChecks(examined, checks)
  if (options.bundle !== undefined) await writeBundle(deps, { options, report, file: options.bundle }, signal)
  deps.write(options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report, deps.paint))
  return report.healthy ? 0 : 1
}

function versionsOf({ facts, clusters }: Observed): readonly RunningVersion[] {
  const host = { name: 'the host', gitVersion: facts.version, oldestMinor: OLDEST_HOST_MINOR }
  const members = (foundIn(clusters) ?? []).map(cluster => ({
    name: cluster.metadata.name,
    gitVersion: stringAt(cluster, 'status', 'kubernetesVersion') ?? '',
    oldestMinor: OLDEST_MEMBER_MINOR,
  }))
  return [host, ...members]
}

interface Bundling {
  readonly options: DoctorOptions
  readonly report: Report
  readonly file: string
}

/** @throws CommandError when the file cannot be written. */
async function writeBundle(deps: DoctorDeps, { options, report, file }: Bundling, signal: AbortSignal): Promise<void> {
  const files = [
    { name: 'report.txt', text: redactText(printReport(report)) },
    { name: 'report.json', text: `${JSON.stringify(redact(report), undefined, 2)}\n` },
    ...(await collectBundle(deps.client, options.lease.namespace, signal)),
  ]
  try {
    // It holds no secrets, and still a good deal of how somebody's fleet looks.
    writeFileSync(file, newArchive(files, deps.clock.nowMs()), { mode: 0o600 })
  } catch (error) {
    throw new CommandError(`the bundle cannot be written: ${error instanceof Error ? error.message : error}`)
  }
  deps.warn(`${file} has ${files.length} files, without secrets: look into it before you pass it on.\n`)
}
