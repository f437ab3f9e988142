import type { Client } from '../../../kube/client.ts'
import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

/** An apiserver tells whole seconds, and the answer takes its time. */
const SMALL_MS = 5_000
const PROBE_LIMIT_MS = 5_000

/** How far a server's clock is ahead of this machine's; undefined when it does not say. */
export interface Skew {
  readonly name: string
  readonly aheadMs: number | undefined
}

/** Asks a server for the time. */
export async function readSkew(
  client: Pick<Client, 'probe'>,
  { name, nowMs }: { readonly name: string; readonly nowMs: () => number },
  signal: AbortSignal,
): Promise<Skew> {
  const before = nowMs()
  const { serverTimeMs } = await client.probe('/readyz', { signal, timeoutMs: PROBE_LIMIT_MS })
  return { name, aheadMs: serverTimeMs === undefined ? undefined : serverTimeMs - (before + nowMs()) / 2 }
}

/** Whether the clocks of host and members agree with that of who asks. A member that nobody can ask is left out. */
export const checkClocks: RunCheck = async ({ client, clock, clusters, onMember }, signal) => {
  const nowMs = (): number => clock.nowMs()
  const skews = await Promise.all([
    readSkew(client, { name: 'the host', nowMs }, signal),
    ...clusters.map(async (name): Promise<Skew> => {
      try {
        return await onMember(name, member => readSkew(member, { name, nowMs }, signal))
      } catch {
        // Why it cannot be asked stands in the lines of the members.
        return { name, aheadMs: undefined }
      }
    }),
  ])
  return judgeClocks(skews)
}

/** @returns undefined when no server tells. */
export function judgeClocks(skews: readonly Skew[]): Finding | undefined {
  const known = skews.flatMap(({ name, aheadMs }) => (aheadMs === undefined ? [] : [{ name, aheadMs }]))
  if (known.length === 0) return undefined
  const wrong = known.filter(({ aheadMs }) => Math.abs(aheadMs) > SMALL_MS)
  if (wrong.length === 0) {
    return {
      level: 'ok',
      message: `The ${known.length === 1 ? 'clock of the host agrees' : `${known.length} clocks agree`} with that of this machine.`,
    }
  }
  const told = wrong.map(({ name, aheadMs }) => {
    const seconds = Math.round(Math.abs(aheadMs) / 1000)
    return `that of ${name} is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`
  })
  return {
    level: 'warning',
    message: `Clocks differ from that of this machine: ${told.join(', ')}. Let NTP correct them: leases, tokens and tolerations count seconds.`,
  }
}
