import { API_VERSION } from '../api/generated/crds.ts'
import type { Client } from '../kube/client.ts'
import type { KubeObject, OwnerReference } from '../object/kube-object.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { type ParkingRegistration, registerAdmission, type ServedAdmission, servedAdmission } from './admission.ts'
import { awaitEstablished, findRegistered, listCustomResources, registerCustomResource } from './custom-resources.ts'
import { findServed } from './served.ts'

const ESTABLISHED_TIMEOUT_MS = 120_000

export interface RegistrationDeps {
  /** Of the host. */
  readonly client: Pick<Client, 'get' | 'list' | 'apply' | 'patch' | 'delete' | 'request'>
  readonly clock: Clock
  readonly log: Logger
}

export interface RegistrationOptions {
  /** False: somebody else installs CRDs and admission policies (Helm, GitOps); the CRDs are waited for. */
  readonly installCrds: boolean
  /** The admission policies go when this ClusterRole does; default '': they stay. */
  readonly ownerClusterRole?: string
  /** What the apiserver parks; absent: somebody else registers that, and what is there stays. */
  readonly parking?: ParkingRegistration
  /** Default: the version of this release. */
  readonly version?: string
  /** Told when every CRD is served and stands as this release has it, before anything else is looked at. */
  readonly onServed?: () => void
  /** How long each CRD may take to be served, in milliseconds. Default 120 s. */
  readonly establishedTimeoutMs?: number
}

export interface Registration {
  /** CRDs and admission policies that were written; empty after a restart. */
  readonly written: readonly string[]
  /** False: the host does not serve ValidatingAdmissionPolicy, and only the rules inside the CRDs are enforced. */
  readonly admission: boolean
  readonly served: ServedAdmission
  /** The admission policies that are ours to keep, as they are to stay (upkeep/). */
  readonly manifests: readonly KubeObject[]
  /** What they belong to. */
  readonly owner?: OwnerReference
}

/**
 * Makes the host serve our API: CRDs by server-side apply, waited for until they are served, then the admission policies
 * that judge their objects. What is there already is not written again, and what a newer operator registered is left.
 *
 * Needs on the host what host-rules.ts says, and discovery and selfsubjectreviews, which every authenticated user has.
 *
 * @throws ReconcileError CrdNotInstalled or CrdNotEstablished (both backoff), StatusError and TransportError as the client.
 * @source spec/api/admission.md §1
 */
export async function registerApi(
  deps: RegistrationDeps,
  options: RegistrationOptions,
  signal: AbortSignal,
): Promise<Registration> {
  const version = options.version ?? API_VERSION
  const [crds, served] = await Promise.all([
    registerCustomResources(deps, { ...options, version }, signal),
    servedAdmission(deps.client, signal),
  ])
  if (!served.validating) {
    deps.log.warn(
      'The host does not serve ValidatingAdmissionPolicy (Kubernetes 1.30 or later does): rules that the CRDs cannot express are not enforced',
    )
    return { written: crds, admission: false, served, manifests: [] }
  }
  const { parking, ...others } = options
  const known = served.mutating && parking !== undefined ? { parking } : {}
  if (!options.installCrds) return { written: crds, admission: true, served, manifests: [] }
  const { written, manifests, owner } = await registerAdmission(deps, { ...others, ...known, version }, signal)
  return { written: [...crds, ...written], admission: true, served, manifests, ...(owner && { owner }) }
}

async function registerCustomResources(
  deps: RegistrationDeps,
  options: RegistrationOptions & { readonly version: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const timeoutMs = options.establishedTimeoutMs ?? ESTABLISHED_TIMEOUT_MS
  const manifests = listCustomResources(options.version)
  const install = async (manifest: KubeObject): Promise<readonly string[]> =>
    (await registerCustomResource(deps, manifest, signal)) ? [manifest.metadata.name] : []
  const [standing, served] = await Promise.all([
    options.installCrds ? findRegistered(deps.client, manifests, signal) : new Set<string>(),
    findServed(deps.client, manifests, signal),
  ])
  const due = options.installCrds ? manifests.filter(({ metadata }) => !standing.has(metadata.name)) : []
  const awaited = manifests.filter(({ metadata }) => !served.has(metadata.name))
  if (due.length === 0 && awaited.length === 0) options.onServed?.()
  const written = await Promise.all(due.map(install))
  await Promise.all(awaited.map(manifest => awaitEstablished(deps, { manifest, timeoutMs }, signal)))
  return written.flat()
}
