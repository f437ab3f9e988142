import type { Gvk } from '../object/gvk.ts'
import type { Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { shownKinds } from './shown-kind.ts'

/** Tells of kinds that policies select and the host does not serve. */
export interface UnservedKinds {
  /** What a look at a policy has found. @param unserved none when the host serves all that it selects */
  look(policy: Policy, unserved: readonly Gvk[]): void
  /** @param key of a policy that goes */
  forget(key: string): void
}

/** Who applies a policy and a definition together has done nothing wrong. */
const PATIENCE_MS = 10_000
/** Events may be dropped, and are gone after an hour: how long after it was told before it is told again; the last for good. */
const AGAIN_MS = [300_000, 3_600_000] as const

/** What is known of one version of a policy that lacks a kind. */
interface Lack {
  readonly version: string
  readonly times: number
  readonly dueMs: number
}

/**
 * A kind that comes later is as good as any, a misspelt one never comes: nobody else tells them apart. Policies that lack one are
 * looked at every few seconds; they are told of it when it still lacks after a while, and then ever more rarely.
 */
export function newUnservedKinds({
  recorder,
  clock,
}: {
  readonly recorder: Recorder
  readonly clock: Pick<Clock, 'monotonicMs'>
}): UnservedKinds {
  const lacks = new Map<string, Lack>()
  const look = (policy: Policy, unserved: readonly Gvk[]): void => {
    const key = formatKey(keyOf(policy))
    if (unserved.length === 0) return void lacks.delete(key)
    const version = `${policy.metadata.uid} ${policy.metadata.generation}`
    const now = clock.monotonicMs()
    const found = lacks.get(key)
    const lack = found?.version === version ? found : { version, times: 0, dueMs: now + PATIENCE_MS }
    lacks.set(key, lack)
    if (now < lack.dueMs) return
    recorder.event(policy, 'Warning', 'KindNotServed', messageOf(unserved))
    lacks.set(key, { version, times: lack.times + 1, dueMs: now + (AGAIN_MS[lack.times] ?? AGAIN_MS[1]) })
  }
  return { look, forget: key => void lacks.delete(key) }
}

function messageOf(unserved: readonly Gvk[]): string {
  return `The host does not serve ${shownKinds(unserved)}, or not so that it can be watched: nothing of it is propagated until it does`
}
