import { setTimeout as sleep } from 'node:timers/promises'
import { LABEL, OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../src/api/names.ts'
import { waitFor } from '../controlplane/wait.ts'
import type { SoakFleet } from './soak-fleet.ts'

const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${OPERATOR_NAMESPACE}/leases`
/** Some three renewals. */
const RENEWED_WITHIN_MS = 800
const PATIENCE_MS = 60_000
const LOOK_MS = 250

/** A Lease in the operator's namespace. */
export interface SeenLease {
  readonly name: string
  readonly holder: string
  /** Whether it is that of a replica that shares members. */
  readonly isReplica: boolean
  readonly resourceVersion: string
}

/** Who has to have Leases: a Pod by the name of its operator, with its UID. */
export interface ExpectedLeases {
  readonly pods: ReadonlyMap<string, string>
  readonly sharing: boolean
}

/**
 * Waits until the operators have the Leases that they are to have, and no others are there.
 *
 * @throws Error that says what else there is, when that takes longer than a minute.
 */
export async function awaitLeases(soak: SoakFleet): Promise<void> {
  let last: readonly string[] = []
  const look = async (): Promise<true | undefined> => {
    last = await leaseProblems(soak)
    return last.length === 0 ? true : undefined
  }
  try {
    await waitFor(look, { until: 'the Leases are those of who runs', timeoutMs: PATIENCE_MS, everyMs: LOOK_MS })
  } catch (error) {
    throw new Error([String(error), ...last].join('\n'), { cause: error })
  }
}

/** @returns what is wrong with the Leases of the operators; takes most of a second. */
export async function leaseProblems(soak: SoakFleet): Promise<readonly string[]> {
  const before = await readLeases(soak)
  await sleep(RENEWED_WITHIN_MS)
  return compareLeases(before, await readLeases(soak), { pods: podsOf(soak), sharing: soak.sharing })
}

/** @returns the name of the operator that leads; '' when none of them does. */
export async function readLeader(soak: SoakFleet): Promise<string> {
  const holder = (await readLeases(soak)).find(({ name }) => name === OPERATOR_LEASE)?.holder ?? ''
  return [...podsOf(soak)].find(([, uid]) => isHeldBy(holder, uid))?.[0] ?? ''
}

/** @returns how Leases that were seen twice differ from what they are to be, for people; empty when they do not. */
export function compareLeases(
  before: readonly SeenLease[],
  now: readonly SeenLease[],
  { pods, sharing }: ExpectedLeases,
): readonly string[] {
  const uids = [...pods.values()]
  const isOfNobody = ({ holder }: SeenLease): boolean => !uids.some(uid => isHeldBy(holder, uid))
  const counts = [...pods].map(([name, uid]) => {
    const own = now.filter(({ holder, isReplica }) => isReplica && isHeldBy(holder, uid))
    return { name, count: own.length }
  })
  const leads = (lease: SeenLease): boolean => !lease.isReplica && lease.name === OPERATOR_LEASE
  const others = now.filter(lease => !lease.isReplica && !leads(lease))
  const stale = now.filter(lease => before.some(seen => isSame(seen, lease)))
  return [
    ...(now.some(leads) ? [] : ['nobody has ever led']),
    ...now.filter(isOfNobody).map(lease => `${describe(lease)} is nobody's who runs`),
    ...counts.flatMap(({ name, count }) => (count === (sharing ? 1 : 0) ? [] : [`${name} has ${count} Leases`])),
    ...others.map(lease => `${describe(lease)} is none that is known`),
    ...stale.map(lease => `${describe(lease)} is not renewed`),
  ]
}

function describe({ name, holder }: SeenLease): string {
  return `Lease ${name}, held by ${holder === '' ? 'nobody' : holder},`
}

function isSame(one: SeenLease, other: SeenLease): boolean {
  return one.name === other.name && one.resourceVersion === other.resourceVersion
}

/** @see src/runtime/process-identity.ts: the host's name, then how the UID of the Pod begins. */
function isHeldBy(holder: string, podUid: string): boolean {
  return holder.includes(`_${podUid.slice(0, 8)}`)
}

function podsOf({ operators }: SoakFleet): ReadonlyMap<string, string> {
  return new Map(operators.map(({ name, running }) => [name, running.podUid]))
}

interface ListedLeases {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string
      readonly resourceVersion: string
      readonly labels?: Readonly<Record<string, string>>
    }
    readonly spec: { readonly holderIdentity?: string }
  }[]
}

async function readLeases({ host }: SoakFleet): Promise<readonly SeenLease[]> {
  const { items } = (await host.plane.request(LEASES)) as ListedLeases
  return items.map(({ metadata, spec }) => ({
    name: metadata.name,
    holder: spec.holderIdentity ?? '',
    isReplica: metadata.labels?.[LABEL.replica] !== undefined,
    resourceVersion: metadata.resourceVersion,
  }))
}
