import type { HostRule } from '../../../api/host-rule.ts'
import type { Client } from '../../../kube/client.ts'
import { StatusError } from '../../../kube/status-error.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { Finding } from '../examine.ts'
import type { RunningVersion } from './versions.ts'

/** What was looked at, beyond the host itself; the name stands in the first column. */
export interface Check extends Finding {
  readonly name: 'Release' | 'Replicas' | 'Versions' | 'Rights' | 'Clocks' | 'Tokens' | 'Leaving'
}

export interface CheckContext {
  readonly client: Client
  readonly clock: Clock
  /** Of the operator. */
  readonly namespace: string
  /** What the operator does on the host, by its own word. */
  readonly rules: readonly HostRule[]
  /** The operator's Deployments: one where all is well. */
  readonly deployments: readonly KubeObject[]
  /** Of host and members. */
  readonly versions: readonly RunningVersion[]
  /** Names of the clusters that have joined. */
  readonly clusters: readonly string[]
  /** Asks a member with the operator's credentials. @throws when that cannot be. */
  readonly onMember: <T>(name: string, run: (member: Client) => Promise<T>) => Promise<T>
}

/** @returns undefined: there is nothing to look at. */
export type RunCheck = (context: CheckContext, signal: AbortSignal) => Promise<Finding | undefined>

/** Runs a check with the rights that there are. */
export async function withRights(run: () => Promise<Finding | undefined>): Promise<Finding | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof StatusError && (error.code === 401 || error.code === 403)) {
      return { level: 'unread', message: error.message }
    }
    throw error
  }
}
