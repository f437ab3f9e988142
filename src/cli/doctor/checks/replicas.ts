import { CLUSTER, LEASE } from '../../../api/kinds.ts'
import { LABEL } from '../../../api/names.ts'
import { stringAt } from '../../../object/field.ts'
import { type ReplicaLease, readReplicaLease } from '../../../shards/replica-lease.ts'
import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

/** The clock that renews is not the one that looks. */
const PATIENCE = 2

/** Whether replicas that share the members have all of them; only where `sharing.enabled` is set there are any. */
export const checkReplicas: RunCheck = async ({ client, clock, namespace }, signal) => {
  const leases = await client.list(LEASE, { namespace, labelSelector: LABEL.replica }, { signal })
  if (leases.items.length === 0) return undefined
  const clusters = await client.list(CLUSTER, {}, { signal })
  // An agent executes for what is in Pull mode.
  const pushed = clusters.items.filter(cluster => stringAt(cluster, 'spec', 'syncMode') !== 'Pull')
  const names = pushed.map(({ metadata }) => metadata.name)
  return judgeReplicas(leases.items.map(readReplicaLease), names, clock.nowMs())
}

/** @param members that a replica is to execute for. */
export function judgeReplicas(replicas: readonly ReplicaLease[], members: readonly string[], nowMs: number): Finding {
  const isLive = ({ renewTime, durationMs }: ReplicaLease): boolean =>
    nowMs - Date.parse(renewTime) < PATIENCE * durationMs
  const live = replicas.filter(isLive)
  const had = new Set(live.flatMap(replica => replica.members))
  const left = members.filter(name => !had.has(name))
  const told = live.map(replica => `${replica.replica} ${replica.members.length}`).join(', ')
  if (left.length > 0) {
    return {
      level: 'warning',
      message: `No replica has looked at ${left.join(', ')} yet (members of each: ${told || 'none lives'}). If that lasts, see the replicas' logs.`,
    }
  }
  const ended = replicas.filter(replica => !isLive(replica)).map(({ replica }) => replica)
  const gone = ended.length === 0 ? '' : ` Ended without giving up its Lease: ${ended.join(', ')}.`
  return { level: 'ok', message: `Members of each that shares them: ${told || 'none lives'}.${gone}` }
}
