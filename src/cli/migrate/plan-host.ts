import { findDifference } from '../../object/equality.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { actsOnHost, isParked } from '../../parking/park.ts'
import { unparked } from '../../parking/record.ts'
import { contentOf } from './carry.ts'
import { markOf } from './mark.ts'

/** What is to be on the host, and what is there. */
export interface HostObject {
  readonly wanted: KubeObject
  readonly existing: KubeObject | undefined
  /** Members have been taken over: from then on the host is in charge, and nothing there is brought up to date any more. */
  readonly opened: boolean
  /** Whether it may stand there already with other content: a Namespace is anybody's. */
  readonly shared: boolean
  /** Whether the operator makes it anew from others: the Work of a binding. */
  readonly derived: boolean
}

export interface HostPlan {
  readonly action: 'create' | 'update' | 'keep' | 'conflict'
  readonly note: string
}

/** What is to be done on the host about one object. */
export function planHost(input: HostObject): HostPlan {
  const { wanted, existing } = input
  if (existing === undefined) return { action: 'create', note: '' }
  if (existing.metadata.deletionTimestamp !== undefined)
    return { action: 'conflict', note: 'it is being deleted on the host' }
  return isFromSameObject(wanted, existing) ? planAgain(input, existing) : planForeign(input, existing)
}

function isFromSameObject(wanted: KubeObject, existing: KubeObject): boolean {
  const [ours, theirs] = [markOf(wanted), markOf(existing)]
  return ours !== undefined && theirs !== undefined && ours.source === theirs.source && ours.uid === theirs.uid
}

function planAgain({ wanted, opened, derived, shared }: HostObject, existing: KubeObject): HostPlan {
  const isLetGo = markOf(wanted)?.held === true && markOf(existing)?.held !== true
  if (derived || shared) return { action: 'keep', note: 'brought before' }
  if (opened || isLetGo) return { action: 'keep', note: 'brought before; the host is in charge of it' }
  const differsAt = difference(wanted, existing)
  if (differsAt === undefined) return { action: 'keep', note: 'brought before' }
  return { action: 'update', note: `Karmada has another value now at ${differsAt}` }
}

function planForeign({ wanted, shared }: HostObject, existing: KubeObject): HostPlan {
  if (shared) return { action: 'keep', note: 'the host has it' }
  const differsAt = difference(wanted, existing)
  if (differsAt !== undefined)
    return { action: 'conflict', note: `the host has another one of this name; it differs at ${differsAt}` }
  if (actsOnHost(existing) && !isParked(existing))
    return { action: 'conflict', note: 'the host has one of this name, which runs there' }
  return { action: 'keep', note: 'the host has the same' }
}

function difference(wanted: KubeObject, existing: KubeObject): string | undefined {
  return findDifference(contentOf(unparked(wanted)), contentOf(unparked(existing)))
}
