import type { Held } from './states.ts'

/** @returns a ConfigMap as a member of a test holds it, but for what is given. */
export function aHeldObject(changes: Partial<Held> = {}): Held {
  const counts = { replicas: 0, readyReplicas: 0, updatedReplicas: 0 }
  const map = {
    kind: 'ConfigMap',
    uid: 'u1',
    isManaged: true,
    value: 'v1',
    mark: '',
    needs: [],
    replicas: 0,
    counts,
  } as const
  return { ...map, ...changes }
}
