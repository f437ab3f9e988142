import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

/** A cluster and the release of Kubernetes that it runs, such as v1.36.3. */
export interface RunningVersion {
  readonly name: string
  readonly gitVersion: string
  /** The oldest minor release that is fit for what it does. */
  readonly oldestMinor: number
}

/** The oldest whose CRDs have rules in CEL and whose admission policies are stable. @source design.md "Seams" */
export const OLDEST_HOST_MINOR = 30

/** Whether the Kubernetes of host and members is new enough. */
export const checkVersions: RunCheck = async ({ versions }) => judgeVersions(versions)

/** @returns undefined when nobody tells a version. */
export function judgeVersions(versions: readonly RunningVersion[]): Finding | undefined {
  const known = versions.flatMap(version => {
    const minor = /^v1\.(\d+)/.exec(version.gitVersion)?.[1]
    return minor === undefined ? [] : [{ ...version, minor: Number(minor) }]
  })
  if (known.length === 0) return undefined
  const old = known.filter(({ minor, oldestMinor }) => minor < oldestMinor)
  if (old.length === 0) {
    return { level: 'ok', message: 'The Kubernetes of host and members is new enough.' }
  }
  const told = old.map(({ name, gitVersion, oldestMinor }) => `${name} runs ${gitVersion} and needs v1.${oldestMinor}`)
  return { level: 'problem', message: `Too old: ${told.join(', ')}. Upgrade them.` }
}
