import { BINDING_KINDS, NAMESPACE, WORK } from '../../api/kinds.ts'
import { executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { listAt, stringAt } from '../../object/field.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'

const MOST_NAMED = 3

/** What a cluster that is being deleted still waits for, in words. */
export async function whatHolds(
  client: Pick<Client, 'get' | 'list'>,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const namespace = executionNamespace(name)
  const works = await findOrUndefined(() => client.list(WORK, { namespace }, { signal }))
  const lists = await Promise.all(BINDING_KINDS.map(kind => findOrUndefined(() => client.list(kind, {}, { signal }))))
  const bindings = lists
    .flatMap(list => list?.items ?? [])
    .filter(binding => listAt(binding, 'spec', 'clusters').some(target => stringAt(target, 'name') === name))
  const parts = [
    ...counted('Works', works?.items.map(({ metadata }) => metadata.name) ?? []),
    ...counted(
      'bindings that name it',
      bindings.map(binding => formatKey(keyOf(binding))),
    ),
  ]
  if (parts.length > 0) return `it waits for ${parts.join(' and ')}`
  const key = { namespace: '', name: namespace }
  const own = await findOrUndefined(() => client.get(NAMESPACE, key, { signal }))
  return own?.metadata.deletionTimestamp === undefined
    ? `it waits for the operator (kubectl describe cluster ${name})`
    : `it waits until namespace ${namespace} is gone (kubectl describe namespace ${namespace} tells what is left in it)`
}

function counted(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const more = names.length > MOST_NAMED ? ', …' : ''
  return [`${names.length} ${what} (${names.slice(0, MOST_NAMED).join(', ')}${more})`]
}
