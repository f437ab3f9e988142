import type { ControlPlane } from '../controlplane/control-plane.ts'
import { byName } from './by-name.ts'
import { CLUSTERS, DEPLOYMENTS, NAMESPACE, OVERRIDE_PATHS, POLICY_PATHS } from './objects.ts'
import { countsOf } from './observe.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { BindingState, Counts, HostState, MemberState, Rollout, WorkState } from './states.ts'
import type { Template } from './world.ts'

const BINDINGS = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`
const WORK_API = '/apis/work.karmada.io/v1alpha1'
/** Of the namespaces in which Works are. */
const EXECUTION = 'karmada-es-'

interface List<T> {
  readonly items: readonly T[]
}

interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
}

interface Deployment {
  readonly metadata: Metadata
  readonly status?: Partial<Counts> & { readonly observedGeneration?: number }
}

async function listOf<T>(plane: ControlPlane, path: string): Promise<readonly T[]> {
  return ((await plane.request(path)) as List<T>).items
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

interface Named {
  readonly kind: Template['kind']
  readonly name: string
}

interface Manifest {
  readonly kind: Template['kind']
  readonly metadata: Pick<Metadata, 'name' | 'namespace'>
}

interface Binding {
  readonly metadata: Metadata
  readonly spec: {
    readonly resource: Named
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
  readonly spec: { readonly workload: { readonly manifests: readonly [Manifest] } }
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
    bindings: byName(bindings.map(binding => ({ ...binding.spec.resource, value: bindingState(binding) }))),
    works: new Map(works.map(([name, ofMember]) => [name, ofMember.map(workState)])),
    clusters: new Map(clusters.map(cluster => [cluster.metadata.name, memberState(cluster)])),
    rollouts: new Map(templates.map(template => [template.metadata.name, rolloutOf(template)])),
    policies: await namesAt(host, POLICY_PATHS),
    overrides: await namesAt(host, OVERRIDE_PATHS),
    spaces: (await namesAt(host, ['/api/v1/namespaces'])).flatMap(executesFor),
    versions: new Map(written.map(({ metadata }) => [pathOf(metadata), metadata.resourceVersion])),
  }
}

async function namesAt(host: ControlPlane, paths: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(paths.map(path => listOf<{ readonly metadata: Metadata }>(host, path)))
  return lists.flat().map(({ metadata }) => metadata.name)
}

function executesFor(namespace: string): readonly string[] {
  return namespace.startsWith(EXECUTION) ? [namespace.slice(EXECUTION.length)] : []
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
    // Only there where it is not.
    shown: conditionOf(status, 'StatusAggregated')?.status !== 'False',
    shares: new Map((spec.clusters ?? []).map(({ name, replicas = 0 }) => [name, replicas])),
    required: (spec.requiredBy ?? []).flatMap(({ clusters = [] }) => clusters.map(({ name }) => name)),
    leaving: (spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster),
    told: (status?.aggregatedStatus ?? []).filter(({ applied }) => applied).map(({ clusterName }) => clusterName),
  }
}

/** Without the one that carries the namespace itself. */
async function worksOf(host: ControlPlane, member: string): Promise<readonly Work[]> {
  const works = await listOf<Work>(host, `${WORK_API}/namespaces/${EXECUTION}${member}/works`)
  return works.filter(({ spec }) => spec.workload.manifests[0].metadata.namespace === NAMESPACE)
}

function workState({ metadata, spec, status }: Work): WorkState {
  const applied = conditionOf(status, 'Applied')
  const isLatest = applied?.observedGeneration === metadata.generation
  const [{ kind, metadata: object }] = spec.workload.manifests
  return { kind, name: object.name, applied: applied?.status === 'True' && isLatest }
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
