import { CommandError } from '../manifests.ts'

/** What a registration finds. */
export interface RegistrationFacts {
  /** spec.syncMode of the Cluster; undefined: there is none. */
  readonly mode: string | undefined
  readonly leaving: boolean
  /** spec.id of the Cluster. */
  readonly knownId: string | undefined
  /** UIDs of kube-system. */
  readonly hostId: string | undefined
  readonly memberId: string | undefined
  /** What this member is to the same host already: accounts of flotilla join, and whose agent's credentials it holds. */
  readonly joinedAs: readonly string[]
  readonly registeredAs: string | undefined
  /** Another namespace in which its agent is. */
  readonly agentIn: string | undefined
  readonly version: { readonly major: string; readonly minor: string; readonly gitVersion: string }
}

/** The oldest release whose server-side apply is stable. @source design.md "Seams" */
const OLDEST_MINOR = 22

/** @throws CommandError saying what stands against a registration, and what to do. */
export function judgeRegistration(cluster: string, facts: RegistrationFacts): void {
  const { mode, leaving, knownId, hostId, memberId, version, joinedAs } = facts
  const refuse = (message: string): never => {
    throw new CommandError(message)
  }
  if (mode === undefined)
    refuse(`the host has no cluster ${cluster} any more: flotilla token create ${cluster} makes it`)
  if (mode !== 'Pull') refuse(`cluster ${cluster} has joined in mode ${mode}: an agent would leave it alone`)
  if (leaving) refuse(`cluster ${cluster} is being deleted on the host: wait until it is gone, then make a new token`)
  if (Number.parseInt(version.major, 10) === 1 && Number.parseInt(version.minor, 10) < OLDEST_MINOR) {
    refuse(`this cluster runs Kubernetes ${version.gitVersion}, and a member needs v1.${OLDEST_MINOR} or later`)
  }
  if (hostId !== undefined && hostId === memberId) {
    refuse('this cluster is the host itself: run it with a kubeconfig of the member (--kubeconfig, --context)')
  }
  if (joinedAs.length > 0) {
    refuse(`this cluster has joined the host in mode Push (${joinedAs.join(', ')}): flotilla unjoin lets it go first`)
  }
  const otherwise = agentOtherwise(cluster, facts)
  if (otherwise !== undefined) refuse(otherwise)
  if (knownId !== undefined && knownId !== '' && knownId !== memberId) {
    refuse(`cluster ${cluster} is another cluster than this one: register it under a name of its own`)
  }
}

/** @returns what to do about an agent that is here already and stands against this one; undefined: none does. */
function agentOtherwise(cluster: string, { registeredAs, agentIn }: RegistrationFacts): string | undefined {
  if (registeredAs !== undefined && registeredAs !== cluster) {
    return `this cluster is registered as ${registeredAs}: flotilla unregister ${registeredAs} on the host lets it go first`
  }
  if (agentIn === undefined) return undefined
  return `this cluster has an agent in namespace ${agentIn}: --namespace ${agentIn}, or flotilla unregister first`
}
