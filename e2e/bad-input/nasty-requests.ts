import type { Random } from '../soak/random.ts'
import { collectionOf, FUZZ_LABELS, LEDGER, LOUD_LEDGER, NAMESPACE, openObject } from './kinds.ts'
import { LARGE_OBJECTS, LARGE_SHARE } from './large-requests.ts'
import { BIG_INTEGERS, nastyKey, nastyMap, nastyText, nastyTexts, nastyValue, spoilt } from './nasty-values.ts'
import { roundStart } from './rounds.ts'

/** What somebody sends to the host's apiserver, which refuses some of it. */
export interface NastyRequest {
  /** Of the collection. */
  readonly path: string
  readonly object: { readonly metadata: { readonly name: string; readonly namespace?: string } } & Readonly<
    Record<string, unknown>
  >
  /** Selected by the suite's policy: it must reach the member, or its binding must say why not. */
  readonly isTemplate: boolean
}

const KARMADA = {
  policy: 'policy.karmada.io/v1alpha1',
  work: 'work.karmada.io/v1alpha1',
  binding: 'work.karmada.io/v1alpha2',
}
/** On templates that override policies of the cases near by select. */
export const OVERRIDE_LABEL = 'example.com/overridden-with'
/** Cases in a row, and all of one round: among so many are a template or two that can be overridden, and policies that do. */
const GROUP_CASES = 50
const MEBI = 2 ** 20
const MOST_NAME = 253

/** @param at its number: in names, so that each is another one. */
export function nastyRequest(random: Random, at: number): NastyRequest {
  if (random.happens(LARGE_SHARE)) return random.pick(LARGE_OBJECTS).request(`large-${at}`, random)
  const make = random.happens(0.02) ? loudLedger : random.pick(random.happens(0.6) ? TEMPLATES : OTHERS)
  return make({ random, at, name: nameOf(random, at) })
}

interface Wish {
  readonly random: Random
  readonly at: number
  readonly name: string
}

type Make = (wish: Wish) => NastyRequest

function nameOf(random: Random, at: number): string {
  const text = `n${at}`
  return random.pick([
    ...[text, `${text}-configmap`, `${text}.a.b`, `${text}-${'x'.repeat(240)}`, `constructor.${text}`],
    ...longestNames(text),
  ])
}

/** As long as a name may be: what is made of it is longer. */
export function longestNames(text: string): readonly string[] {
  return [`${text}-`.padEnd(MOST_NAME, 'x'), `${text}.${'a.'.repeat(MOST_NAME)}`.slice(0, MOST_NAME - 1).concat('b')]
}

/** Names that every object of JavaScript has, and that an apiserver takes for labels: `__proto__` it does not. */
const INHERITED = { constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: '' }

function metadataOf({ random, name }: Wish) {
  return {
    name,
    namespace: NAMESPACE,
    labels: { ...FUZZ_LABELS, ...INHERITED },
    annotations: {
      ...INHERITED,
      'example.com/text': nastyText(random),
      ...(random.happens(0.03) && { 'example.com/long': 'x'.repeat(200_000) }),
    },
    ...(random.happens(0.1) && {
      finalizers: undefined,
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid: 'none' }],
    }),
  }
}

function overridable(wish: Wish) {
  const { labels, ...metadata } = metadataOf(wish)
  return { ...metadata, labels: { ...labels, ...(wish.random.happens(0.3) && { [OVERRIDE_LABEL]: groupOf(wish) }) } }
}

const groupOf = ({ at }: Wish): string => `g${Math.floor(at / GROUP_CASES)}`

const template =
  (path: string, fields: (wish: Wish) => object): Make =>
  wish => ({ path, object: { metadata: metadataOf(wish), ...fields(wish) }, isTemplate: true })

const ledgerSpec = (random: Random) => ({
  big: JSON.rawJSON(random.pick(BIG_INTEGERS)),
  free: nastyMap(random, 5),
  list: [nastyValue(random, 4)],
})

/** Now and then one that wants the binding of a Ledger that stands beside it. */
const loudLedger: Make = wish => {
  const first = roundStart(wish.at)
  const name = `n${first + wish.random.below(wish.at - first + 1)}`
  const metadata = metadataOf({ ...wish, name })
  const object = openObject({ of: LOUD_LEDGER, name, spec: ledgerSpec(wish.random), metadata })
  return { path: collectionOf(LOUD_LEDGER), object, isTemplate: true }
}

const TEMPLATES: readonly Make[] = [
  template(`/api/v1/namespaces/${NAMESPACE}/configmaps`, ({ random }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: dataOf(random),
  })),
  wish => {
    const object = openObject({
      of: LEDGER,
      name: wish.name,
      spec: ledgerSpec(wish.random),
      metadata: overridable(wish),
    })
    return { path: collectionOf(LEDGER), object, isTemplate: true }
  },
  template(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, ({ random }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      replicas: random.pick([0, 1, -1, 2 ** 31 - 1, 2 ** 31]),
      progressDeadlineSeconds: random.pick([600, 2 ** 31 - 1]),
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: { labels: { app: 'a' } }, spec: { containers: [containerOf(random)] } },
    },
  })),
]

const containerOf = (random: Random) => ({
  name: 'a',
  image: random.pick(['nginx', 'NOT AN IMAGE']),
  resources: { requests: { cpu: nastyText(random) } },
  args: [nastyText(random)],
})

function dataOf(random: Random): Record<string, string> {
  if (random.happens(0.02))
    return {
      large: repeated(nastyText(random), random.pick([0.2, 1]) * MEBI),
    }
  if (random.happens(0.03)) return Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`key${at}`, '']))
  return {
    constructor: nastyText(random),
    toString: nastyText(random),
    ['__proto__']: 'own',
    [nastyKey(random)]: nastyText(random),
  }
}

type Fields = NastyRequest['object'] | { readonly metadata?: undefined; readonly [field: string]: unknown }

const other =
  (path: string, fields: (wish: Wish) => Fields, isNamespaced = true): Make =>
  wish => {
    const { metadata, ...rest } = fields(wish)
    // A Cluster has 48 characters at most, and is refused beyond; all else may be called as templates are.
    const name = wish.random.happens(0.7) ? wish.name.slice(0, 48).replace(/[^a-z0-9]+$/, '') : wish.name
    const common = { name, ...(isNamespaced && { namespace: NAMESPACE }), labels: { fuzz: 'yes' } }
    return { path, object: { ...rest, metadata: { ...common, ...metadata } }, isTemplate: false }
  }

const selectorsOf = (random: Random): object[] => [
  { apiVersion: nastyText(random), kind: nastyText(random) },
  { apiVersion: 'policy.karmada.io/v1alpha1', kind: 'PropagationPolicy' },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  { apiVersion: 'v1', kind: 'Event' },
  { apiVersion: 'example.com/v1', kind: 'Ledger', labelSelector: { matchLabels: nastyTexts(random) } },
]

const policySpec = ({ random }: Wish) => ({
  resourceSelectors: random.some(selectorsOf(random)),
  propagateDeps: true,
  placement: placementOf(random),
  priority: -7,
})

const overrideSpec = (wish: Wish) => ({
  resourceSelectors: [
    {
      apiVersion: 'example.com/v1',
      kind: 'Ledger',
      namespace: NAMESPACE,
      labelSelector: { matchLabels: { [OVERRIDE_LABEL]: groupOf(wish) } },
    },
  ],
  overrideRules: [{ overriders: { plaintext: [changeOf(wish)] } }],
})

/** Most can be made. */
const changeOf = ({ random }: Wish) => ({
  path: `${random.pick(['/spec', '/spec', '/spec/free'])}/${nastyKey(random)}`,
  operator: random.happens(0.15) ? random.pick(['replace', 'remove']) : 'add',
  value: nastyValue(random),
})

const bindingSpec = ({ random, name }: Wish, resource: { readonly apiVersion: string; readonly kind: string }) =>
  spoilt(random, {
    resource: { ...resource, name, namespace: 'default' },
    clusters: [{ name: 'member1', replicas: random.pick([1, -1, 2 ** 31 - 1]) }, { name: 'none' }],
    placement: placementOf(random),
    requiredBy: [{ namespace: 'default', name }],
  })

const clusterSpec = (random: Random) =>
  spoilt(random, {
    syncMode: 'Push',
    apiEndpoint: random.pick(['https://127.0.0.1:1', 'ftp://x', nastyText(random), `https://${'a.'.repeat(500)}`]),
    secretRef: { namespace: random.pick(['karmada-cluster', 'kube-system', nastyText(random)]), name: 'absurd' },
    region: random.pick(['', 'true', nastyText(random)]),
  })

const taintsOf = (random: Random) =>
  Array.from({ length: random.pick([0, 1000]) }, (_, index) => ({ key: `k${index}`, effect: 'NoSchedule' }))

const OTHERS: readonly Make[] = [
  other(`/apis/${KARMADA.policy}/namespaces/${NAMESPACE}/propagationpolicies`, wish => ({
    apiVersion: KARMADA.policy,
    kind: 'PropagationPolicy',
    spec: policySpec(wish),
  })),
  other(
    `/apis/${KARMADA.policy}/clusterpropagationpolicies`,
    wish => ({ apiVersion: KARMADA.policy, kind: 'ClusterPropagationPolicy', spec: policySpec(wish) }),
    false,
  ),
  other(`/apis/${KARMADA.policy}/namespaces/${NAMESPACE}/overridepolicies`, wish => ({
    apiVersion: KARMADA.policy,
    kind: 'OverridePolicy',
    spec: overrideSpec(wish),
  })),
  other(
    `/apis/${KARMADA.policy}/clusteroverridepolicies`,
    wish => ({ apiVersion: KARMADA.policy, kind: 'ClusterOverridePolicy', spec: overrideSpec(wish) }),
    false,
  ),
  other('/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-member1/works', ({ random }) => ({
    apiVersion: KARMADA.work,
    kind: 'Work',
    metadata: { name: `user-${random.below(1e9)}`, namespace: 'karmada-es-member1' },
    spec: {
      workload: {
        manifests: [
          nastyMap(random),
          { apiVersion: 'v1', kind: nastyText(random), metadata: nastyValue(random, 3) },
          { apiVersion: 'v1', kind: 'List', items: [{}] },
          { apiVersion: nastyText(random), kind: nastyText(random), metadata: { name: nastyText(random) } },
        ],
      },
    },
  })),
  other(`/apis/${KARMADA.binding}/namespaces/${NAMESPACE}/resourcebindings`, wish => ({
    apiVersion: KARMADA.binding,
    kind: 'ResourceBinding',
    spec: bindingSpec(wish, { apiVersion: 'v1', kind: 'ConfigMap' }),
  })),
  other(
    `/apis/${KARMADA.binding}/clusterresourcebindings`,
    wish => ({
      apiVersion: KARMADA.binding,
      kind: 'ClusterResourceBinding',
      spec: bindingSpec(wish, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }),
    }),
    false,
  ),
  other(
    '/apis/cluster.karmada.io/v1alpha1/clusters',
    ({ random, at, name }) => ({
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name: random.happens(0.8) ? `n${at}` : name },
      // Of a thousand taints one would be spoilt each time.
      spec: Object.assign({}, clusterSpec(random), { taints: taintsOf(random) }),
    }),
    false,
  ),
  other('/api/v1/namespaces/karmada-cluster/secrets', ({ random, at }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: random.pick(['absurd', `absurd-${at}`]), namespace: 'karmada-cluster' },
    stringData: {
      kubeconfig: random.pick([
        nastyText(random),
        `clusters:\n- name: [${'['.repeat(2000)}`,
        '&a [*a, *a]',
        JSON.stringify(nastyMap(random)),
      ]),
    },
  })),
  other(
    '/apis/config.karmada.io/v1alpha1/resourceinterpretercustomizations',
    ({ random, at }) => ({
      apiVersion: 'config.karmada.io/v1alpha1',
      kind: 'ResourceInterpreterCustomization',
      metadata: {
        name: `c${at}`,
        annotations: { 'flotilla.dev/language': random.pick(['lua', 'javascript', 'cel', nastyText(random)]) },
      },
      spec: {
        target: { apiVersion: 'example.com/v1', kind: `Other${at}` },
        customizations: { replicaResource: { luaScript: `function GetReplicas(${nastyText(random)}` } },
      },
    }),
    false,
  ),
]

function placementOf(random: Random): object {
  return {
    clusterAffinity: {
      clusterNames: random.happens(0.1) ? Array.from({ length: 3000 }, (_, at) => `m${at}`) : ['member1'],
    },
    ...(random.happens(0.3) && {
      spreadConstraints: [{ spreadByField: 'cluster', minGroups: random.below(9), maxGroups: 2 ** 31 - 1 }],
    }),
    ...(random.happens(0.3) && { clusterTolerations: [{ key: nastyText(random), operator: 'Exists' }] }),
  }
}

/** A text over and over again, up to so many characters. */
function repeated(text: string, length: number): string {
  return ''.padEnd(length, text === '' ? 'x' : text)
}
