import { canonicalJson } from '../object/digest.ts'
import { listAt, objectAt, stringAt, valueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** An object that another one needs wherever that one goes: named, or selected by labels. */
export interface Dependency {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name?: string
  readonly labelSelector?: object
}

/**
 * What pods of a template need in their namespace: ConfigMaps, Secrets, their ServiceAccount unless it is the default one,
 * and PersistentVolumeClaims. Each once, by kind and then by name.
 *
 * @source spec/behaviour/propagation.md §7 "Default dependencies by kind"
 */
export function podDependencies(podTemplate: unknown, namespace: string): readonly Dependency[] {
  const podSpec = objectAt(podTemplate, 'spec')
  if (podSpec === undefined) return []
  const serviceAccount = stringAt(podSpec, 'serviceAccountName') ?? ''
  const volumes = listAt(podSpec, 'volumes')
  const toDependency = (kind: string) => (name: string) => ({ apiVersion: 'v1', kind, namespace, name })
  return [
    ...distinct([...containersOf(podSpec).flatMap(configMapsOf), ...volumes.flatMap(configMapsOfVolume)]).map(
      toDependency('ConfigMap'),
    ),
    ...distinct(volumes.flatMap(claimsOf)).map(toDependency('PersistentVolumeClaim')),
    ...distinct([
      ...listAt(podSpec, 'imagePullSecrets').map(reference => stringAt(reference, 'name')),
      ...containersOf(podSpec).flatMap(secretsOf),
      ...volumes.flatMap(secretsOfVolume),
    ]).map(toDependency('Secret')),
    ...distinct([serviceAccount === 'default' ? '' : serviceAccount]).map(toDependency('ServiceAccount')),
  ]
}

/** The same, of an object that holds a pod template or is a pod. */
export function templateDependencies(object: KubeObject, ...pathOfTemplate: readonly string[]): readonly Dependency[] {
  return podDependencies(valueAt(object, ...pathOfTemplate), object.metadata.namespace ?? '')
}

/** The same, of a kind whose `spec.volumeClaimTemplates` each member makes into claims for itself. */
export function statefulDependencies(object: KubeObject): readonly Dependency[] {
  const own = listAt(object, 'spec', 'volumeClaimTemplates').map(claim => stringAt(claim, 'metadata', 'name'))
  const isOwn = ({ kind, name }: Dependency): boolean => kind === 'PersistentVolumeClaim' && own.includes(name)
  return templateDependencies(object, 'spec', 'template').filter(dependency => !isOwn(dependency))
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names)].flatMap(name => (name === undefined || name === '' ? [] : [name])).toSorted()
}

function containersOf(podSpec: object): readonly unknown[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap(list => listAt(podSpec, list))
}

const configMapsOf = (container: unknown) => fromEnvironment(container, 'configMapKeyRef', 'configMapRef')
const secretsOf = (container: unknown) => fromEnvironment(container, 'secretKeyRef', 'secretRef')

function fromEnvironment(container: unknown, ofVariable: string, ofAll: string): readonly (string | undefined)[] {
  return [
    ...listAt(container, 'env').map(variable => stringAt(variable, 'valueFrom', ofVariable, 'name')),
    ...listAt(container, 'envFrom').map(source => stringAt(source, ofAll, 'name')),
  ]
}

function configMapsOfVolume(volume: unknown): readonly (string | undefined)[] {
  const projected = listAt(volume, 'projected', 'sources')
  return [stringAt(volume, 'configMap', 'name'), ...projected.map(source => stringAt(source, 'configMap', 'name'))]
}

/** Kinds of volumes that name a Secret with what they need to mount, and where. */
const SECRETS_OF_VOLUMES: readonly (readonly string[])[] = [
  ['secret', 'secretName'],
  ['azureFile', 'secretName'],
  ['cephfs', 'secretRef', 'name'],
  ['cinder', 'secretRef', 'name'],
  ['csi', 'nodePublishSecretRef', 'name'],
  ['flexVolume', 'secretRef', 'name'],
  ['iscsi', 'secretRef', 'name'],
  ['rbd', 'secretRef', 'name'],
  ['scaleIO', 'secretRef', 'name'],
  ['storageos', 'secretRef', 'name'],
]

function secretsOfVolume(volume: unknown): readonly (string | undefined)[] {
  const projected = listAt(volume, 'projected', 'sources')
  return [
    ...SECRETS_OF_VOLUMES.map(path => stringAt(volume, ...path)),
    ...projected.map(source => stringAt(source, 'secret', 'name')),
  ]
}

/** An ephemeral volume has a claim of its own in each member. */
function claimsOf(volume: unknown): readonly (string | undefined)[] {
  return [stringAt(volume, 'persistentVolumeClaim', 'claimName')]
}

/**
 * Joins dependencies that several scripts told: each once.
 *
 * @returns by apiVersion, kind, namespace and name
 * @source spec/behaviour/status.md §6.1
 */
export function mergeDependencies(dependencies: readonly Dependency[]): readonly Dependency[] {
  const keyed = dependencies.map(dependency => [keyOf(dependency), dependency] as const)
  return [...new Map(keyed)].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, dependency]) => dependency)
}

function keyOf({ apiVersion, kind, namespace = '', name = '', labelSelector }: Dependency): string {
  return [apiVersion, kind, namespace, name, canonicalJson(labelSelector ?? null)].join('\n')
}
