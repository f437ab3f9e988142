import type { Resource } from '../api/kinds.ts'
import { FIELD_MANAGER } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { isForbidden } from '../kube/status-error.ts'
import { stringAt } from '../object/field.ts'
import type { KubeObject, OwnerReference } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import type { Logger } from '../runtime/logger.ts'
import { compareVersions, decide, markManifest, REGISTERED_SELECTOR, versionOf } from './manifest.ts'
import { readOwner, withOwner } from './owner.ts'
import { type ParkingOptions, parkingPolicies } from './policies/parking.ts'
import { listAdmissionPolicies } from './policies/registry.ts'
import {
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from './resources.ts'
import { servedPlurals } from './served.ts'

// Policies before their bindings: a binding without its policy is an error for every request that it matches.
const VALIDATING = [VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING] as const
const MUTATING = [MUTATING_ADMISSION_POLICY, MUTATING_ADMISSION_POLICY_BINDING] as const

const DISCOVERY = `${VALIDATING_ADMISSION_POLICY.group}/${VALIDATING_ADMISSION_POLICY.version}`

export interface AdmissionDeps {
  readonly client: Pick<Client, 'get' | 'list' | 'apply' | 'delete' | 'request'>
  readonly log: Logger
}

/** What the apiserver parks; `none`: nothing, and what an earlier start registered for it goes. */
export type ParkingRegistration = Omit<ParkingOptions, 'operatorUser'> | 'none'

export interface AdmissionOptions {
  readonly version: string
  /** Absent: somebody else registers what parks, or the apiserver knows no such policies. */
  readonly parking?: ParkingRegistration
  /** The policies go when this ClusterRole does; default '': they stay. */
  readonly ownerClusterRole?: string
}

/** Which admission policies an apiserver knows. */
export interface ServedAdmission {
  /** Kubernetes 1.30 and later, unless switched off. */
  readonly validating: boolean
  /** Kubernetes 1.36 and later, unless switched off. */
  readonly mutating: boolean
}

/** Asks which admission policies the apiserver knows. @throws StatusError and TransportError as the client. */
export async function servedAdmission(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<ServedAdmission> {
  const served = await servedPlurals(client, DISCOVERY, signal)
  return {
    validating: served.has(VALIDATING_ADMISSION_POLICY.plural),
    mutating: served.has(MUTATING_ADMISSION_POLICY.plural),
  }
}

/** @returns the name that the apiserver knows our credentials by. */
export async function readOwnUser(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<string> {
  const group = 'authentication.k8s.io/v1'
  const body = { apiVersion: group, kind: 'SelfSubjectReview' }
  const review = await client.request('POST', `/apis/${group}/selfsubjectreviews`, body, { signal })
  return stringAt(review, 'status', 'userInfo', 'username') ?? ''
}

/** What stands on the host once the admission policies are registered. */
export interface RegisteredAdmission {
  /** Names of what was written. */
  readonly written: readonly string[]
  /** As they are to stay, with their owner and our marks. */
  readonly manifests: readonly KubeObject[]
  readonly owner: OwnerReference | undefined
}

/** Brings the admission policies up to date and removes those of older releases that this one has no more. */
export async function registerAdmission(
  deps: AdmissionDeps,
  options: AdmissionOptions,
  signal: AbortSignal,
): Promise<RegisteredAdmission> {
  const { version, ownerClusterRole = '', parking } = options
  const resources = parking === undefined ? VALIDATING : [...MUTATING, ...VALIDATING]
  const query = { labelSelector: REGISTERED_SELECTOR }
  const [operatorUser, owner, ...lists] = await Promise.all([
    readOwnUser(deps.client, signal),
    readOwner(deps, ownerClusterRole, signal),
    ...resources.map(resource => deps.client.list(resource, query, { signal })),
  ])
  const parks = parking === undefined || parking === 'none' ? [] : parkingPolicies({ ...parking, operatorUser })
  const desired = [...listAdmissionPolicies(operatorUser).flat(), ...parks].map(manifest =>
    markManifest(withOwner(manifest, owner), version),
  )
  const written: string[] = []
  for (const [index, resource] of resources.entries()) {
    const manifests = desired.filter(manifest => manifest.kind === resource.kind)
    const observed = lists[index]?.items ?? []
    written.push(...(await registerKind(deps, { version, resource, manifests, observed }, signal)))
  }
  return { written, manifests: desired, owner }
}

interface KindOptions {
  readonly version: string
  readonly resource: Resource
  readonly manifests: readonly KubeObject[]
  readonly observed: readonly KubeObject[]
}

async function registerKind(
  deps: AdmissionDeps,
  options: KindOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { resource, manifests } = options
  const observed = new Map(options.observed.map(object => [object.metadata.name, object]))
  const due = manifests.filter(manifest => isDue(deps.log, manifest, observed.get(manifest.metadata.name)))
  await Promise.all(
    due.map(async manifest => {
      await deps.client.apply(resource, manifest, { fieldManager: FIELD_MANAGER, signal })
      deps.log.info('Admission policy registered', { kind: resource.kind, name: manifest.metadata.name })
    }),
  )
  for (const object of findObsolete(options.observed, manifests, options.version)) {
    await removeObsolete(deps, { resource, object, signal })
  }
  return due.map(manifest => manifest.metadata.name)
}

/** Rights go by name: one that a newer operator left, which was taken back, may be none of ours. It then does what it did. */
async function removeObsolete(
  { client, log }: AdmissionDeps,
  {
    resource,
    object,
    signal,
  }: { readonly resource: Resource; readonly object: KubeObject; readonly signal: AbortSignal },
): Promise<void> {
  const what = { kind: resource.kind, name: object.metadata.name }
  try {
    await client.delete(resource, keyOf(object), { signal, ...uidOf(object) })
    log.info('Admission policy of an older version removed', what)
  } catch (error) {
    if (!isForbidden(error)) throw error
    log.warn('Admission policy of another version stays: the operator may not remove it', { ...what, error })
  }
}

function isDue(log: Logger, manifest: KubeObject, observed: KubeObject | undefined): boolean {
  const decision = decide(manifest, observed)
  if (decision.type === 'leave') {
    const { name } = manifest.metadata
    log.warn('Admission policy left as it is: a newer version registered it', { name, version: decision.version })
  }
  return decision.type === 'apply'
}

/** Registered by an operator that is not newer than this one, and no more part of this version. */
export function findObsolete(
  observed: readonly KubeObject[],
  manifests: readonly KubeObject[],
  version: string,
): readonly KubeObject[] {
  const names = new Set(manifests.map(manifest => manifest.metadata.name))
  return observed.filter(object => {
    const registeredBy = versionOf(object)
    const isOurs = registeredBy !== undefined && compareVersions(registeredBy, version) <= 0
    return isOurs && !names.has(object.metadata.name)
  })
}

function uidOf(object: KubeObject): { readonly uid?: string } {
  return object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }
}
