import type { KubeObject } from '../object/kube-object.ts'

/** Addresses an event to an object that we may not have at hand. */
export interface EventTarget {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid?: string
}

/**
 * Records Kubernetes Events. Returns at once: events are aggregated and sent off the critical path, at most three per
 * object and change; equal ones within the window raise a count instead of becoming new objects.
 */
export interface Recorder {
  event(about: KubeObject | EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** A recorder for somebody who may tell of one namespace only: what is about others is not told. */
export function recorderWithin(namespace: string, recorder: Recorder): Recorder {
  return {
    event: (...[about, type, reason, message]) => {
      const where = 'metadata' in about ? about.metadata.namespace : about.namespace
      if (where === namespace) recorder.event(about, type, reason, message)
    },
  }
}
