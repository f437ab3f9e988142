import type { Cluster, OverridePolicy, Policy } from '../../src/object/karmada-objects.ts'
import type { KubeObject } from '../../src/object/kube-object.ts'
import { a } from '../../src/testing/builders.ts'
import type { Random } from '../soak/random.ts'
import { nastyKey, nastyText, nastyTexts, nastyValue } from './nasty-values.ts'

const MEMBERS: readonly string[] = ['member1', 'member2', 'constructor', '__proto__', `${'m'.repeat(48)}`]

/** A policy that its schema takes, and that selects the template. */
export function nastyPolicy(random: Random, { apiVersion, kind, metadata }: KubeObject): Policy {
  const selectors = [
    { apiVersion, kind, ...(random.happens(0.5) && { name: metadata.name }) },
    { apiVersion: nastyText(random), kind: nastyText(random), labelSelector: labelSelectorOf(random) },
    { apiVersion: 'policy.karmada.io/v1alpha1', kind: 'PropagationPolicy' },
  ]
  const spec = {
    resourceSelectors: random.happens(0.1) ? selectors.toReversed() : selectors,
    placement: placementOf(random),
    ...(random.happens(0.3) && { priority: random.pick([-(2 ** 31), 0, 2 ** 31 - 1]) }),
    ...(random.happens(0.3) && { propagateDeps: true }),
    ...(random.happens(0.2) && { conflictResolution: 'Overwrite' as const }),
  }
  const wanted = { name: nastyName(random), labels: {}, spec }
  return metadata.namespace === undefined
    ? a.clusterPolicy(wanted)
    : a.policy({ ...wanted, namespace: metadata.namespace })
}

/** Clusters with labels, taints and room of all sorts. */
export function nastyClusters(random: Random): readonly Cluster[] {
  const most = random.happens(0.02) ? 2000 : 5
  const names = Array.from({ length: 1 + random.below(most) }, (_, at) => MEMBERS[at] ?? `member${at}`)
  return names.map(name =>
    a.cluster({
      name,
      labels: nastyTexts(random),
      spec: {
        syncMode: 'Push' as const,
        region: nastyText(random),
        taints: Array.from({ length: random.below(random.happens(0.05) ? 1000 : 3) }, (_, at) => ({
          key: `k${at}`,
          value: nastyText(random),
          effect: random.pick(['NoSchedule', 'NoExecute'] as const),
        })),
      },
      status: {
        apiEnablements: [{ groupVersion: 'v1', resources: [{ kind: 'ConfigMap', name: 'configmaps' }] }],
        resourceSummary: { allocatable: roomOf(random), allocated: roomOf(random) },
      },
    }),
  )
}

/** Overrides at places that are there, that are not, and that are no places. */
export function nastyOverride(random: Random, { metadata }: KubeObject): OverridePolicy {
  const rule = () => ({
    ...(random.happens(0.3) && { targetCluster: affinityOf(random) }),
    overriders: {
      ...(random.happens(0.6) && { plaintext: Array.from({ length: 1 + random.below(3) }, () => plaintextOf(random)) }),
      ...(random.happens(0.2) && { labelsOverrider: [metadataEntry(random)] }),
      ...(random.happens(0.2) && { annotationsOverrider: [metadataEntry(random)] }),
      ...(random.happens(0.2) && { imageOverrider: [imageEntry(random)] }),
      ...(random.happens(0.2) && { argsOverrider: [wordsEntry(random)] }),
      ...(random.happens(0.2) && { commandOverrider: [wordsEntry(random)] }),
      ...(random.happens(0.2) && { fieldOverrider: [fieldEntry(random)] }),
    },
  })
  const spec = { overrideRules: Array.from({ length: 1 + random.below(2) }, rule) }
  return metadata.namespace === undefined
    ? a.clusterOverridePolicy({ name: nastyName(random), spec })
    : a.overridePolicy({ name: nastyName(random), namespace: metadata.namespace, spec })
}

const operatorOf = (random: Random) => random.pick(['add', 'replace', 'remove'] as const)

function plaintextOf(random: Random) {
  const value = random.happens(0.8) ? nastyValue(random) : undefined
  return { path: nastyPath(random), operator: operatorOf(random), ...(value !== undefined && { value }) }
}

const metadataEntry = (random: Random) => ({ operator: operatorOf(random), value: nastyTexts(random) })
const wordsEntry = (random: Random) => ({
  containerName: random.pick(['a', nastyText(random)]),
  operator: random.pick(['add', 'remove'] as const),
  value: [nastyText(random), 'sh'],
})
const imageEntry = (random: Random) => ({
  component: random.pick(['Registry', 'Repository', 'Tag'] as const),
  operator: operatorOf(random),
  value: nastyText(random),
  ...(random.happens(0.3) && { predicate: { path: nastyPath(random) } }),
})
const fieldEntry = (random: Random) => ({
  fieldPath: nastyPath(random),
  [random.pick(['json', 'yaml'])]: [
    { subPath: nastyPath(random), operator: operatorOf(random), value: nastyValue(random) },
  ],
})

const PATHS: readonly string[] = [
  ...[
    '',
    '/',
    '//',
    '/spec',
    '/spec/replicas',
    '/spec/template/spec/containers/0/image',
    '/spec/template/spec/containers/-',
  ],
  ...[
    '/metadata',
    '/metadata/name',
    '/metadata/labels/a~1b',
    '/metadata/annotations',
    '/kind',
    '/apiVersion',
    '/data/constructor',
  ],
  ...[
    '/__proto__/polluted',
    '/constructor/prototype/polluted',
    '/spec/__proto__',
    '/spec/-1',
    '/data/~2',
    'spec',
    '/status',
  ],
]

function nastyPath(random: Random): string {
  return random.happens(0.7) ? random.pick(PATHS) : `/${nastyKey(random)}/${nastyKey(random)}`
}

function nastyName(random: Random): string {
  return random.pick(['a', 'constructor', 'b.c', 'x'.repeat(253), '__proto__'])
}

function placementOf(random: Random) {
  const weight = () => random.pick([1, 2 ** 31, 2 ** 53 - 1, 2 ** 62])
  const staticWeightList = [{ targetCluster: affinityOf(random), weight: weight() }]
  const preference = { replicaDivisionPreference: 'Weighted' as const, weightPreference: { staticWeightList } }
  return {
    ...(random.happens(0.5) && { clusterAffinity: affinityOf(random) }),
    ...(random.happens(0.5) && {
      replicaScheduling: { replicaSchedulingType: 'Divided' as const, ...(random.happens(0.6) && preference) },
    }),
    ...(random.happens(0.3) && {
      spreadConstraints: [{ spreadByField: 'cluster' as const, minGroups: random.below(5), maxGroups: 2 ** 31 }],
    }),
    ...(random.happens(0.3) && { clusterTolerations: [{ key: nastyText(random), operator: 'Exists' as const }] }),
  }
}

function affinityOf(random: Random) {
  return {
    ...(random.happens(0.5) && { clusterNames: random.happens(0.05) ? manyNames() : [...MEMBERS] }),
    ...(random.happens(0.3) && { exclude: [nastyText(random)] }),
    ...(random.happens(0.4) && { labelSelector: labelSelectorOf(random) }),
  }
}

const manyNames = (): string[] => Array.from({ length: 3000 }, (_, at) => `member${at}`)

function labelSelectorOf(random: Random) {
  return {
    matchLabels: nastyTexts(random),
    matchExpressions: [
      {
        key: nastyKey(random),
        operator: random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist'] as const),
        values: [nastyText(random)],
      },
    ],
  }
}

function roomOf(random: Random): Record<string, string> {
  return {
    cpu: nastyText(random),
    memory: random.pick(['1Gi', 'x', '1e9']),
    pods: '110',
    [nastyText(random)]: nastyText(random),
  }
}
