import { deepEqual } from '../object/equality.ts'
import { listAt, objectAt, omitFields, stringAt, valueAt, withoutValueAt, withValueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { withoutText } from './metadata.ts'

/** @returns the same object when it has nothing to lose. */
type Pruner = (object: KubeObject) => KubeObject

/** What single kinds lose, by the kind's word, whatever its group. */
export const PRUNERS: Readonly<Record<string, Pruner>> = {
  DaemonSet: pruneDaemonSet,
  Deployment: pruneDeployment,
  Job: pruneJob,
  PersistentVolume: prunePersistentVolume,
  PersistentVolumeClaim: prunePersistentVolumeClaim,
  Pod: prunePod,
  Secret: pruneSecret,
  Service: pruneService,
  ServiceAccount: pruneServiceAccount,
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

/** Counted by each apiserver for itself. */
function pruneDaemonSet(daemonSet: KubeObject): KubeObject {
  return withoutText(daemonSet, 'annotations', ['deprecated.daemonset.template.generation'])
}

const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'

/** With this annotation the host's volume controller chose the other half; without it the user did. */
function isBoundByController({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[BOUND_BY_CONTROLLER] !== undefined
}

const CLAIM_ANNOTATIONS = [
  'pv.kubernetes.io/bind-completed',
  BOUND_BY_CONTROLLER,
  'pv.kubernetes.io/migrated-to',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
]

function prunePersistentVolumeClaim(claim: KubeObject): KubeObject {
  const unbound = isBoundByController(claim) ? withoutValueAt(claim, ['spec', 'volumeName']) : claim
  return withoutText(unbound, 'annotations', CLAIM_ANNOTATIONS)
}

/** A volume that names the UID of the host's claim would be taken for released in a member. */
function prunePersistentVolume(volume: KubeObject): KubeObject {
  const unbound = isBoundByController(volume)
    ? withoutValueAt(volume, ['spec', 'claimRef'])
    : withoutMembers(volume, ['spec', 'claimRef'], ['uid', 'resourceVersion'])
  return withoutText(unbound, 'annotations', [BOUND_BY_CONTROLLER, 'pv.kubernetes.io/migrated-to'])
}

/** Computed from a class by each cluster, whose admission refuses any other value. */
const COMPUTED_FIELDS = ['priority', 'preemptionPolicy', 'overhead']

function prunePod(pod: KubeObject): KubeObject {
  const computed = withoutMembers(pod, ['spec'], COMPUTED_FIELDS)
  // Tells which requests and limits a LimitRange of the host filled in.
  const own = withoutText(computed, 'annotations', ['kubernetes.io/limit-ranger'])
  return withoutTokenVolumes(withoutDefaultTolerations(withoutDefaultAccount(own)))
}

/** The account that a Pod has anyway. */
function withoutDefaultAccount(pod: KubeObject): KubeObject {
  const isDefault = ['serviceAccountName', 'serviceAccount'].filter(name => stringAt(pod, 'spec', name) === 'default')
  return withoutMembers(pod, ['spec'], isDefault)
}

const DEFAULT_TOLERATIONS = ['not-ready', 'unreachable'].map(condition => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

/** Every cluster adds its own. */
function withoutDefaultTolerations(pod: KubeObject): KubeObject {
  const tolerations = listAt(pod, 'spec', 'tolerations')
  const own = tolerations.filter(toleration => !DEFAULT_TOLERATIONS.some(added => deepEqual(added, toleration)))
  if (own.length === tolerations.length) return pod
  return own.length === 0
    ? withoutValueAt(pod, ['spec', 'tolerations'])
    : withValueAt(pod, ['spec', 'tolerations'], own)
}

/** The volume with the token of the host's ServiceAccount, by the name that admission gives it. */
const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]+$/

function withoutTokenVolumes(pod: KubeObject): KubeObject {
  const volumes = listAt(pod, 'spec', 'volumes')
  const kept = volumes.filter(volume => !isTokenVolume(volume))
  if (kept.length === volumes.length) return pod
  const unmounted = CONTAINER_LISTS.reduce(withoutTokenMounts, pod)
  return kept.length === 0
    ? withoutValueAt(unmounted, ['spec', 'volumes'])
    : withValueAt(unmounted, ['spec', 'volumes'], kept)
}

function isTokenVolume(volume: unknown): boolean {
  return TOKEN_VOLUME.test(stringAt(volume, 'name') ?? '') && objectAt(volume, 'projected') !== undefined
}

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers']

function withoutTokenMounts(pod: KubeObject, field: string): KubeObject {
  const containers = listAt(pod, 'spec', field)
  return containers.length === 0 ? pod : withValueAt(pod, ['spec', field], containers.map(unmounted))
}

function unmounted(container: unknown): unknown {
  if (!isJsonObject(container)) return container
  const mounts = listAt(container, 'volumeMounts')
  const kept = mounts.filter(mount => !TOKEN_VOLUME.test(stringAt(mount, 'name') ?? ''))
  if (kept.length === mounts.length) return container
  return kept.length === 0 ? omitFields(container, ['volumeMounts']) : { ...container, volumeMounts: kept }
}
