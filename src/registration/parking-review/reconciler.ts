import { CONFIG_MAP } from '../../api/kinds.ts'
import { FIELD_MANAGER } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { isForbidden } from '../../kube/status-error.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ParkingStateHolder } from '../../parking/parking-state.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { PARKING_EDITION } from '../policies/parking.ts'
import { isAnswered, parkingTrial, TRIAL_NAMESPACE } from '../policies/parking-trial.ts'
import { findFlaw, type ReviewedPolicy } from './plan.ts'

export interface ParkingReviewDeps {
  readonly client: Pick<Client, 'apply'>
  readonly clock: Clock
  /** Admission policies and bindings that carry our label, by kind. */
  readonly policies: ReadonlyMap<string, Informer>
  /** Those that park, with what the operator knows of them. */
  readonly expected: readonly Omit<ReviewedPolicy, 'observed'>[]
  /** The operator's own. */
  readonly namespace: string
  readonly state: ParkingStateHolder
  /** How long an apiserver may take to act on a new policy: it compiles it, and may be busy. Default 30 s. */
  readonly trialLimitMs?: number
}

const UNSYNCED_POLL_MS = 100
/** Between trials. */
const TRIAL_PAUSE_MS = 500
const TRIAL_LIMIT_MS = 30_000
/**
 * The longest pause after a trial that failed. Pauses double up to it: an apiserver that was only slow is told soon, and
 * a flag of one changes with a restart of it.
 */
const TRIAL_AGAIN_MS = 600_000

const BY_APISERVER = 'All admission policies that park are there, and the apiserver acts on them.'
const NOT_TRIED =
  'All admission policies that park are there; whether the apiserver acts on them, the operator cannot try out.'
const NOT_ACTING =
  'The apiserver serves MutatingAdmissionPolicy and does not act on it: its feature gate or its admission plugin of that name is switched off.'

/** What there is of the policies that park → who parks at this moment. */
export function newParkingReviewer(deps: ParkingReviewDeps) {
  let tryingSinceMs: number | undefined
  return async (_key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    if ([...deps.policies.values()].some(({ synced }) => !synced)) return requeueAfter(UNSYNCED_POLL_MS)
    const flaw = findFlaw(
      deps.expected.map(each => ({ ...each, observed: observe(deps, each) })),
      PARKING_EDITION,
    )
    if (flaw !== undefined) {
      tryingSinceMs = undefined
      deps.state.set('operator', flaw)
      return awaitChange()
    }
    const result = await tryOut(deps, signal).catch((error: unknown) => {
      // One that is away does not act: only what it answers counts.
      tryingSinceMs = undefined
      throw error
    })
    if (result !== 'nothing happened') {
      tryingSinceMs = undefined
      deps.state.set('apiserver', result === 'acts' ? BY_APISERVER : NOT_TRIED)
      return awaitChange()
    }
    const nowMs = deps.clock.monotonicMs()
    tryingSinceMs ??= nowMs
    const triedMs = nowMs - tryingSinceMs
    if (triedMs < (deps.trialLimitMs ?? TRIAL_LIMIT_MS)) return requeueAfter(TRIAL_PAUSE_MS)
    deps.state.set('operator', NOT_ACTING)
    return requeueAfter(Math.min(triedMs, TRIAL_AGAIN_MS))
  }
}

function observe(
  { policies }: ParkingReviewDeps,
  { kind, name }: Omit<ReviewedPolicy, 'observed'>,
): KubeObject | undefined {
  return policies.get(kind)?.get({ namespace: '', name })
}

async function tryOut(
  { client, namespace }: ParkingReviewDeps,
  signal: AbortSignal,
): Promise<'acts' | 'nothing happened' | 'may not'> {
  // The policies leave the operator's namespace out.
  if (namespace === TRIAL_NAMESPACE) return 'may not'
  try {
    const options = { fieldManager: FIELD_MANAGER, dryRun: true, signal }
    return isAnswered(await client.apply(CONFIG_MAP, parkingTrial(), options)) ? 'acts' : 'nothing happened'
  } catch (error) {
    if (isForbidden(error)) return 'may not'
    throw error
  }
}
