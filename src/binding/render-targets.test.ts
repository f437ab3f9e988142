import { describe, expect, it } from '@jest/globals'
import type { Overriders } from '../api/generated/override-policy.ts'
import { RESOURCE_BINDING } from '../api/kinds.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { OverridePolicy, Work } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { frozen } from '../testing/frozen-object.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { plan } from './plan.ts'
import { renderTargets } from './render-targets.ts'

const template = frozen(a.deployment({ name: 'nginx', replicas: 4 }))
const binding = frozen(
  a.binding({
    labels: { [RESOURCE_BINDING.permanentIdLabel]: 'b-id' },
    spec: {
      replicas: 4,
      clusters: [
        { name: 'member1', replicas: 1 },
        { name: 'member2', replicas: 3 },
      ],
    },
  }),
)
const clusters = [a.cluster({ name: 'member1' }), a.cluster({ name: 'member2', labels: { region: 'eu' } })]
const rule = (overriders: Overriders, region?: string) =>
  region === undefined ? { overriders } : { overriders, targetCluster: { labelSelector: { matchLabels: { region } } } }
const policy = (...overrideRules: readonly ReturnType<typeof rule>[]) =>
  frozen(a.overridePolicy({ spec: { overrideRules } }))
const tag: Overriders = { imageOverrider: [{ component: 'Tag', operator: 'replace', value: '2' }] }
const wrong: Overriders = { plaintext: [{ operator: 'remove', path: '/spec/none' }] }

interface Given {
  readonly policies?: readonly OverridePolicy[]
  readonly works?: readonly Work[]
  readonly known?: typeof clusters
}
const renderWith = ({ policies = [], works = [], known = clusters }: Given) =>
  renderTargets(
    {
      kind: RESOURCE_BINDING,
      works: newMapLister(works),
      clusters: newMapLister(known),
      overrides: newMapLister(policies.filter(({ metadata }) => metadata.namespace !== undefined)),
      clusterOverrides: newMapLister(policies.filter(({ metadata }) => metadata.namespace === undefined)),
      interpreter: newInterpreter(),
      newUid: () => 'w-id',
    },
    binding,
    template,
  )
const specOf = (work: Work | undefined) => work?.spec.workload?.manifests?.[0]?.['spec']
const imageIn = (name: string) => ({ template: { spec: { containers: [{ image: name }] } } })

describe('renderTargets', () => {
  it('gives each cluster its replicas, then its overrides, and what was applied (propagation.md §8 item 4)', async () => {
    const { works, refused } = await renderWith({ policies: [policy(rule(tag, 'eu'))] })
    expect(refused).toEqual([])
    expect(works.map(({ cluster, desired }) => [cluster, specOf(desired)])).toMatchObject([
      ['member1', { replicas: 1, ...imageIn('nginx:1.27') }],
      ['member2', { replicas: 3, ...imageIn('nginx:2') }],
    ])
    const records = works.map(({ desired }) => desired.metadata.annotations?.['policy.karmada.io/applied-overrides'])
    expect(records).toEqual([
      undefined,
      '[{"policyName":"override","overriders":{"imageOverrider":[{"component":"Tag","operator":"replace","value":"2"}]}}]',
    ])
  })

  it('lets an override of the replicas win over the schedule (§10)', async () => {
    const replicas = { plaintext: [{ operator: 'replace', path: '/spec/replicas', value: 7 } as const] }
    const { works } = await renderWith({ policies: [policy(rule(replicas))] })
    expect(works.map(({ desired }) => specOf(desired))).toMatchObject([{ replicas: 7 }, { replicas: 7 }])
  })

  it('writes nothing the second time, and the template again when the policy is gone', async () => {
    const first = await renderWith({ policies: [policy(rule(tag))] })
    const stored = first.works.map(({ desired }) => frozen(desired))
    const planned = async (given: Given) => {
      const { works: rendered } = await renderWith(given)
      return plan({ kind: RESOURCE_BINDING, binding, works: stored, rendered })
    }
    expect(await planned({ works: stored, policies: [policy(rule(tag))] })).toEqual([])
    const actions = await planned({ works: stored })
    expect(actions.map(({ type }) => type)).toEqual(['updateWork', 'updateWork'])
    for (const action of actions) {
      const work = 'work' in action ? action.work : undefined
      expect(specOf(work)).toMatchObject(imageIn('nginx:1.27'))
      expect(work?.metadata.annotations).not.toHaveProperty(['policy.karmada.io/applied-overrides'])
    }
  })

  it('holds up only the cluster whose override cannot be applied, and leaves its Work (§11.7)', async () => {
    const works = [frozen(a.work({ name: 'nginx-687f7fb96f', namespace: 'karmada-es-member2' }))]
    const rendered = await renderWith({ works, policies: [policy(rule(tag), rule(wrong, 'eu'))] })
    expect(rendered.works.map(({ cluster }) => cluster)).toEqual(['member1'])
    expect(rendered.refused).toMatchObject([{ cluster: 'member2', error: { name: 'OverrideError' } }])
    const actions = plan({ kind: RESOURCE_BINDING, binding, works, rendered: rendered.works })
    expect(actions.map(({ type }) => type)).toEqual(['createWork'])
  })

  it.each([
    { name: 'a policy selects the template', policies: [policy(rule(tag, 'eu'))], want: ['member1'] },
    {
      name: 'no policy does',
      policies: [frozen(a.overridePolicy({ namespace: 'else' }))],
      want: ['member1', 'member2'],
    },
  ])('leaves out a cluster that is not known yet if $name', async ({ policies, want }) => {
    const { works } = await renderWith({ policies, known: clusters.slice(0, 1) })
    expect(works.map(({ cluster }) => cluster)).toEqual(want)
  })
})
