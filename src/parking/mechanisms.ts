import type { Resource } from '../api/kinds.ts'
import type { FieldPath } from '../object/field.ts'

/** A field that holds one value; the user's own is put aside. */
export interface ScalarMechanism {
  readonly type: 'scalar'
  readonly path: FieldPath
  readonly value: true | string
}

/** A member of a map: the user's own members stay beside it. */
export interface EntryMechanism {
  readonly type: 'entry'
  readonly path: FieldPath
  readonly key: string
  readonly value: string
}

/** A scheduling gate, in a list by name: the user's own gates stay beside it. */
export interface GateMechanism {
  readonly type: 'gate'
  readonly path: FieldPath
  readonly name: string
}

/** A field whose value keeps a controller of the host from acting on an object. */
export type Mechanism = ScalarMechanism | EntryMechanism | GateMechanism

/** How objects of one kind are kept from doing anything on the host. */
export interface ParkableKind {
  readonly resource: Resource
  /** Set when the object is made. */
  readonly atCreation: Mechanism
  /** Set on an object that exists; absent where the apiserver lets the field be set at creation only. */
  readonly later?: Mechanism
  /** Only objects with this value at this path act on the host: others are not parked. */
  readonly only?: { readonly path: FieldPath; readonly value: string }
  /** Objects that have this field are not parked: the apiserver would refuse them. */
  readonly unless?: FieldPath
}

/** The name that parking fields carry, wherever a name is wanted. */
export const PARKED = 'flotilla.dev/parked'

const PAUSED: Mechanism = { type: 'scalar', path: ['spec', 'paused'], value: true }
const SUSPENDED: Mechanism = { type: 'scalar', path: ['spec', 'suspend'], value: true }
const GATED_TEMPLATE: Mechanism = {
  type: 'gate',
  path: ['spec', 'template', 'spec', 'schedulingGates'],
  name: PARKED,
}

const namespaced = (group: string, kind: string, plural: string): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: true,
})

/**
 * Every kind that is parked, and by which field.
 *
 * @source design.md §3 (tried on Kubernetes 1.36); KEP-4368 (Job managedBy), KEP-3521 (scheduling gates)
 */
export const PARKABLE_KINDS: readonly ParkableKind[] = [
  { resource: namespaced('apps', 'Deployment', 'deployments'), atCreation: PAUSED, later: PAUSED },
  { resource: namespaced('apps', 'StatefulSet', 'statefulsets'), atCreation: GATED_TEMPLATE, later: GATED_TEMPLATE },
  { resource: namespaced('apps', 'ReplicaSet', 'replicasets'), atCreation: GATED_TEMPLATE, later: GATED_TEMPLATE },
  {
    resource: namespaced('apps', 'DaemonSet', 'daemonsets'),
    ...both({ type: 'entry', path: ['spec', 'template', 'spec', 'nodeSelector'], key: PARKED, value: 'true' }),
  },
  {
    // managedBy cannot be set later; a Job that exists is suspended.
    resource: namespaced('batch', 'Job', 'jobs'),
    atCreation: { type: 'scalar', path: ['spec', 'managedBy'], value: 'flotilla.dev/fleet' },
    later: SUSPENDED,
  },
  { resource: namespaced('batch', 'CronJob', 'cronjobs'), atCreation: SUSPENDED, later: SUSPENDED },
  {
    resource: namespaced('', 'Pod', 'pods'),
    atCreation: { type: 'gate', path: ['spec', 'schedulingGates'], name: PARKED },
    // A gate keeps the scheduler off, which has nothing to say about a Pod whose node is named.
    unless: ['spec', 'nodeName'],
  },
  {
    resource: namespaced('', 'Service', 'services'),
    atCreation: { type: 'scalar', path: ['spec', 'loadBalancerClass'], value: PARKED },
    only: { path: ['spec', 'type'], value: 'LoadBalancer' },
  },
]

function both(mechanism: Mechanism): Pick<ParkableKind, 'atCreation' | 'later'> {
  return { atCreation: mechanism, later: mechanism }
}

/** How the record of parked fields names a field: `spec.paused`. */
export function fieldName({ path }: Mechanism): string {
  return path.join('.')
}

/** @returns the fields by which an object of the kind may be parked. */
export function mechanismsOf({ atCreation, later }: ParkableKind): readonly Mechanism[] {
  return later === undefined || later === atCreation ? [atCreation] : [atCreation, later]
}

/** @returns how objects of that kind are parked; undefined for kinds that are not. */
export function parkableKind(object: { readonly apiVersion: string; readonly kind: string }): ParkableKind | undefined {
  return PARKABLE_KINDS.find(({ resource }) => isOf(resource, object))
}

function isOf({ group, version, kind }: Resource, object: { readonly apiVersion: string; readonly kind: string }) {
  return object.kind === kind && object.apiVersion === (group === '' ? version : `${group}/${version}`)
}
