import { ANNOTATION } from '../api/names.ts'
import { listAt, objectAt, omitFields, stringAt, valueAt, withoutValueAt, withValueAt } from '../object/field.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { withMetadata } from './metadata.ts'

/** Metadata that belongs to one incarnation of an object in one cluster. */
const OWN_METADATA = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
  'ownerReferences',
  'finalizers',
]

/**
 * Labels and annotations that stay on the host: with them a GitOps tool in a member would take what we put there for its
 * own, and prune it.
 *
 * @source design.md "Rules of writing" 10
 */
export const NOT_COPIED_BY_DEFAULT: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'helm.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
]

/** Our own book-keeping about an object of the host. (`flotilla.dev/drift` is the user's word and travels.) */
const BOOKKEEPING: readonly string[] = [
  ANNOTATION.appliedDigest,
  ANNOTATION.templateDigest,
  ANNOTATION.scheduleExplanation,
  'flotilla.dev/parked',
  'flotilla.dev/parked-fields',
]

/** @returns the same object when it has nothing to lose. */
type Pruner = (object: KubeObject) => KubeObject

/** By kind's word, whatever its group. */
const PRUNERS: Readonly<Record<string, Pruner>> = {
  Deployment: pruneDeployment,
  Job: pruneJob,
  Secret: pruneSecret,
  ServiceAccount: pruneServiceAccount,
  Service: pruneService,
  PersistentVolumeClaim: prunePersistentVolumeClaim,
}

/**
 * Takes from an object what belongs to its life on the host and must not reach a member.
 *
 * Guarantees: idempotent; gives the same object when there is nothing to take.
 *
 * @param notCopied keys of labels and annotations that stay on the host
 * @source spec/behaviour/propagation.md §8.3, design.md "Rules of writing" 10
 */
export function prune(object: KubeObject, notCopied: readonly string[] = NOT_COPIED_BY_DEFAULT): KubeObject {
  const general = pruneText(pruneStatus(pruneMetadata(object)), [...notCopied, ...BOOKKEEPING])
  const pruner = Object.hasOwn(PRUNERS, object.kind) ? PRUNERS[object.kind] : undefined
  return pruner?.(general) ?? general
}

function pruneMetadata(object: KubeObject): KubeObject {
  return OWN_METADATA.reduce((trimmed, name) => withoutValueAt(trimmed, ['metadata', name]), object)
}

function pruneStatus(object: KubeObject): KubeObject {
  if (!Object.hasOwn(object, 'status')) return object
  const { status: _status, ...others } = object
  return { ...others, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata }
}

function pruneText(object: KubeObject, keys: readonly string[]): KubeObject {
  return withoutText(withoutText(object, 'labels', keys), 'annotations', keys)
}

function withoutText(object: KubeObject, field: 'labels' | 'annotations', keys: readonly string[]): KubeObject {
  const before = object.metadata[field]
  if (before === undefined) return object
  const after: ObjectMeta['labels'] = omitFields(before, keys)
  return after === before ? object : withMetadata(object, { [field]: after })
}

function pruneDeployment(deployment: KubeObject): KubeObject {
  const revision = 'deployment.kubernetes.io/revision'
  return withoutText(deployment, 'annotations', [revision, `${revision}-history`])
}

const OWNER_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid']
const JOB_LABELS = [...OWNER_LABELS, 'job-name', 'batch.kubernetes.io/job-name']

/** The apiserver chose selector and labels after the Job's UID, unless the user did. */
function pruneJob(job: KubeObject): KubeObject {
  const withoutTtl = withoutValueAt(job, ['spec', 'ttlSecondsAfterFinished'])
  if (valueAt(job, 'spec', 'manualSelector') === true) return withoutTtl
  const withoutSelector = withoutMembers(withoutTtl, ['spec', 'selector', 'matchLabels'], OWNER_LABELS)
  return withoutMembers(withoutSelector, ['spec', 'template', 'metadata', 'labels'], JOB_LABELS)
}

function withoutMembers(
  object: KubeObject,
  path: readonly [string, ...string[]],
  names: readonly string[],
): KubeObject {
  const before = objectAt(object, ...path)
  if (before === undefined) return object
  const after = omitFields(before, names)
  return after === before ? object : withValueAt(object, path, after)
}

/** The token belongs to the ServiceAccount of one cluster; the member makes its own. */
function pruneSecret(secret: KubeObject): KubeObject {
  if (stringAt(secret, 'type') !== 'kubernetes.io/service-account-token') return secret
  const anonymous = withoutText(secret, 'annotations', ['kubernetes.io/service-account.uid'])
  return anonymous['data'] === null ? anonymous : { ...anonymous, data: null }
}

function pruneServiceAccount(account: KubeObject): KubeObject {
  const secrets = listAt(account, 'secrets')
  const kept = secrets.filter(secret => !stringAt(secret, 'name')?.startsWith(`${account.metadata.name}-token-`))
  return kept.length === secrets.length ? account : { ...account, secrets: kept }
}

function pruneService(service: KubeObject): KubeObject {
  const clusterIp = stringAt(service, 'spec', 'clusterIP') ?? ''
  if (clusterIp === '' || clusterIp === 'None') return service
  return withoutMembers(service, ['spec'], ['clusterIP', 'clusterIPs'])
}

function prunePersistentVolumeClaim(claim: KubeObject): KubeObject {
  return withoutText(claim, 'annotations', ['volume.kubernetes.io/selected-node'])
}
