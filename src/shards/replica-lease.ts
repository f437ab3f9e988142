import { LEASE } from '../api/kinds.ts'
import { ANNOTATION, LABEL } from '../api/names.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { microTime, readLease } from '../runtime/lease.ts'
import type { Standing } from './plan.ts'

/** What the Lease of a replica says. */
export interface ReplicaLease extends Standing {
  /** Of the process, as it takes part in the election of a leader. */
  readonly identity: string
  readonly durationMs: number
  /** RFC 3339, by the replica's clock. */
  readonly renewTime: string
  /** The clusters that it executes for, and has looked at. */
  readonly members: readonly string[]
}

/** Which Leases are those of one group of replicas, and for how long each is good. */
export interface ReplicaGroup {
  readonly namespace: string
  /** The name of the Lease by which they elect their leader. */
  readonly leaseName: string
  readonly leaseDurationMs: number
}

/** @returns a label selector for the Leases of all replicas of a group. */
export function replicasOf({ leaseName }: Pick<ReplicaGroup, 'leaseName'>): string {
  return `${LABEL.replica}=${leaseName}`
}

/** @returns the name of a replica's Lease, which is how others call it; unique as long as the identity is. */
export function replicaName({ leaseName }: Pick<ReplicaGroup, 'leaseName'>, identity: string): string {
  return `${leaseName}-${identity}`.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')
}

/** What is missing or malformed counts as nothing told. */
export function readReplicaLease(object: KubeObject): ReplicaLease {
  const { holder, durationMs, renewTime } = readLease(object)
  const told = object.metadata.annotations ?? {}
  return {
    ...{ identity: holder, durationMs, renewTime },
    replica: object.metadata.name,
    publication: Number(told[ANNOTATION.publication] ?? Number.NaN),
    prepared: told[ANNOTATION.preparedView] ?? '',
    view: told[ANNOTATION.view] ?? '',
    members: (told[ANNOTATION.members] ?? '').split(',').filter(name => name !== ''),
  }
}

/** What a replica writes. */
export interface Told extends Omit<ReplicaLease, 'renewTime' | 'durationMs'> {
  /** By our own clock, milliseconds since 1970: for people only. */
  readonly nowMs: number
}

/** @param before what was written last, with its version: a stranger's write, or the end of the Lease, makes the next one fail. */
export function replicaLeaseObject(group: ReplicaGroup, told: Told, before?: KubeObject): KubeObject {
  const { namespace, leaseName, leaseDurationMs } = group
  const now = microTime(told.nowMs)
  return {
    apiVersion: formatApiVersion(LEASE),
    kind: LEASE.kind,
    metadata: {
      name: told.replica,
      namespace,
      ...(before?.metadata.resourceVersion && { resourceVersion: before.metadata.resourceVersion }),
      ...(before?.metadata.uid && { uid: before.metadata.uid }),
      labels: { [LABEL.replica]: leaseName },
      annotations: {
        [ANNOTATION.publication]: String(told.publication),
        [ANNOTATION.preparedView]: told.prepared,
        [ANNOTATION.view]: told.view,
        [ANNOTATION.members]: told.members.join(','),
      },
    },
    spec: {
      holderIdentity: told.identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(leaseDurationMs / 1000)),
      acquireTime: before === undefined ? now : acquireTimeOf(before, now),
      renewTime: now,
    },
  }
}

function acquireTimeOf(before: KubeObject, now: string): string {
  const { acquireTime } = readLease(before)
  return acquireTime === '' ? now : acquireTime
}
