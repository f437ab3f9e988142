import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderKubeconfig } from '../e2e/controlplane/kubeconfig.ts'
import { startFleet } from '../e2e/controlplane/start-fleet.ts'
import { waitFor } from '../e2e/controlplane/wait.ts'
import { joinMembers } from '../e2e/joining.ts'
import { type RunningOperator, startOperator } from '../e2e/operator.ts'
import { bundle } from '../scripts/bundle.ts'
import { NAMESPACE, PROPAGATION_POLICY, type Resource } from '../src/api/kinds.ts'
import { executionNamespace } from '../src/api/names.ts'
import { bindingName, workName } from '../src/object/generated-names.ts'
import { formatApiVersion } from '../src/object/gvk.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { type ClusterUnderTest, openClusters } from './cluster-under-test.ts'
import { type Entry, entryAt, putAll, removeUnder, revisionOf } from './etcd-store.ts'
import { type Face, startRooms } from './faces.ts'
import { COPY_PREFIX, type Copier, newCopier, type Sample } from './scale-copies.ts'
import { realisticTemplate, runningStatus } from './scale-template.ts'
import { apiVersionOf, DEPLOYMENT } from './workload.ts'

/** Built-in objects are stored as JSON too, so that copies of them can be written into the etcd. */
const APISERVER_FLAGS = ['--storage-media-type=application/json']
const LIMIT_MS = 600_000
export const NAMESPACE_NAME = 'flotilla-bench-scale'
const POLICY_LABEL = 'bench.flotilla.dev/policy'
export const SERVER = 'member1'

/** A host, and one real apiserver that stands for any number of members, each with a namespace of its own in it. */
export interface ScaleFleet {
  readonly clusters: ClusterUnderTest
  readonly etcdUrl: string
  readonly operator: RunningOperator
  /** Joins more members until there are so many. The operator must run. */
  grow(members: number): Promise<void>
  /** Has the operator propagate a template to so many members, and takes what was stored. */
  propagate(kind: Resource, members: number): Promise<Sample>
  /** Makes copies of a sample. */
  copierOf(sample: Sample): Promise<Copier>
  /** Stores copies of a sample. @returns the revision of the etcd afterwards. */
  seed(sample: Sample, range: { readonly from: number; readonly to: number }): Promise<number>
  /** Removes all copies. The operator must not run. */
  clear(sample: Sample): Promise<void>
  stop(): Promise<void>
}

export async function startScaleFleet(): Promise<ScaleFleet> {
  const fleet = await startFleet({
    host: { kind: 'dedicated', apiserverFlags: APISERVER_FLAGS },
    members: [{ name: SERVER, components: ['apiserver'], apiserverFlags: APISERVER_FLAGS }],
  })
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
  const faces: Face[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(faces.map(face => face.stop()))
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [program = ''] = await bundle(folder)
    const logFile = join(folder, 'operator.log')
    const operator = await startOperator(fleet, { logFile, bundle: program })
    const [member] = fleet.members
    if (member === undefined) throw new Error('there is no member')
    const kubeconfigs = { host: fleet.host.kubeconfigPath, members: [member.kubeconfigPath] }
    const clusters = openClusters(kubeconfigs)
    await clusters.host.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE_NAME } })
    const etcdUrl = fleet.etcd.url
    const copierOf = async (sample: Sample): Promise<Copier> => {
      const policy = JSON.parse(
        (await entryAt(etcdUrl, policyKey(policyName(sample.kind, sample.works.length)))).value,
      ) as KubeObject
      const kept = new Set(JSON.stringify(policy).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])
      return newCopier(sample, kept)
    }
    const names = (): readonly string[] => faces.map(({ name }) => name)
    return {
      clusters,
      etcdUrl,
      operator,
      grow: async members => {
        const added = Array.from({ length: members - faces.length }, (_, index) => `c${faces.length + index + 1}`)
        const opened = await startRooms(member.endpoint, NAMESPACE_NAME, added)
        faces.push(...opened)
        await joinMembers(
          fleet,
          opened.map(({ name, endpoint }) => ({ name, kubeconfig: renderKubeconfig(name, endpoint) })),
        )
      },
      propagate: (kind, members) =>
        propagate({ clusters, etcdUrl, operator }, { kind, members: names().slice(0, members) }),
      copierOf,
      seed: async (sample, range) => {
        await putAll(etcdUrl, copies(await copierOf(sample), range))
        return revisionOf(etcdUrl)
      },
      clear: sample => clear(etcdUrl, sample),
      stop: async () => {
        await clusters.stop()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Not that of its templates, which is another one in every copy. */
export function policyName(kind: string, members: number): string {
  return `policy-${kind.toLowerCase()}-${members}`
}

function policyKey(name: string): string {
  return `/host/policy.karmada.io/propagationpolicies/${NAMESPACE_NAME}/${name}`
}

function* copies(copier: Copier, { from, to }: { readonly from: number; readonly to: number }): Generator<Entry> {
  for (let index = from; index < to; index++) yield* copier.all(index)
}

type Propagating = Pick<ScaleFleet, 'clusters' | 'etcdUrl' | 'operator'>

/** The policy takes what carries its label to the members that it names: later ones change nothing. */
async function propagate(
  { clusters, etcdUrl, operator }: Propagating,
  { kind, members }: { readonly kind: Resource; readonly members: readonly string[] },
): Promise<Sample> {
  const name = `sample-${kind.kind.toLowerCase()}-${members.length}-members`
  const policy = policyName(kind.kind, members.length)
  const labels = { [POLICY_LABEL]: policy }
  const { host } = clusters
  await host.create(PROPAGATION_POLICY, {
    apiVersion: formatApiVersion(PROPAGATION_POLICY),
    kind: PROPAGATION_POLICY.kind,
    metadata: { name: policy, namespace: NAMESPACE_NAME },
    spec: {
      resourceSelectors: [{ apiVersion: apiVersionOf(kind), kind: kind.kind, labelSelector: { matchLabels: labels } }],
      placement: { clusterAffinity: { clusterNames: members } },
    },
  })
  await host.create(kind, realisticTemplate(kind, { name, namespace: NAMESPACE_NAME, labels }))
  const sample = (): Promise<Sample> => takeSample(etcdUrl, { kind, name, members })
  await waitFor(sample, { until: `${name} is in ${members.length} members`, timeoutMs: LIMIT_MS, everyMs: 500 })
  if (kind === DEPLOYMENT) await reportRunning({ clusters, kind, name, members })
  await waitFor(async () => ((await isTold(await sample(), kind)) ? true : undefined), {
    until: `${name} is reported`,
    timeoutMs: LIMIT_MS,
    everyMs: 500,
  })
  await untilQuiet(operator)
  return sample()
}

/** There are no controllers in the members: what they would say is said by hand. */
async function reportRunning({
  clusters,
  kind,
  name,
  members,
}: Pick<Propagating, 'clusters'> & {
  readonly kind: Resource
  readonly name: string
  readonly members: readonly string[]
}) {
  const [client] = clusters.members
  for (const member of members) {
    const key = { namespace: `${NAMESPACE_NAME}--${member}`, name }
    await client?.patch(kind, key, { type: 'merge', body: { status: runningStatus(3) } }, { subresource: 'status' })
  }
}

interface Wanted {
  readonly kind: Resource
  readonly name: string
  readonly members: readonly string[]
}

async function takeSample(etcdUrl: string, { kind, name, members }: Wanted): Promise<Sample> {
  const of = { kind: kind.kind, namespace: NAMESPACE_NAME, name }
  const entry = (key: string): Promise<Entry> => entryAt(etcdUrl, key)
  return {
    ...of,
    template: await entry(`/host/${kind.plural}/${NAMESPACE_NAME}/${name}`),
    binding: await entry(`/host/work.karmada.io/resourcebindings/${NAMESPACE_NAME}/${bindingName(of)}`),
    works: await Promise.all(members.map(member => entry(`${worksOf(member)}${workName(of)}`))),
    objects: await Promise.all(members.map(member => entry(`${objectsOf(kind.plural, member)}${name}`))),
  }
}

export function worksOf(member: string): string {
  return `/host/work.karmada.io/works/${executionNamespace(member)}/`
}

export function objectsOf(plural: string, member: string): string {
  return `/${SERVER}/${plural}/${NAMESPACE_NAME}--${member}/`
}

/** Whether the binding tells of all members, and the template of all replicas. */
async function isTold({ binding, template, objects }: Sample, kind: Resource): Promise<boolean> {
  const applied = binding.value.split('"applied":true').length - 1
  if (applied < objects.length) return false
  return kind !== DEPLOYMENT || template.value.includes(`"readyReplicas":${3 * objects.length}`)
}

async function clear(etcdUrl: string, { template, binding, works, objects, name }: Sample): Promise<void> {
  for (const { key } of [template, binding, ...works, ...objects]) {
    await removeUnder(etcdUrl, key.slice(0, key.lastIndexOf(name)) + COPY_PREFIX)
  }
}

/** Waits until no key waits and nothing is under way, three looks in a row. @returns when that began. */
export async function untilQuiet(
  operator: RunningOperator,
  isStarted = (_page: string): boolean => true,
): Promise<number> {
  let looks = 0
  let sinceMs = 0
  await waitFor(
    async () => {
      const page = await (await fetch(operator.metricsUrl)).text()
      const queues = [...page.matchAll(/^flotilla_(?:workqueue_depth|reconciles_running)\{.*\} (\d+)$/gm)]
      // Asked at every look: it may note what the page tells.
      const quiet = isStarted(page) && queues.length > 0 && queues.every(([, depth]) => depth === '0')
      if (quiet && looks++ === 0) sinceMs = performance.now()
      if (!quiet) looks = 0
      return looks >= 3 || undefined
    },
    // Each look costs the operator a page of all its metrics.
    { until: 'the operator is quiet', timeoutMs: LIMIT_MS, everyMs: 1_000 },
  )
  return sinceMs
}
