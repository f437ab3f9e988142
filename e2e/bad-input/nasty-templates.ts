import { KINDS } from '../../src/interpreter/kinds/registry.ts'
import { THIRD_PARTY_KINDS } from '../../src/interpreter/thirdparty/registry.ts'
import { formatApiVersion } from '../../src/object/gvk.ts'
import type { JsonObject, KubeObject } from '../../src/object/kube-object.ts'
import type { Random } from '../soak/random.ts'
import { BIG_INTEGERS, nastyMap, nastyText, nastyTexts, nastyValue, spoilt } from './nasty-values.ts'

const OTHERS: readonly (readonly [string, string])[] = [
  ['v1', 'ConfigMap'],
  ['v1', 'Namespace'],
  ['example.com/v1', 'Ledger'],
  // Lowered, these two are one word.
  ['example.com/v1', 'LEDGER'],
  ['example.com/v1', 'constructor'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
]
const KNOWN: readonly (readonly [string, string])[] = [...KINDS, ...THIRD_PARTY_KINDS].map(({ gvk }) => [
  formatApiVersion(gvk),
  gvk.kind,
])
/** Names that an apiserver takes for most kinds, and some that it takes for few. */
const NAMES: readonly string[] = [
  ...[
    'a',
    'a-configmap',
    'a.b-c',
    'constructor',
    '0',
    '1e5',
    'true',
    'a'.repeat(253),
    `${'a'.repeat(62)}.`.repeat(3).concat('b'),
  ],
  ...['System:Node', 'system:node', 'a:b', 'İ', 'x--y', 'deployment', 'karmada-es-member1', 'kube-root-ca.crt'],
]
const NAMESPACES: readonly string[] = [
  'default',
  'kube-system',
  'karmada-es-member1',
  'karmada-cluster',
  'a'.repeat(63),
]

/** A template as an apiserver would hand it out: its metadata are in order, all else may be anything. */
export function nastyTemplate(random: Random): KubeObject {
  const [apiVersion, kind] = random.pick(random.happens(0.75) ? KNOWN : OTHERS)
  const body = random.happens(0.2) ? nastyMap(random, 6) : bodyOf(random)
  return { ...body, apiVersion, kind, metadata: metadataOf(random) }
}

/** What a member that nobody trusts reports of an object. */
export function nastyObserved(random: Random, template: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = template
  const status = random.happens(0.5) ? nastyValue(random, 5) : spoilt(random, statusOf(random), 0.15)
  const body = Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, random.happens(0.5) ? spoilt(random, value) : value]),
  )
  return { ...body, status, apiVersion, kind, metadata: { ...metadataOf(random), ...same(metadata) } }
}

function same({ name, namespace }: KubeObject['metadata']): { name: string; namespace?: string } {
  return { name, ...(namespace !== undefined && { namespace }) }
}

function metadataOf(random: Random): KubeObject['metadata'] {
  return {
    name: random.pick(NAMES),
    ...(random.happens(0.8) && { namespace: random.pick(NAMESPACES) }),
    uid: `uid-${random.below(5)}`,
    resourceVersion: String(1 + random.below(1000)),
    generation: random.below(5),
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(random.happens(0.6) && { labels: nastyTexts(random) }),
    ...(random.happens(0.6) && { annotations: annotationsOf(random) }),
    ...(random.happens(0.2) && { finalizers: [nastyText(random), 'example.com/keep'] }),
    ...(random.happens(0.2) && { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'uid-1' }] }),
    ...(random.happens(0.1) && { managedFields: [managedFieldsOf(random)] }),
  }
}

const OURS: readonly string[] = [
  ...[
    'flotilla.dev/parked-fields',
    'flotilla.dev/drift',
    'work.karmada.io/conflict-resolution',
    'flotilla.dev/takeover',
  ],
  ...[
    'resourcetemplate.karmada.io/managed-annotations',
    'resourcetemplate.karmada.io/managed-labels',
    'flotilla.dev/parked',
  ],
  ...[
    'resourcetemplate.karmada.io/generation',
    'propagationpolicy.karmada.io/permanent-id',
    'flotilla.dev/applied-digest',
  ],
]

function annotationsOf(random: Random): Record<string, string> {
  const ours = random.some(OURS).map((name): [string, string] => [name, nastyText(random)])
  return { ...nastyTexts(random), ...Object.fromEntries(random.happens(0.3) ? ours : []) }
}

function managedFieldsOf(random: Random): JsonObject {
  const fields = { 'f:spec': nastyMap(random), 'f:metadata': { 'f:labels': {} }, ...nastyMap(random) }
  return { manager: random.pick(['flotilla', 'x', '']), operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: fields }
}

function bodyOf(random: Random): JsonObject {
  const quantity = (): unknown => (random.happens(0.5) ? nastyValue(random, 1) : random.pick(['1', 2, '100m', '1Gi']))
  const container = {
    name: 'a',
    image: random.pick(['nginx', 'r.example:5000/a/b:1@sha256:0', 'NOT AN IMAGE', '']),
    env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a' }, configMapKeyRef: { name: 'b' } } }],
    envFrom: [{ configMapRef: { name: 'c' } }],
    command: ['sh'],
    args: [nastyText(random)],
    resources: { requests: { cpu: quantity(), memory: quantity() }, limits: { [nastyText(random)]: quantity() } },
  }
  const pod = {
    containers: [container],
    initContainers: [container],
    volumes: [
      { name: 'v', configMap: { name: 'a' }, secret: { secretName: 'b' }, persistentVolumeClaim: { claimName: 'c' } },
    ],
    nodeSelector: nastyTexts(random),
    tolerations: [{ key: 'a', operator: 'Exists' }],
    serviceAccountName: 'a',
    imagePullSecrets: [{ name: 'x' }],
  }
  const template = { metadata: { labels: { app: 'a' } }, spec: pod }
  const spec = {
    replicas: random.happens(0.5) ? nastyValue(random, 0) : 3,
    parallelism: 2,
    completions: 4,
    selector: { matchLabels: { app: 'a' }, matchExpressions: [nastyValue(random)] },
    template,
    jobTemplate: { spec: { template } },
    big: JSON.rawJSON(random.pick(BIG_INTEGERS)),
    [nastyText(random)]: nastyValue(random),
  }
  return spoiltObject(random, { spec, data: nastyTexts(random), status: statusOf(random) })
}

function statusOf(random: Random): JsonObject {
  return {
    observedGeneration: random.pick([0, 1, 2, 3]),
    replicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
    updatedReplicas: 3,
    active: 1,
    succeeded: random.happens(0.5) ? JSON.rawJSON(random.pick(BIG_INTEGERS)) : 1,
    conditions: [
      { type: random.pick(['Ready', 'Available', 'Complete', 'Failed']), status: random.pick(['True', 'False', 'x']) },
      nastyValue(random),
    ],
    loadBalancer: { ingress: [{ ip: '10.0.0.1', ports: [nastyValue(random)] }] },
    phase: nastyText(random),
    startTime: random.pick(['2026-01-01T00:00:00Z', 'yesterday', '']),
    completionTime: nastyText(random),
  }
}

function spoiltObject(random: Random, object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, spoilt(random, value, 0.03)]))
}
