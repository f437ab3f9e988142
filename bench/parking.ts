import type { Resource } from '../src/api/kinds.ts'
import { PROPAGATION_POLICY } from '../src/api/kinds.ts'
import { LABEL } from '../src/api/names.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import type { Question } from './question.ts'
import { type Figures, percentiles, type Report, round } from './report.ts'

export const parking: Question = {
  name: 'parking',
  asks: 'what a creation costs on the host where policies park',
  clusters: 'own',
  start: { host: 'ordinary' },
  objects: 300,
  measure: measureParking,
}

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }
const DEPLOYMENTS: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
}

/** A namespace that the admission policies leave out, then namespaces with so many policies. */
const PLACES = [
  { name: 'left', namespace: 'kube-public', policies: 0 },
  { name: 'none', namespace: 'bench-0', policies: 0 },
  { name: 'one', namespace: 'bench-1', policies: 1 },
  { name: 'hundred', namespace: 'bench-100', policies: 100 },
  { name: 'thousand', namespace: 'bench-1000', policies: 1_000 },
] as const
const INDEXED_LIMIT_MS = 180_000

/** What does it cost to make an object where policies park? Dry runs, so that only admission differs; the places take turns. */
async function measureParking(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const { host } = clusters
  for (const { namespace, policies } of PLACES.slice(1)) {
    await host.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    await inBatches(policies, index => host.create(PROPAGATION_POLICY, policy(namespace, index)))
  }
  await untilIndexed(clusters)
  const timesMs = new Map<string, number[]>(PLACES.map(({ name }) => [name, []]))
  for (let round_ = 0; round_ < objects; round_++) {
    for (const { name, namespace } of PLACES) {
      const startMs = performance.now()
      await host.create(DEPLOYMENTS, deployment(namespace, round_), { dryRun: true })
      timesMs.get(name)?.push(performance.now() - startMs)
    }
  }
  const figures: Figures = Object.assign({}, ...PLACES.map(({ name }) => percentiles(name, timesMs.get(name) ?? [])))
  const p50 = (name: string): number => figures[`${name}P50Ms`] ?? 0
  const added = PLACES.slice(1).map(({ name }) => [`${name}AddedMs`, round(p50(name) - p50('left'))] as const)
  const ratios = PLACES.slice(2).map(({ name }) => [`${name}P50Ratio`, round(p50(name) / p50('none'))] as const)
  return {
    question: 'parking',
    setting: { objects },
    figures: { ...figures, ...Object.fromEntries([...added, ...ratios]) },
    bare: {},
    requests: [],
  }
}

async function inBatches(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - index) }, (_, n) => make(index + n)))
  }
}

/** Each selects one Deployment by its name and others by labels: neither is ever the one that is made. */
function policy(namespace: string, index: number): KubeObject {
  const selector = { apiVersion: 'apps/v1', kind: 'Deployment' }
  const labelSelector = { matchLabels: { app: `other-${index}`, tier: 'web' } }
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: `policy-${index}`, namespace },
    spec: {
      resourceSelectors: [
        { ...selector, name: `web-${index}` },
        { ...selector, labelSelector },
      ],
      placement: {},
    },
  }
}

function deployment(namespace: string, index: number): KubeObject {
  const labels = { app: `measured-${index}`, tier: 'web' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `measured-${index}`, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } },
    },
  }
}

async function untilIndexed({ host }: ClusterUnderTest): Promise<void> {
  const deadlineMs = performance.now() + INDEXED_LIMIT_MS
  for (;;) {
    const { items } = await host.list(PROPAGATION_POLICY, { labelSelector: `!${LABEL.indexed}` })
    if (items.length === 0) return
    if (performance.now() > deadlineMs) throw new Error(`${items.length} policies were not indexed in time`)
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}
