import type { ManifestStatus } from '../api/generated/work.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { interpretManifest, isSameIdentifier, type PlacedManifest } from '../interpreter/manifest-status.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { manifestsOf } from '../object/work-manifests.ts'
import type { EventTarget, Recorder } from '../runtime/recorder.ts'
import { templateTargetOfManifest } from './template-target.ts'

export interface ReportDeps {
  readonly interpreter: Pick<Interpreter, 'reflectStatus' | 'interpretHealth'>
  readonly recorder: Recorder
  /** Name of the member. */
  readonly cluster: string
}

export interface StatusReport {
  /** Of the manifests that the member holds and whose status could be read. */
  readonly statuses: readonly ManifestStatus[]
  /** Why that of others could not: what the interpreter threw. */
  readonly failures: readonly unknown[]
  /** To be told by {@link tellTurns} when the statuses are written: what is worked out may be worked out again before. */
  readonly turns: readonly HealthTurn[]
}

/** A health that is another one than the Work says. */
export interface HealthTurn {
  /** The template. */
  readonly about: EventTarget
  readonly message: string
}

/**
 * What the manifests of a Work come to in the member. Failures are told at once, on the template that people look at and on the Work.
 *
 * @param objects by the place of the manifest; undefined for one that the member does not hold, or that is not known
 * @source spec/behaviour/status.md §1; spec/api/constants.md §7
 */
export async function reportStatus(
  deps: ReportDeps,
  work: Work,
  objects: readonly (KubeObject | undefined)[],
): Promise<StatusReport> {
  const held = manifestsOf(work).flatMap((manifest, ordinal) => {
    const object = objects[ordinal]
    return object === undefined ? [] : [reportManifest(deps, work, { manifest, ordinal, object })]
  })
  const results = await Promise.allSettled(held)
  return {
    statuses: results.flatMap(result => (result.status === 'fulfilled' ? [result.value.status] : [])),
    turns: results.flatMap(result => (result.status === 'fulfilled' ? result.value.turns : [])),
    failures: results.flatMap(result => (result.status === 'rejected' ? [result.reason] : [])),
  }
}

/** Events on the templates whose health turned. */
export function tellTurns(recorder: Recorder, turns: readonly HealthTurn[]): void {
  for (const { about, message } of turns) recorder.event(about, 'Normal', 'InterpretHealthSucceed', message)
}

interface HeldManifest extends PlacedManifest {
  readonly object: KubeObject
}

interface Reported {
  readonly status: ManifestStatus
  readonly turns: readonly HealthTurn[]
}

async function reportManifest(deps: ReportDeps, work: Work, held: HeldManifest): Promise<Reported> {
  try {
    const { status, healthFailure } = await interpretManifest(deps.interpreter, held, held.object)
    if (healthFailure === undefined) return { status, turns: turnsOf(deps, work, { held, status }) }
    warn(deps, work, { held, event: 'InterpretHealthFailed', error: healthFailure })
    return { status, turns: [] }
  } catch (error) {
    warn(deps, work, { held, event: 'ReflectStatusFailed', error })
    throw error
  }
}

interface Failure {
  readonly held: HeldManifest
  readonly event: 'InterpretHealthFailed' | 'ReflectStatusFailed'
  readonly error: unknown
}

function warn({ recorder, cluster }: ReportDeps, work: Work, { held, event, error }: Failure): void {
  const message = `In cluster ${cluster}: ${error instanceof Error ? error.message : String(error)}`
  for (const about of [templateTargetOfManifest(held.manifest), work]) {
    recorder.event(about, 'Warning', event, message)
  }
}

interface Interpreted {
  readonly held: HeldManifest
  readonly status: ManifestStatus
}

/** What was not known before has not turned. */
function turnsOf({ cluster }: ReportDeps, work: Work, { held, status }: Interpreted): readonly HealthTurn[] {
  const before = work.status?.manifestStatuses?.find(known => isSameIdentifier(known.identifier, status.identifier))
  if (before?.health === undefined || before.health === status.health) return []
  const message = `In cluster ${cluster} it is ${status.health}, and was ${before.health}`
  return [{ about: templateTargetOfManifest(held.manifest), message }]
}
