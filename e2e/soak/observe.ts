import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { BindingState, Held, Holdings, HostState } from './compare.ts'
import { CLUSTERS, CONFIG_MAPS, DEPLOYMENTS, NAMESPACE } from './objects.ts'
import type { SoakFleet } from './soak-fleet.ts'

const OURS = '?labelSelector=karmada.io%2Fmanaged%3Dtrue'
const BINDINGS = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`

interface Listed {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string
      readonly uid: string
      readonly annotations?: Readonly<Record<string, string>>
    }
    readonly data?: Readonly<Record<string, string>>
    readonly spec?: { readonly replicas?: number }
  }[]
}

/** @returns what every member holds of ours, asked of the members themselves. */
export async function readHoldings({ members }: SoakFleet): Promise<Holdings> {
  const entries = members.map(async ({ name, plane }) => [name, await heldBy(plane)] as const)
  return new Map(await Promise.all(entries))
}

async function heldBy(plane: ControlPlane): Promise<ReadonlyMap<string, Held>> {
  const [maps, deployments] = (await Promise.all([
    plane.request(`${CONFIG_MAPS}${OURS}`),
    plane.request(`${DEPLOYMENTS}${OURS}`),
  ])) as [Listed, Listed]
  const of = (kind: Held['kind'], { metadata, data, spec }: Listed['items'][number]): [string, Held] => {
    const { value = '', mark = '' } = metadata.annotations ?? {}
    // What a ConfigMap says is in its data: a person may have changed just that.
    const says = kind === 'ConfigMap' ? (data?.['value'] ?? '') : value
    return [metadata.name, { kind, uid: metadata.uid, value: says, mark, replicas: spec?.replicas ?? 0 }]
  }
  return new Map([
    ...maps.items.map(item => of('ConfigMap', item)),
    ...deployments.items.map(item => of('Deployment', item)),
  ])
}

interface ListedBindings {
  readonly items: readonly {
    readonly metadata: Metadata
    readonly spec: {
      readonly resource: { readonly name: string }
      readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[]
    }
    readonly status?: Stated
  }[]
}

interface ListedClusters {
  readonly items: readonly {
    readonly metadata: Metadata
    readonly status?: Stated
  }[]
}

interface Stated {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

function isTrue(conditions: Stated['conditions'], wanted: string): boolean {
  return conditions?.some(({ type, status }) => type === wanted && status === 'True') === true
}

interface ListedWorks {
  readonly items: readonly {
    readonly metadata: Metadata
    readonly spec: { readonly workload: { readonly manifests: readonly [Named] } }
  }[]
}

interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly resourceVersion: string
}

interface Named {
  readonly metadata: Omit<Metadata, 'resourceVersion'>
}

/** @returns what the host says of templates and members: bindings, Works and Clusters. */
export async function readHostState({ host: { plane: host }, members }: SoakFleet): Promise<HostState> {
  const bindings = (await host.request(BINDINGS)) as ListedBindings
  const clusters = (await host.request(CLUSTERS)) as ListedClusters
  const lists = members.map(async ({ name }) => [name, await worksOf(host, name)] as const)
  const works = await Promise.all(lists)
  const written = [...bindings.items, ...works.flatMap(([, { items }]) => items)]
  return {
    bindings: new Map(bindings.items.map(binding => [binding.spec.resource.name, bindingState(binding)])),
    works: new Map(works.map(([name, list]) => [name, carriedBy(list)])),
    ready: new Map(clusters.items.map(({ metadata, status }) => [metadata.name, isTrue(status?.conditions, 'Ready')])),
    versions: new Map(
      written.map(({ metadata }) => [`${metadata.namespace}/${metadata.name}`, metadata.resourceVersion]),
    ),
  }
}

function bindingState({ spec, status }: ListedBindings['items'][number]): BindingState {
  return {
    applied: isTrue(status?.conditions, 'FullyApplied'),
    shares: new Map((spec.clusters ?? []).map(({ name, replicas = 0 }) => [name, replicas])),
  }
}

async function worksOf(host: ControlPlane, member: string): Promise<ListedWorks> {
  return (await host.request(`/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member}/works`)) as ListedWorks
}

function carriedBy({ items }: ListedWorks): ReadonlySet<string> {
  const metadata = items.map(({ spec }) => spec.workload.manifests[0].metadata)
  return new Set(metadata.filter(({ namespace }) => namespace === NAMESPACE).map(({ name }) => name))
}
