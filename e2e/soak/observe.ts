import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CLUSTERS, CONFIG_MAPS, DEPLOYMENTS, NAMESPACE } from './objects.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { BindingState, Counts, Held, Holdings, HostState, MemberState, Rollout, WorkState } from './states.ts'

const OURS = '?labelSelector=karmada.io%2Fmanaged%3Dtrue'
const BINDINGS = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`
const WORK_API = '/apis/work.karmada.io/v1alpha1'

interface List<T> {
  readonly items: readonly T[]
}

interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly annotations?: Readonly<Record<string, string>>
}

interface ConfigMap {
  readonly metadata: Metadata
  readonly data?: Readonly<Record<string, string>>
}

interface Deployment {
  readonly metadata: Metadata
  readonly spec: { readonly replicas?: number }
  readonly status?: Partial<Counts> & { readonly observedGeneration?: number }
}

/** @returns what every member holds of ours, asked of the members themselves. */
export async function readHoldings({ members }: SoakFleet): Promise<Holdings> {
  const entries = members.map(async ({ name, plane }) => [name, await heldBy(plane)] as const)
  return new Map(await Promise.all(entries))
}

async function heldBy(plane: ControlPlane): Promise<ReadonlyMap<string, Held>> {
  const [maps, deployments] = await Promise.all([
    listOf<ConfigMap>(plane, `${CONFIG_MAPS}${OURS}`),
    listOf<Deployment>(plane, `${DEPLOYMENTS}${OURS}`),
  ])
  return new Map([
    ...maps.map(map => [map.metadata.name, heldMap(map)] as const),
    ...deployments.map(deployment => [deployment.metadata.name, heldDeployment(deployment)] as const),
  ])
}

async function listOf<T>(plane: ControlPlane, path: string): Promise<readonly T[]> {
  return ((await plane.request(path)) as List<T>).items
}

/** What a ConfigMap says is in its data: a person may have changed just that. */
function heldMap({ metadata, data }: ConfigMap): Held {
  return { ...heldBase(metadata), kind: 'ConfigMap', value: data?.['value'] ?? '', replicas: 0, counts: countsOf({}) }
}

function heldDeployment({ metadata, spec, status = {} }: Deployment): Held {
  const value = metadata.annotations?.['value'] ?? ''
  return {
    ...heldBase(metadata),
    ...{ kind: 'Deployment', value, replicas: spec.replicas ?? 0, counts: countsOf(status) },
  }
}

function heldBase({ uid, annotations }: Metadata): Pick<Held, 'uid' | 'mark'> {
  return { uid, mark: annotations?.['mark'] ?? '' }
}

function countsOf({ replicas = 0, readyReplicas = 0, updatedReplicas = 0 }: Partial<Counts>): Counts {
  return { replicas, readyReplicas, updatedReplicas }
}

interface Conditioned {
  readonly conditions?: readonly Condition[]
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly observedGeneration?: number
  readonly lastTransitionTime?: string
}

interface Binding {
  readonly metadata: Metadata
  readonly spec: {
    readonly resource: { readonly name: string }
    readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[]
    readonly requiredBy?: readonly { readonly clusters?: readonly { readonly name: string }[] }[]
    readonly gracefulEvictionTasks?: readonly { readonly fromCluster: string }[]
  }
  readonly status?: Conditioned & {
    readonly schedulerObservedGeneration?: number
    readonly aggregatedStatus?: readonly { readonly clusterName: string; readonly applied?: boolean }[]
  }
}

interface Cluster {
  readonly metadata: Metadata
  readonly spec: { readonly taints?: readonly { readonly key: string; readonly effect: string }[] }
  readonly status?: Conditioned
}

interface Work {
  readonly metadata: Metadata
  readonly spec: { readonly workload: { readonly manifests: readonly [{ readonly metadata: Metadata }] } }
  readonly status?: Conditioned
}

/** @returns what the host says of templates and members. */
export async function readHostState({ host: { plane: host }, members }: SoakFleet): Promise<HostState> {
  const [bindings, clusters, templates] = await Promise.all([
    listOf<Binding>(host, BINDINGS),
    listOf<Cluster>(host, CLUSTERS),
    listOf<Deployment>(host, DEPLOYMENTS),
  ])
  const works = await Promise.all(members.map(async ({ name }) => [name, await worksOf(host, name)] as const))
  const written: readonly { readonly metadata: Metadata }[] = [
    ...bindings,
    ...templates,
    ...works.flatMap(([, ofMember]) => ofMember),
  ]
  return {
    bindings: new Map(bindings.map(binding => [binding.spec.resource.name, bindingState(binding)])),
    works: new Map(works.map(([name, ofMember]) => [name, ofMember.map(workState)])),
    clusters: new Map(clusters.map(cluster => [cluster.metadata.name, memberState(cluster)])),
    rollouts: new Map(templates.map(template => [template.metadata.name, rolloutOf(template)])),
    versions: new Map(written.map(({ metadata }) => [pathOf(metadata), metadata.resourceVersion])),
  }
}

/** Of a template and its binding, which differ in their names. */
function pathOf({ namespace, name }: Metadata): string {
  return `${namespace}/${name}`
}

function conditionOf(status: Conditioned | undefined, wanted: string): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === wanted)
}

function isTrue(status: Conditioned | undefined, wanted: string): boolean {
  return conditionOf(status, wanted)?.status === 'True'
}

function bindingState({ metadata, spec, status }: Binding): BindingState {
  const isLatest = status?.schedulerObservedGeneration === metadata.generation
  return {
    applied: isTrue(status, 'FullyApplied'),
    scheduled: isTrue(status, 'Scheduled') && isLatest,
    shares: new Map((spec.clusters ?? []).map(({ name, replicas = 0 }) => [name, replicas])),
    required: (spec.requiredBy ?? []).flatMap(({ clusters = [] }) => clusters.map(({ name }) => name)),
    leaving: (spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster),
    told: (status?.aggregatedStatus ?? []).filter(({ applied }) => applied).map(({ clusterName }) => clusterName),
  }
}

/** Without the one that carries the namespace itself. */
async function worksOf(host: ControlPlane, member: string): Promise<readonly Work[]> {
  const works = await listOf<Work>(host, `${WORK_API}/namespaces/karmada-es-${member}/works`)
  return works.filter(({ spec }) => spec.workload.manifests[0].metadata.namespace === NAMESPACE)
}

function workState({ metadata, spec, status }: Work): WorkState {
  const applied = conditionOf(status, 'Applied')
  const isLatest = applied?.observedGeneration === metadata.generation
  return { name: spec.workload.manifests[0].metadata.name, applied: applied?.status === 'True' && isLatest }
}

function memberState({ spec, status }: Cluster): MemberState {
  const ready = conditionOf(status, 'Ready')
  return {
    ready: ready?.status === 'True',
    since: ready?.lastTransitionTime ?? '',
    taints: (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`),
  }
}

function rolloutOf({ metadata, status = {} }: Deployment): Rollout {
  return { counts: countsOf(status), isCurrent: status.observedGeneration === metadata.generation }
}
