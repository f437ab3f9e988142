import { ANNOTATION } from '../api/names.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey } from '../object/object-key.ts'
import type { Change } from '../runtime/informer.ts'

/**
 * The Works that a change in a member concerns: those which the object names, and named before, when somebody made it name another.
 *
 * Guarantees: only Works of that member. Whoever rules it writes what he likes on its objects, and must neither speak for another
 * member nor be sent what that one gets.
 *
 * @param namespace the member's execution namespace
 * @returns their keys, each once
 */
export function claimedWorks(namespace: string, change: Change): readonly string[] {
  const objects = change.type === 'updated' ? [change.object, change.previous] : [change.object]
  return [...new Set(objects.flatMap(object => claimedWork(namespace, object) ?? []))]
}

function claimedWork(namespace: string, { metadata: { annotations } }: KubeObject): string | undefined {
  const name = annotations?.[ANNOTATION.workName]
  if (name === undefined || annotations?.[ANNOTATION.workNamespace] !== namespace) return undefined
  return formatKey({ namespace, name })
}
