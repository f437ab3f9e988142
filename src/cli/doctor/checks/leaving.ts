import { BINDING_KINDS, CLUSTER, NAMESPACE, POLICY_KINDS, type Resource, WORK } from '../../../api/kinds.ts'
import { EXECUTION_NAMESPACE_PREFIX } from '../../../api/names.ts'
import { findOrUndefined } from '../../../kube/look.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import { formatKey, keyOf } from '../../../object/object-key.ts'
import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

const LONG_MS = 5 * 60_000
const MOST_NAMED = 5
const KINDS: readonly Resource[] = [CLUSTER, WORK, ...BINDING_KINDS, ...POLICY_KINDS]

/** Whether something of ours has been on its way out for long, and what holds it. */
export const checkLeaving: RunCheck = async ({ client, clock }, signal) => {
  const list = async (resource: Resource): Promise<readonly KubeObject[]> => {
    const found = await findOrUndefined(() => client.list(resource, { content: 'metadata' }, { signal }))
    return (found?.items ?? []).map(object => ({ ...object, kind: resource.kind }))
  }
  const [namespaces = [], ...others] = await Promise.all([list(NAMESPACE), ...KINDS.map(list)])
  const own = namespaces.filter(({ metadata }) => metadata.name.startsWith(EXECUTION_NAMESPACE_PREFIX))
  return judgeLeaving([...own, ...others.flat()], clock.nowMs())
}

/** @returns a warning that names what has been leaving for more than five minutes, with its finalizers. */
export function judgeLeaving(objects: readonly KubeObject[], nowMs: number): Finding {
  const stuck = objects.filter(({ metadata }) => nowMs - Date.parse(metadata.deletionTimestamp ?? '') > LONG_MS)
  if (stuck.length === 0) return { level: 'ok', message: 'Nothing has been on its way out for long.' }
  const named = stuck.slice(0, MOST_NAMED).map(object => {
    const { finalizers = [], deletionTimestamp } = object.metadata
    const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`
    return `${object.kind} ${formatKey(keyOf(object))} (since ${deletionTimestamp}${held})`
  })
  const more = stuck.length > MOST_NAMED ? ` and ${stuck.length - MOST_NAMED} more` : ''
  return {
    level: 'warning',
    message: `On their way out for more than 5 min: ${named.join('; ')}${more}. Their events tell what they wait for; a member that is gone for good: flotilla unjoin <name> --force.`,
  }
}
