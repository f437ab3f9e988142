import { type MissingRightsDeps, startMissingRights } from './clusters/missing-rights/controller.ts'
import { type StatusControllerDeps, startStatusCollection } from './clusters/status/controller.ts'
import type { Configuration } from './configuration.ts'
import { type ExecutionControllerDeps, startExecution } from './execution/controller.ts'
import { type ReflectDeps, startReflection } from './status/reflect/controller.ts'

/** What those need that look at members, each some of it. */
export interface MemberLooksDeps
  extends Omit<StatusControllerDeps, 'config' | 'rights' | 'works'>,
    Omit<MissingRightsDeps, 'host' | 'clusters' | 'rights' | 'works'> {
  readonly works: StatusControllerDeps['works'] & MissingRightsDeps['works']
  readonly rights: MissingRightsDeps['rights']
  readonly configuration: Pick<Configuration, 'clusters'>
}

/** What those need that execute for members, each some of it. */
export interface MemberSideDeps
  extends Omit<ExecutionControllerDeps, 'concurrency'>,
    Omit<ReflectDeps, 'concurrency' | 'host' | 'works' | 'members' | 'rights'> {
  readonly configuration: Pick<Configuration, 'concurrency'>
}

/** Starts what looks at members, whoever does so: the operator, one of its replicas, or an agent. @returns what ends each. */
export function startMemberLooks(deps: MemberLooksDeps): readonly (() => Promise<void>)[] {
  return [startStatusCollection({ ...deps, config: deps.configuration.clusters }), startMissingRights(deps)]
}

/** Starts what executes for them. Every Work has to be known. @returns what ends each. */
export function startMemberSide(deps: MemberSideDeps): readonly (() => Promise<void>)[] {
  const { concurrency } = deps.configuration
  return [
    startExecution({ ...deps, concurrency: concurrency.execution }),
    startReflection({ ...deps, concurrency: concurrency.status }),
  ]
}
