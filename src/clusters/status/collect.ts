import type { Candidate } from '../../members/member.ts'
import type { Logger } from '../../runtime/logger.ts'
import { summariseApis } from './api-enablements.ts'
import type { MemberFacts } from './plan.ts'
import type { ProbeLimits } from './probe.ts'

export interface CollectDeps {
  readonly member: Pick<Candidate, 'name' | 'discovery'>
  readonly limits: ProbeLimits
  readonly log: Logger
}

/** Version and served APIs of a healthy member. What cannot be read is left out, so the last known stays. */
export async function collectFacts(deps: CollectDeps): Promise<MemberFacts> {
  const [version, apis] = await Promise.all([
    attempt(deps, 'version', () => deps.member.discovery.serverVersion(deps.limits)),
    attempt(deps, 'API discovery', () => readApis(deps)),
  ])
  return {
    ...(version === undefined ? {} : { kubernetesVersion: version.gitVersion }),
    ...(apis === undefined ? {} : { apis }),
  }
}

async function readApis({ member, limits }: CollectDeps): Promise<MemberFacts['apis']> {
  const served = await member.discovery.readAll(limits)
  return summariseApis(served.groupVersions, served.complete)
}

async function attempt<T>(deps: CollectDeps, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    deps.limits.signal.throwIfAborted()
    deps.log.warn(`cannot read ${what} of a member`, { cluster: deps.member.name, error })
    return undefined
  }
}
