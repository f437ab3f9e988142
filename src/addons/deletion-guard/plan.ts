import { ANNOTATION, LABEL, PROTECTED_WHILE_IN_USE } from '../../api/names.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'

/** Whether somebody asked for an object to be kept while it is in use. */
export function isGuarded({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.labels?.[LABEL.protectedWhileInUse] === PROTECTED_WHILE_IN_USE
}

/**
 * The merge patch that lets the admission policy know whether a guarded object is in use.
 *
 * @param inUse asked for guarded objects only.
 * @returns undefined when nothing changes.
 */
export function planInUse(object: Pick<KubeObject, 'metadata'>, inUse: () => boolean): JsonObject | undefined {
  const { annotations, deletionTimestamp } = object.metadata
  if (deletionTimestamp !== undefined) return undefined
  const known = annotations?.[ANNOTATION.inUse]
  const wanted = isGuarded(object) ? String(inUse()) : undefined
  if (known === wanted) return undefined
  return { metadata: { annotations: { [ANNOTATION.inUse]: wanted ?? null } } }
}
