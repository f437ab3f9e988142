import { deepEqual } from '../../object/deep-equal.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Change } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import type { MemberSessions } from './member-session.ts'

/**
 * @returns names of the clusters that have to be looked at after a change of one of them, some of them perhaps twice.
 *
 * What we write ourselves (status, taints, id) is no reason to look again. An id that is given up may have kept out a second one, and
 * one that becomes known may be that of a second one which another replica has let in.
 */
export function clustersToLookAt(
  change: Change<Cluster>,
  clusters: Lister<Cluster>,
  sessions: Pick<MemberSessions, 'idOf'>,
): readonly string[] {
  const { object } = change
  const { name } = object.metadata
  const whoSay = (id: string | undefined): readonly string[] =>
    id === undefined
      ? []
      : clusters
          .list()
          .filter(other => sessions.idOf(other) === id)
          .map(other => other.metadata.name)
  if (change.type === 'added') return [name]
  if (change.type === 'deleted') return [name, ...whoSay(object.spec.id), ...whoSay(sessions.idOf(object))]
  const { previous } = change
  const own = deepEqual(relevant(object), relevant(previous)) ? [] : [name]
  if (previous.spec.id === object.spec.id) return own
  const others = whoSay(object.spec.id).filter(other => other !== name)
  return [...own, ...whoSay(previous.spec.id), ...others]
}

function relevant({ metadata, spec }: Cluster) {
  const { taints, id, ...rest } = spec
  return { rest, finalizers: metadata.finalizers }
}
