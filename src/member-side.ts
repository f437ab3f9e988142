import { type MissingRightsDeps, startMissingRights } from './clusters/missing-rights/controller.ts'
import { type StatusControllerDeps, startStatusCollection } from './clusters/status/controller.ts'
import type { Configuration } from './configuration.ts'
import { type ExecutionControllerDeps, startExecution } from './execution/controller.ts'
import { type ReflectDeps, startReflection } from './status/reflect/controller.ts'

/** What the controllers of members need, each some of it. */
export interface MemberSideDeps
  extends Omit<ExecutionControllerDeps, 'concurrency'>,
    Omit<ReflectDeps, 'concurrency' | 'host' | 'works' | 'members' | 'rights'>,
    Omit<StatusControllerDeps, 'config' | 'host' | 'works' | 'clusters' | 'members' | 'rights'>,
    Omit<MissingRightsDeps, 'host' | 'clusters' | 'rights'> {
  readonly members: ExecutionControllerDeps['members'] & StatusControllerDeps['members']
  readonly rights: MissingRightsDeps['rights']
  readonly configuration: Pick<Configuration, 'concurrency' | 'clusters'>
}

/** Starts what executes for members, whoever does so: the operator, one of its replicas, or an agent. @returns what ends each. */
export function startMemberSide(deps: MemberSideDeps): readonly (() => Promise<void>)[] {
  const { concurrency, clusters: config } = deps.configuration
  return [
    startExecution({ ...deps, concurrency: concurrency.execution }),
    startReflection({ ...deps, concurrency: concurrency.status }),
    startStatusCollection({ ...deps, config }),
    startMissingRights(deps),
  ]
}
