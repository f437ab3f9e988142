import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { CLUSTER_PROPAGATION_POLICY, CONFIG_MAP, NAMESPACE, PROPAGATION_POLICY } from '../api/kinds.ts'
import type { ObjectMeta } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import type { IndexedSelector } from '../parking/index-entries.ts'
import { isParked } from '../parking/park.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { deployment, OPERATOR_NAMESPACE, selectingPolicy, useParkingApiserver } from '../testing/parking-fixture.ts'

// Which objects the apiserver parks when they are made, by the operator's index and by policies that it does not hold yet.

jest.setTimeout(120_000)

const LOCAL = { 'flotilla.dev/local': 'true' }
const parking = useParkingApiserver()
const { create, patch, wouldBe, newNamespace, index, probe } = parking

interface SelectorCase {
  readonly name: string
  readonly selector: IndexedSelector
  readonly labels?: Readonly<Record<string, string>>
  readonly metadata?: Partial<ObjectMeta>
  readonly parked: boolean
}

const byLabels = (labelSelector: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', labelSelector })
const expression = (operator: string, values?: readonly string[]) =>
  byLabels({ matchExpressions: [{ key: 'tier', operator, ...(values && { values }) }] })
const child: Partial<ObjectMeta> = {
  ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'App', name: 'app', uid: 'u', controller: true }],
}
const tier = (value: string) => ({ tier: value })

const SELECTOR_CASES: readonly SelectorCase[] = [
  { name: 'all of a kind', selector: byLabels({}), parked: true },
  { name: 'all of another kind', selector: { apiVersion: 'apps/v1', kind: 'StatefulSet' }, parked: false },
  { name: 'that name', selector: { ...byLabels({}), name: 'web' }, parked: true },
  { name: 'another name', selector: { ...byLabels({}), name: 'we' }, parked: false },
  { name: 'a name with dots', selector: { ...byLabels({}), name: 'a.b' }, metadata: { name: 'a.b' }, parked: true },
  { name: 'that name, whatever the labels', selector: { ...expression('Exists'), name: 'web' }, parked: true },
  { name: 'its namespace', selector: { ...byLabels({}), namespace: 'SELF' }, parked: true },
  { name: 'another namespace', selector: { ...byLabels({}), namespace: 'elsewhere' }, parked: false },
  {
    name: 'its name in another namespace',
    selector: { ...byLabels({}), name: 'web', namespace: 'elsewhere' },
    parked: false,
  },
  {
    name: 'In, a value of the list',
    selector: expression('In', ['front', 'back']),
    labels: tier('back'),
    parked: true,
  },
  { name: 'In, another value', selector: expression('In', ['front', 'back']), labels: tier('bac'), parked: false },
  { name: 'In, without the label', selector: expression('In', ['front']), parked: false },
  { name: 'In the empty value', selector: expression('In', ['']), labels: tier(''), parked: true },
  { name: 'In the empty value, without the label', selector: expression('In', ['']), parked: false },
  { name: 'In the empty value or another', selector: expression('In', ['', 'x']), labels: tier('x'), parked: true },
  {
    name: 'NotIn, a value of the list',
    selector: expression('NotIn', ['front']),
    labels: tier('front'),
    parked: false,
  },
  { name: 'NotIn, another value', selector: expression('NotIn', ['front']), labels: tier('back'), parked: true },
  { name: 'NotIn, without the label', selector: expression('NotIn', ['front']), parked: true },
  { name: 'NotIn the empty value', selector: expression('NotIn', ['']), labels: tier(''), parked: false },
  { name: 'Exists, with it', selector: expression('Exists'), labels: tier(''), parked: true },
  { name: 'Exists, without it', selector: expression('Exists'), parked: false },
  { name: 'DoesNotExist, with it', selector: expression('DoesNotExist'), labels: tier('x'), parked: false },
  { name: 'DoesNotExist, without it', selector: expression('DoesNotExist'), parked: true },
  { name: 'a label', selector: byLabels({ matchLabels: tier('x') }), labels: tier('x'), parked: true },
  {
    name: 'a label of another value',
    selector: byLabels({ matchLabels: tier('x') }),
    labels: tier('y'),
    parked: false,
  },
  { name: 'an empty label', selector: byLabels({ matchLabels: tier('') }), labels: tier(''), parked: true },
  { name: 'an empty label, without it', selector: byLabels({ matchLabels: tier('') }), parked: false },
  {
    name: 'a label with a prefix',
    selector: byLabels({ matchLabels: { 'a.example.com/b_c.d-e': '1.2_3-x' } }),
    labels: { 'a.example.com/b_c.d-e': '1.2_3-x' },
    parked: true,
  },
  {
    name: 'labels and expressions, all of which hold',
    selector: byLabels({
      matchLabels: { a: '1', b: '2' },
      matchExpressions: [
        { key: 'c', operator: 'Exists' },
        { key: 'd', operator: 'NotIn', values: ['x', 'y'] },
      ],
    }),
    labels: { a: '1', b: '2', c: '', d: 'z' },
    parked: true,
  },
  {
    name: 'labels and expressions, one of which does not',
    selector: byLabels({
      matchLabels: { a: '1', b: '2' },
      matchExpressions: [
        { key: 'c', operator: 'Exists' },
        { key: 'd', operator: 'NotIn', values: ['x', 'y'] },
      ],
    }),
    labels: { a: '1', b: '2', c: '', d: 'y' },
    parked: false,
  },
  { name: 'what a controller made, by its labels', selector: byLabels({}), metadata: child, parked: false },
  {
    name: 'what a controller made, by its name',
    selector: { ...byLabels({}), name: 'web' },
    metadata: child,
    parked: true,
  },
  {
    name: 'what belongs to something that does not control it',
    selector: byLabels({}),
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u' }] },
    parked: true,
  },
  { name: 'what is local', selector: byLabels({}), labels: LOCAL, parked: false },
  {
    name: 'a name that the apiserver makes up',
    selector: byLabels({}),
    metadata: { name: '', generateName: 'web-' },
    parked: true,
  },
]

/** The namespace of a case is its own; each is asked twice, of the index and of a policy that is new. */
describe.each([{ source: 'index' }, { source: 'policy' }])('a selector, by $source', ({ source }) => {
  const namespaceOf = (of: SelectorCase): string => `${source}-${SELECTOR_CASES.indexOf(of)}`

  beforeAll(async () => {
    await Promise.all(
      SELECTOR_CASES.map(async each => {
        const namespace = await newNamespace(namespaceOf(each))
        const selector = each.selector.namespace === 'SELF' ? { ...each.selector, namespace } : each.selector
        if (source === 'index') return index(namespace, [selector])
        // A policy of a namespace may name no other.
        const kind = selector.namespace === 'elsewhere' ? CLUSTER_PROPAGATION_POLICY : PROPAGATION_POLICY
        await parking.user.create(kind, selectingPolicy(kind, { name: namespace, namespace }, [selector]))
        await probe(namespace)
      }),
    )
  })

  it.each(SELECTOR_CASES)('$name: $parked', async each => {
    const { labels, metadata } = each
    const made = await wouldBe(deployment({ namespace: namespaceOf(each), ...(labels && { labels }), ...metadata }))
    expect({ parked: isParked(made), spec: made['spec'] }).toEqual({
      parked: each.parked,
      spec: each.parked ? expect.objectContaining({ paused: true }) : expect.not.objectContaining({ paused: true }),
    })
  })
})

describe('where policies reach', () => {
  it('a cluster-wide index reaches every namespace but those that hold no templates', async () => {
    for (const name of ['wide', 'skipped-one', 'wider']) await newNamespace(name)
    await index(OPERATOR_NAMESPACE, [{ ...byLabels({}), namespace: 'wider' }], 'flotilla-parking-cluster-v1')
    await probe('wide')
    expect(isParked(await wouldBe(deployment({ namespace: 'wider' })))).toBe(true)
    expect(isParked(await wouldBe(deployment({ namespace: 'wide' })))).toBe(false)
    for (const namespace of ['skipped-one', 'kube-system', OPERATOR_NAMESPACE]) {
      expect(isParked(await wouldBe(deployment({ name: 'probe', namespace })))).toBe(false)
    }
    await parking.operator.delete(CONFIG_MAP, { namespace: OPERATOR_NAMESPACE, name: 'flotilla-parking-cluster-v1' })
    await probe('wide', false)
  })

  it('a namespace for templates parks everything but what is local or made by a controller', async () => {
    const namespace = await newNamespace('templates', { 'flotilla.dev/templates': 'true' })
    await probe(namespace)
    expect(isParked(await wouldBe(deployment({ namespace })))).toBe(true)
    expect(isParked(await wouldBe(deployment({ namespace, labels: LOCAL })))).toBe(false)
    expect(isParked(await wouldBe(deployment({ namespace, ...child })))).toBe(false)
    const value = { metadata: { labels: { 'flotilla.dev/templates': null } } }
    await parking.user.patch(NAMESPACE, { namespace: '', name: namespace }, { type: 'merge', body: value })
    await probe(namespace, false)
  })

  it('a policy that changes is asked itself, until the operator has marked it again', async () => {
    const namespace = await newNamespace('changing')
    const labels = { 'flotilla.dev/indexed-v1': '1' }
    const made = selectingPolicy(PROPAGATION_POLICY, { name: 'policy', namespace }, [
      { ...byLabels({}), name: 'before' },
    ])
    const marked = { ...made, metadata: { ...made.metadata, labels } }
    // The apiserver looks for the schemas of new kinds every five seconds; until then it patches none of their objects.
    await untilSome(() => parking.user.create(PROPAGATION_POLICY, marked, { dryRun: true }).catch(() => undefined))
    const stored = await parking.user.create(PROPAGATION_POLICY, marked)
    expect(stored.metadata.labels?.['flotilla.dev/indexed-v1']).toBeUndefined()
    await probe(namespace)
    await parking.operator.patch(PROPAGATION_POLICY, keyOf(made), { type: 'merge', body: { metadata: { labels } } })
    await probe(namespace, false)
    const relabelled = await parking.user.patch(PROPAGATION_POLICY, keyOf(made), {
      type: 'merge',
      body: { metadata: { labels: { a: 'b' } } },
    })
    expect(relabelled.metadata.labels).toEqual({ ...labels, a: 'b' })
    const spec = {
      resourceSelectors: [
        { ...byLabels({}), name: 'after' },
        { ...byLabels({}), name: 'probe' },
      ],
    }
    const changed = await parking.user.patch(PROPAGATION_POLICY, keyOf(made), { type: 'merge', body: { spec } })
    expect(changed.metadata.labels).toEqual({ a: 'b' })
    await probe(namespace)
    expect(isParked(await wouldBe(deployment({ name: 'after', namespace })))).toBe(true)
    expect(isParked(await wouldBe(deployment({ name: 'before', namespace })))).toBe(false)
  })

  it('what exists is not stopped by a policy behind its owner’s back', async () => {
    const namespace = await newNamespace('existing')
    const made = await create(deployment({ namespace }))
    await index(namespace, [byLabels({})])
    await probe(namespace)
    const scaled = await patch(made, { spec: { replicas: 3 } })
    expect(isParked(scaled)).toBe(false)
    expect(scaled['spec']).not.toHaveProperty('paused')
  })
})
