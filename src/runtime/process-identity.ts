import { randomUUID } from 'node:crypto'

/** Who a process is, among all that take part in an election. */
export interface ProcessIdentity {
  /** `<host name>_<hexadecimal>`: another one for each process. */
  readonly identity: string
  /**
   * How identities of the processes begin that ran before in the same container: this one would not run if one of them still did. Absent
   * outside of a Pod.
   */
  readonly endedPrefix?: string
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * @param hostName in a Pod its name
 * @param podUid the Pod's, by the downward API; what is no UID counts as absent
 * @source https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts
 */
export function newProcessIdentity(hostName: string, podUid: string | undefined): ProcessIdentity {
  const random = randomUUID().slice(0, 8)
  if (podUid === undefined || !UID.test(podUid)) return { identity: `${hostName}_${random}` }
  const endedPrefix = `${hostName}_${podUid.slice(0, 8)}`
  return { identity: `${endedPrefix}${random}`, endedPrefix }
}

/** Whether a process must have ended when `we` run: its Leases need not expire. */
export function hasEnded(identity: string, { endedPrefix }: ProcessIdentity): boolean {
  return endedPrefix !== undefined && identity.startsWith(endedPrefix)
}
