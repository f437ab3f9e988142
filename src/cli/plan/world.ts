import {
  CLUSTER,
  CLUSTER_PROPAGATION_POLICY,
  PROPAGATION_POLICY,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  type Resource,
} from '../../api/kinds.ts'
import { formatApiVersion, gvkOf } from '../../object/gvk.ts'
import type { Binding, Cluster, Policy, ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'

/** Everything that a plan is made from. */
export interface World {
  readonly templates: readonly KubeObject[]
  readonly policies: readonly Policy[]
  readonly clusterPolicies: readonly Policy[]
  readonly clusters: readonly Cluster[]
  /** What teaches kinds. */
  readonly customizations: readonly ResourceInterpreterCustomization[]
  /** What is placed already, by {@link bindingKey}. */
  readonly bindings: ReadonlyMap<string, Binding>
}

/** Where objects go that name no namespace, as with kubectl. */
const DEFAULT_NAMESPACE = 'default'
/** Groups of which kinds are rules for the fleet, not templates. */
const OUR_DOMAIN = '.karmada.io'
/** Kinds without a namespace that every cluster has. Of other kinds only a host knows. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  ...['/Namespace', '/Node', '/PersistentVolume', 'apiextensions.k8s.io/CustomResourceDefinition'],
  ...['apiregistration.k8s.io/APIService', 'certificates.k8s.io/CertificateSigningRequest'],
  ...['networking.k8s.io/IngressClass', 'node.k8s.io/RuntimeClass', 'scheduling.k8s.io/PriorityClass'],
  ...['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
  ...['storage.k8s.io/StorageClass', 'storage.k8s.io/CSIDriver', 'storage.k8s.io/VolumeAttributesClass'],
])

/** Sorts the objects of files by what they are; what is neither policy, Cluster nor binding is a template. */
export function worldOf(objects: readonly KubeObject[]): World {
  const placed = objects.map(inNamespace)
  const bindings = placed.filter(isBinding)
  return {
    templates: placed.filter(object => !gvkOf(object).group.endsWith(OUR_DOMAIN)),
    policies: placed.filter(isOf<Policy>(PROPAGATION_POLICY)),
    clusterPolicies: placed.filter(isOf<Policy>(CLUSTER_PROPAGATION_POLICY)),
    clusters: placed.filter(isOf<Cluster>(CLUSTER)),
    customizations: objects.filter(isOf<ResourceInterpreterCustomization>(RESOURCE_INTERPRETER_CUSTOMIZATION)),
    bindings: new Map(bindings.map(binding => [bindingKey(binding), binding])),
  }
}

/** `base` with what `more` has besides or instead of it. */
export function overlaid(base: World, more: World): World {
  return {
    templates: merged(base.templates, more.templates),
    policies: merged(base.policies, more.policies),
    clusterPolicies: merged(base.clusterPolicies, more.clusterPolicies),
    clusters: merged(base.clusters, more.clusters),
    customizations: merged(base.customizations, more.customizations),
    bindings: new Map([...base.bindings, ...more.bindings]),
  }
}

/** Names a binding of either kind. */
export function bindingKey(binding: Pick<KubeObject, 'kind'> & { readonly metadata: KubeObject['metadata'] }): string {
  const { name, namespace = '' } = binding.metadata
  return `${binding.kind} ${formatKey({ name, namespace })}`
}

/** Whether a kind that no host tells of is taken for one without namespaces. */
export function isClusterWide(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object)
  return CLUSTER_WIDE.has(`${group}/${kind}`) || isOf(CLUSTER)(object) || isOf(CLUSTER_PROPAGATION_POLICY)(object)
}

function inNamespace(object: KubeObject): KubeObject {
  if (object.metadata.namespace || isClusterWide(object) || object.kind.startsWith('Cluster')) return object
  return { ...object, metadata: { ...object.metadata, namespace: DEFAULT_NAMESPACE } }
}

/** Tells the objects of one kind. */
export function isOf<T extends KubeObject>(resource: Resource): (object: KubeObject) => object is T {
  return (object): object is T => object.kind === resource.kind && object.apiVersion === formatApiVersion(resource)
}

function isBinding(object: KubeObject): object is Binding {
  return object.apiVersion.startsWith('work.karmada.io/') && object.kind.endsWith('ResourceBinding')
}

function merged<T extends KubeObject>(base: readonly T[], more: readonly T[]): readonly T[] {
  const keyed = [...base, ...more].map((object): [string, T] => [
    `${object.apiVersion} ${object.kind} ${formatKey(keyOf(object))}`,
    object,
  ])
  return [...new Map(keyed).values()]
}
