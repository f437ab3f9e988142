import type { Resource } from '../api/kinds.ts'
import { FIELD_MANAGER } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { isNotFound } from '../kube/status-error.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import type { Logger } from '../runtime/logger.ts'
import { compareVersions, decide, markManifest, REGISTERED_SELECTOR, versionOf } from './manifest.ts'
import { readOwner, withOwner } from './owner.ts'
import { listAdmissionPolicies } from './policies/registry.ts'
import { VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING } from './resources.ts'

/** Policies before their bindings: a binding without its policy is an error for every request that it matches. */
const RESOURCES = [VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING] as const

const DISCOVERY_PATH = `/apis/${VALIDATING_ADMISSION_POLICY.group}/${VALIDATING_ADMISSION_POLICY.version}`

export interface AdmissionDeps {
  readonly client: Pick<Client, 'get' | 'list' | 'apply' | 'delete' | 'request'>
  readonly log: Logger
}

export interface AdmissionOptions {
  readonly version: string
  /** The policies go when this ClusterRole does; default '': they stay. */
  readonly ownerClusterRole?: string
}

/** Whether the apiserver judges by policies (Kubernetes 1.30 and later, unless switched off). */
export async function servesAdmissionPolicies(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<boolean> {
  try {
    const discovered = await client.request('GET', DISCOVERY_PATH, undefined, { signal })
    return listAt(discovered, 'resources').some(row => stringAt(row, 'name') === VALIDATING_ADMISSION_POLICY.plural)
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/** @returns the name that the apiserver knows our credentials by. */
export async function readOwnUser(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<string> {
  const group = 'authentication.k8s.io/v1'
  const body = { apiVersion: group, kind: 'SelfSubjectReview' }
  const review = await client.request('POST', `/apis/${group}/selfsubjectreviews`, body, { signal })
  return stringAt(review, 'status', 'userInfo', 'username') ?? ''
}

/**
 * Brings the admission policies up to date and removes those of older releases that this one has no more.
 *
 * @returns the names of what was written.
 */
export async function registerAdmission(
  deps: AdmissionDeps,
  options: AdmissionOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const operatorUser = await readOwnUser(deps.client, signal)
  const owner = await readOwner(deps, options.ownerClusterRole ?? '', signal)
  const desired = listAdmissionPolicies(operatorUser)
    .flat()
    .map(manifest => markManifest(withOwner(manifest, owner), options.version))
  const written: string[] = []
  for (const resource of RESOURCES) {
    const manifests = desired.filter(manifest => manifest.kind === resource.kind)
    written.push(...(await registerKind(deps, { ...options, resource, manifests }, signal)))
  }
  return written
}

interface KindOptions {
  readonly version: string
  readonly resource: Resource
  readonly manifests: readonly KubeObject[]
}

async function registerKind(
  deps: AdmissionDeps,
  options: KindOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { resource, manifests } = options
  const { items } = await deps.client.list(resource, { labelSelector: REGISTERED_SELECTOR }, { signal })
  const observed = new Map(items.map(object => [object.metadata.name, object]))
  const due = manifests.filter(manifest => isDue(deps.log, manifest, observed.get(manifest.metadata.name)))
  await Promise.all(
    due.map(async manifest => {
      await deps.client.apply(resource, manifest, { fieldManager: FIELD_MANAGER, signal })
      deps.log.info('Admission policy registered', { kind: resource.kind, name: manifest.metadata.name })
    }),
  )
  for (const object of findObsolete(items, manifests, options.version)) {
    await deps.client.delete(resource, keyOf(object), { signal, ...uidOf(object) })
    deps.log.info('Admission policy of an older version removed', { kind: resource.kind, name: object.metadata.name })
  }
  return due.map(manifest => manifest.metadata.name)
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
