import { CLUSTER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { findCondition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { type Clock, sleep } from '../../runtime/clock.ts'
import { isCluster } from './observe.ts'

/** How a cluster stands after its join. */
export type Readiness =
  | { readonly type: 'ready' }
  | { readonly type: 'not ready'; readonly why: string }
  | { readonly type: 'not waited for' }

const LOOK_EVERY_MS = 300

/** Waits until the operator says that a cluster is Ready. */
export async function awaitReady(
  { client, clock }: { readonly client: Pick<Client, 'get'>; readonly clock: Clock },
  { name, waitMs }: { readonly name: string; readonly waitMs: number },
  signal: AbortSignal,
): Promise<Readiness> {
  if (waitMs === 0) return { type: 'not waited for' }
  const deadlineMs = clock.monotonicMs() + waitMs
  for (;;) {
    const object = await client.get(CLUSTER, { namespace: '', name }, { signal })
    const why = isCluster(object) ? whyNotReady(object) : undefined
    if (why === undefined) return { type: 'ready' }
    if (clock.monotonicMs() > deadlineMs) return { type: 'not ready', why }
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
}

const LOOPBACK = /^https?:\/\/(127\.|localhost[:/]|\[::1\])/

/** @returns why a cluster is not Ready, with what to do; undefined when it is. */
export function whyNotReady({ metadata, spec, status }: Cluster): string | undefined {
  const ready = findCondition(status?.conditions, 'Ready')
  if (ready?.status === 'True') return undefined
  const { name } = metadata
  if (ready === undefined) {
    return `no operator has looked at it. Does one run? flotilla doctor tells, and so does: kubectl describe cluster ${name}`
  }
  const connected = findCondition(status?.conditions, 'Connected')
  const { reason, message } = connected?.status === 'False' ? connected : ready
  const address = LOOPBACK.test(spec.apiEndpoint ?? '')
    ? ` ${spec.apiEndpoint} is an address of your machine, which a Pod on the host does not reach: name another one by --cluster-endpoint.`
    : ''
  return `${reason}: ${message}${address}`
}
