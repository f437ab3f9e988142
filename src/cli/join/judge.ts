import { isConditionTrue } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { CommandError } from '../manifests.ts'

/** The oldest release whose server-side apply is stable. @source design.md "Seams" */
export const OLDEST_MEMBER_MINOR = 22

export interface MemberFacts {
  readonly server: string
  readonly gitVersion: string
  readonly major: string
  readonly minor: string
  /** UID of kube-system. */
  readonly id: string
}

export interface HostFacts {
  readonly server: string
  readonly id: string
  readonly clusters: readonly Cluster[]
}

/** What a join finds: nothing of it, or a Cluster that names this member and cannot use it. */
export type Verdict = { readonly type: 'new' } | { readonly type: 'again'; readonly because: string }

/**
 * Whether a member may join under a name.
 *
 * @param renew makes new credentials also for one that stands well.
 * @throws CommandError saying what stands against it, and what to do.
 * @source spec/behaviour/clusters.md §1.1
 */
export function judge(
  name: string,
  { host, member, renew }: { readonly host: HostFacts; readonly member: MemberFacts; readonly renew: boolean },
): Verdict {
  const [major, minor] = [Number.parseInt(member.major, 10), Number.parseInt(member.minor, 10)]
  if (major === 1 && minor < OLDEST_MEMBER_MINOR) {
    throw new CommandError(
      `${member.server} runs Kubernetes ${member.gitVersion}, and a member needs v1.${OLDEST_MEMBER_MINOR} or later: upgrade it first`,
    )
  }
  if (member.id === host.id) {
    throw new CommandError(
      `${member.server} is the host itself: what is placed there would be its own template. Name another cluster by --cluster-kubeconfig or --cluster-context`,
    )
  }
  const other = host.clusters.find(({ metadata, spec }) => spec.id === member.id && metadata.name !== name)
  if (other !== undefined) {
    throw new CommandError(
      `${member.server} has joined already, as ${other.metadata.name}: use that name, or unjoin it first (flotilla unjoin ${other.metadata.name})`,
    )
  }
  const same = host.clusters.find(({ metadata }) => metadata.name === name)
  return same === undefined ? { type: 'new' } : judgeSame(same, member, renew)
}

function judgeSame(cluster: Cluster, member: MemberFacts, renew: boolean): Verdict {
  const { name, deletionTimestamp } = cluster.metadata
  if (deletionTimestamp !== undefined) {
    throw new CommandError(`cluster ${name} is being deleted: wait until it is gone (kubectl get cluster ${name})`)
  }
  if (cluster.spec.syncMode === 'Pull') {
    throw new CommandError(
      `cluster ${name} is there already and fetches its work itself (syncMode Pull): choose another name`,
    )
  }
  if (cluster.spec.id !== undefined && cluster.spec.id !== '' && cluster.spec.id !== member.id) {
    throw new CommandError(
      `cluster ${name} is there already, and it is another one than ${member.server}: choose another name, or unjoin it first (flotilla unjoin ${name})`,
    )
  }
  if (renew) return { type: 'again', because: 'new credentials were asked for' }
  if (isConditionTrue(cluster.status?.conditions, 'Connected')) {
    throw new CommandError(
      `cluster ${name} has joined already and answers: nothing to do. For new credentials or other rights: --renew-credentials`,
    )
  }
  return { type: 'again', because: 'its Cluster is there, and the operator cannot use it' }
}
