import { BINDING_KINDS, CLUSTER } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { Clock } from '../runtime/clock.ts'
import { readHeldLease } from '../runtime/held-lease.ts'
import { isOf } from './plan/world.ts'
import { printSummary } from './status/print.ts'
import { type Summary, summarise } from './status/summarise.ts'

export interface StatusOptions {
  /** Where the operator's Lease is. */
  readonly lease: ObjectKey
  readonly output: 'text' | 'json'
  readonly colours: boolean
}

export interface StatusDeps {
  readonly client: Pick<Client, 'get' | 'list'>
  readonly clock: Clock
  readonly write: (text: string) => void
}

/**
 * A fleet on one page, with the user's rights on the host.
 *
 * @returns the exit code: 0, or 1 when something needs care.
 * @throws StatusError, TransportError when the host cannot be asked, or may not be.
 */
export async function status(deps: StatusDeps, options: StatusOptions, signal: AbortSignal): Promise<number> {
  const summary = await readSummary(deps, options, signal)
  const { output, colours } = options
  const text =
    output === 'json'
      ? `${JSON.stringify(summary, undefined, 2)}\n`
      : printSummary(summary, { nowMs: deps.clock.nowMs(), colours })
  deps.write(text)
  return summary.healthy ? 0 : 1
}

async function readSummary(deps: StatusDeps, { lease }: StatusOptions, signal: AbortSignal): Promise<Summary> {
  const { client } = deps
  const [operator, clusters, ...bindings] = await Promise.all([
    readHeldLease(deps, lease, signal),
    client.list(CLUSTER, {}, { signal }),
    ...BINDING_KINDS.map(kind => client.list(kind, {}, { signal })),
  ])
  return summarise({
    operator,
    clusters: clusters.items.filter(isOf<Cluster>(CLUSTER)),
    bindings: bindings.flatMap(({ items }, index) =>
      items.filter(isOf<Binding>(BINDING_KINDS[index] ?? BINDING_KINDS[0])),
    ),
  })
}
