import {
  CLUSTER,
  CLUSTER_OVERRIDE_POLICY,
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  CLUSTER_TAINT_POLICY,
  NAMESPACE,
  OVERRIDE_POLICY,
  PROPAGATION_POLICY,
  REMEDY,
  RESOURCE_BINDING,
  type Resource,
  SECRET,
  WORK,
  WORKLOAD_REBALANCER,
} from '../api/kinds.ts'
import { executionNamespace } from '../api/names.ts'
import type { Condition } from '../object/condition.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type {
  Binding,
  Cluster,
  ClusterTaintPolicy,
  OverridePolicy,
  Policy,
  Remedy,
  Work,
  WorkloadRebalancer,
} from '../object/karmada-objects.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'

/** What a test says of an object; the rest has defaults. Metadata fields may be given at the top for short. */
export type Wanted<Fields> = Fields &
  Partial<Pick<ObjectMeta, 'name' | 'namespace' | 'uid' | 'labels' | 'annotations' | 'resourceVersion'>> & {
    readonly metadata?: Partial<ObjectMeta>
  }

/** Fields that most kinds have. */
interface SpecAndStatus {
  readonly spec?: object
  readonly status?: object
}

/** Fields with defaults, as long as the test does not give them. */
interface Defaults {
  readonly name: string
  readonly namespace?: string
}

type Row = Pick<Resource, 'group' | 'version' | 'kind' | 'namespaced'>

/** Two objects of one kind and name are the same object: the uid follows from both. */
function uidOf(kind: string, namespace: string | undefined, name: string): string {
  const text = `${kind}/${namespace ?? ''}/${name}`
  let hash = 0
  for (const char of text) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  return `${hash.toString(16).padStart(8, '0')}-0000-4000-8000-${Buffer.from(text).toString('hex').slice(-12).padStart(12, '0')}`
}

function metadataOf(row: Row, wanted: Wanted<object>, defaults: Defaults): ObjectMeta {
  const { name = defaults.name, namespace = defaults.namespace ?? 'default', uid, labels, annotations } = wanted
  return {
    name,
    ...(row.namespaced && { namespace }),
    uid: uid ?? uidOf(row.kind, row.namespaced ? namespace : undefined, name),
    resourceVersion: wanted.resourceVersion ?? '1',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...wanted.metadata,
  }
}

/** What a builder gives: the test's own fields keep their types. */
export type Built<Fields> = KubeObject & Omit<Fields, keyof ObjectMeta | 'metadata'>

function builder(row: Row, defaults: Defaults) {
  return <Fields extends object>(wanted: Wanted<Fields>): Built<Fields> => {
    const { name, namespace, uid, labels, annotations, resourceVersion, metadata, ...fields } = wanted
    return {
      apiVersion: formatApiVersion(row),
      kind: row.kind,
      metadata: metadataOf(row, { ...wanted }, defaults),
      ...fields,
    } as unknown as Built<Fields>
  }
}

const workload = (kind: string, group = 'apps'): Row => ({ group, version: 'v1', kind, namespaced: true })

const podTemplate = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: 'nginx:1.27' }] },
})

interface Replicated extends SpecAndStatus {
  /** Short for `spec.replicas`. Default 1. */
  readonly replicas?: number
}

/** The parts of a spec that a test cares for; the builder has defaults for what is required. */
type Spec<T extends { readonly spec: unknown }> = { readonly spec?: Partial<T['spec']> }
type Status<T extends { readonly status?: unknown }> = { readonly status?: NonNullable<T['status']> }

interface WithManifests {
  /** Short for `spec.workload.manifests`. */
  readonly manifests?: readonly KubeObject[]
}

const NGINX = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx' } as const

const READY = {
  type: 'Ready',
  status: 'True',
  reason: 'ClusterReady',
  message: 'cluster is healthy and ready to accept workloads',
  lastTransitionTime: '2026-01-01T00:00:00Z',
} as const

/** @returns a condition that has been so for a while. */
export function condition(type: string, status: Condition['status'], reason = 'Because'): Condition {
  return { type, status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }
}

function selecting<W extends Wanted<Spec<Policy>>>(wanted: W) {
  return { ...wanted, spec: { resourceSelectors: [NGINX], placement: {}, ...wanted.spec } }
}

/** Builds a workload with a selector and a pod template; `spec` is laid over them. */
function replicatedWorkload(kind: string) {
  const build = builder(workload(kind), { name: 'nginx' })
  return ({ replicas = 1, spec, ...wanted }: Wanted<Replicated> = {}) => {
    const name = wanted.name ?? 'nginx'
    const template = podTemplate(name)
    return build({ ...wanted, spec: { replicas, selector: { matchLabels: { app: name } }, template, ...spec } })
  }
}

/**
 * Objects for tests, complete enough to be valid: `a.deployment({ name: 'web', replicas: 3 })`. Fields that are given
 * replace the defaults; `metadata` is laid over what the short forms say.
 */
export const a = {
  deployment: replicatedWorkload('Deployment'),
  statefulSet: replicatedWorkload('StatefulSet'),
  job: ({ spec, ...wanted }: Wanted<SpecAndStatus> = {}) =>
    builder(workload('Job', 'batch'), { name: 'job' })({
      ...wanted,
      spec: { parallelism: 1, completions: 1, template: podTemplate(wanted.name ?? 'job'), ...spec },
    }),
  service: ({ spec, ...wanted }: Wanted<SpecAndStatus> = {}) =>
    builder(workload('Service', ''), { name: 'nginx' })({
      ...wanted,
      spec: { selector: { app: wanted.name ?? 'nginx' }, ports: [{ port: 80, protocol: 'TCP' }], ...spec },
    }),
  configMap: (wanted: Wanted<{ readonly data?: Readonly<Record<string, string>> }> = {}) =>
    builder(workload('ConfigMap', ''), { name: 'settings' })({ data: { key: 'value' }, ...wanted }),
  secret: (wanted: Wanted<{ readonly data?: Readonly<Record<string, string>>; readonly type?: string }> = {}) =>
    builder(SECRET, { name: 'secret' })({ type: 'Opaque', data: {}, ...wanted }),
  namespace: (wanted: Wanted<SpecAndStatus> = {}) => builder(NAMESPACE, { name: 'default' })(wanted),
  /** A policy for the Deployment `nginx`, for all clusters. */
  policy: (wanted: Wanted<Spec<Policy>> = {}): Policy =>
    builder(PROPAGATION_POLICY, { name: 'policy' })(selecting(wanted)),
  clusterPolicy: (wanted: Wanted<Spec<Policy>> = {}): Policy =>
    builder(CLUSTER_PROPAGATION_POLICY, { name: 'policy' })(selecting(wanted)),
  overridePolicy: ({ spec, ...wanted }: Wanted<Spec<OverridePolicy>> = {}): OverridePolicy =>
    builder(OVERRIDE_POLICY, { name: 'override' })({ ...wanted, spec: { overrideRules: [], ...spec } }),
  clusterOverridePolicy: ({ spec, ...wanted }: Wanted<Spec<OverridePolicy>> = {}): OverridePolicy =>
    builder(CLUSTER_OVERRIDE_POLICY, { name: 'override' })({ ...wanted, spec: { overrideRules: [], ...spec } }),
  /** A binding of the Deployment `nginx`, for all clusters, with no targets yet. */
  binding: ({ spec, ...wanted }: Wanted<Spec<Binding> & Status<Binding>> = {}): Binding =>
    builder(RESOURCE_BINDING, { name: 'nginx-deployment' })({
      ...wanted,
      spec: { resource: { ...NGINX, namespace: wanted.namespace ?? 'default' }, placement: {}, ...spec },
    }),
  clusterBinding: ({ spec, ...wanted }: Wanted<Spec<Binding> & Status<Binding>> = {}): Binding =>
    builder(CLUSTER_RESOURCE_BINDING, { name: 'nginx-clusterrole' })({
      ...wanted,
      spec: {
        resource: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'nginx' },
        placement: {},
        ...spec,
      },
    }),
  /** A cluster that is Ready, unless the status says otherwise. */
  cluster: ({ spec, status, ...wanted }: Wanted<Spec<Cluster> & Status<Cluster>> = {}): Cluster =>
    builder(CLUSTER, { name: 'member1' })({
      ...wanted,
      spec: { syncMode: 'Push' as const, ...spec },
      status: { kubernetesVersion: 'v1.36.3', conditions: [READY], ...status },
    }),
  /** Adds the taint `down:NoExecute` never. */
  clusterTaintPolicy: ({ spec, ...wanted }: Wanted<Spec<ClusterTaintPolicy>> = {}): ClusterTaintPolicy =>
    builder(CLUSTER_TAINT_POLICY, { name: 'taints' })({
      ...wanted,
      spec: { taints: [{ key: 'down', effect: 'NoExecute' as const }], ...spec },
    }),
  /** Asks for nothing. */
  remedy: ({ spec, ...wanted }: Wanted<Spec<Remedy>> = {}): Remedy =>
    builder(REMEDY, { name: 'remedy' })({ ...wanted, spec: { ...spec } }),
  /** A Work of `member1` that holds `manifests`. */
  work: ({ manifests = [], spec, ...wanted }: Wanted<Spec<Work> & Status<Work> & WithManifests> = {}): Work =>
    builder(WORK, { name: 'nginx-work', namespace: executionNamespace('member1') })({
      ...wanted,
      spec: { workload: { manifests }, ...spec },
    }),
  /** Asks for the Deployment `nginx`. */
  rebalancer: ({
    spec,
    ...wanted
  }: Wanted<Spec<WorkloadRebalancer> & Status<WorkloadRebalancer>> = {}): WorkloadRebalancer =>
    builder(WORKLOAD_REBALANCER, { name: 'again' })({
      ...wanted,
      spec: { workloads: [{ ...NGINX, namespace: 'default' }], ...spec },
    }),
  /** Any other kind. */
  object: <F extends object>(row: Row, wanted: Wanted<F>) => builder(row, { name: 'object' })(wanted),
} as const
