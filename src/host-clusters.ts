import { type RegistrationControllerDeps, startRegistration } from './clusters/registration/controller.ts'
import { type StatusControllerDeps, startStatusCollection } from './clusters/status/controller.ts'
import { startTaintPolicies, type TaintPolicyDeps } from './clusters/taint-policy/controller.ts'
import type { Configuration } from './configuration.ts'

/** What the controllers of Clusters need, each some of it. */
export interface ClusterDeps
  extends Omit<RegistrationControllerDeps, 'deletionPollMs'>,
    Omit<StatusControllerDeps, 'config' | 'notesId'>,
    TaintPolicyDeps {
  readonly clusters: TaintPolicyDeps['clusters'] &
    RegistrationControllerDeps['clusters'] &
    StatusControllerDeps['clusters']
  readonly namespaces: RegistrationControllerDeps['namespaces'] & StatusControllerDeps['namespaces']
  readonly host: TaintPolicyDeps['host'] & RegistrationControllerDeps['host'] & StatusControllerDeps['host']
  readonly members: RegistrationControllerDeps['members'] & StatusControllerDeps['members']
  readonly settings: Configuration['clusters']
}

/** Starts the controllers of member clusters. @returns what ends each. */
export function startClusters(deps: ClusterDeps): readonly (() => Promise<void>)[] {
  const registration = startRegistration({ ...deps, deletionPollMs: deps.settings.deletionPollMs })
  const status = startStatusCollection({ ...deps, config: deps.settings, notesId: true })
  return [() => registration.stop(), status, startTaintPolicies(deps)]
}
