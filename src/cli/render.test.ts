import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parseAllDocuments, stringify } from 'yaml'
import { systemClock } from '../runtime/clock.ts'
import { type RenderOptions, render } from './render.ts'

const file = (source: string) => ({ source, text: readFileSync(source, 'utf8') })
const text = (...objects: readonly object[]) => ({
  source: 'given',
  text: objects.map(object => `---\n${stringify(object)}`).join(''),
})

interface Printed {
  readonly code: number
  readonly manifests: readonly Record<string, unknown>[]
  readonly warnings: string
}

async function run(options: Partial<RenderOptions> & Pick<RenderOptions, 'files'>): Promise<Printed> {
  let [printed, warnings] = ['', '']
  const deps = {
    write: (more: string) => {
      printed += more
    },
    warn: (more: string) => {
      warnings += more
    },
    clock: systemClock,
  }
  const code = await render(deps, { cluster: 'member1', output: 'yaml', ...options })
  return { code, manifests: parseAllDocuments(printed).map(document => document.toJS()), warnings }
}

const metadata = { name: 'web', namespace: 'default' }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] } }
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { replicas: 6, selector: { matchLabels: { app: 'web' } }, template },
}
const selector = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const policy = (placement: object) => ({
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata,
  spec: { resourceSelectors: [selector], placement },
})
const cluster = (name: string) => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, labels: { region: name === 'member1' ? 'eu' : 'us' } },
  spec: { syncMode: 'Push' },
  status: { apiEnablements: [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }] },
})
const divided = policy({
  clusterAffinity: { clusterNames: ['member1', 'member2'] },
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: {
      staticWeightList: [
        { targetCluster: { clusterNames: ['member1'] }, weight: 2 },
        { targetCluster: { clusterNames: ['member2'] }, weight: 1 },
      ],
    },
  },
})
const inEurope = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'OverridePolicy',
  metadata,
  spec: {
    resourceSelectors: [selector],
    overrideRules: [
      {
        targetCluster: { labelSelector: { matchLabels: { region: 'eu' } } },
        overriders: { imageOverrider: [{ component: 'Registry', operator: 'add', value: 'eu.example.com' }] },
      },
    ],
  },
}
const CLUSTERS = text(cluster('member1'), cluster('member2'))
const image = ({ manifests: [first] }: Printed) => JSON.stringify(first).match(/"image":"([^"]+)"/)?.[1]

describe('what a member gets', () => {
  it('is what the example says', async () => {
    const files = ['overridepolicies', 'clusteroverridepolicy', 'propagationpolicy', 'templates'].map(name =>
      file(`examples/overrides/${name}.yaml`),
    )
    const { manifests, code } = await run({ files, cluster: 'member2' })
    expect(code).toBe(0)
    expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'ConfigMap'])
    expect(image({ manifests, code, warnings: '' })).toBe('nginx:1.29-alpine')
  })

  it.each([
    ['member1', 4, 'eu.example.com/nginx:1.29'],
    ['member2', 2, 'nginx:1.29'],
  ])('%s: its share, and what is changed for it', async (name, replicas, wanted) => {
    const printed = await run({ files: [text(deployment, divided, inEurope)], clusters: CLUSTERS, cluster: name })
    expect(printed.manifests).toMatchObject([{ spec: { replicas } }])
    expect(image(printed)).toBe(wanted)
  })

  it('is all of it where no Cluster is known, without what depends on labels', async () => {
    const printed = await run({ files: [text(deployment, divided, inEurope)] })
    expect(printed.manifests).toMatchObject([{ spec: { replicas: 6 } }])
    expect(image(printed)).toBe('nginx:1.29')
  })

  it('is the share that is asked for', async () => {
    const { manifests } = await run({ files: [text(deployment, divided)], clusters: CLUSTERS, replicas: 5 })
    expect(manifests).toMatchObject([{ spec: { replicas: 5 } }])
  })

  it('has nothing of parking, and none of our marks', async () => {
    const parked = {
      ...deployment,
      metadata: {
        ...metadata,
        labels: { 'flotilla.dev/parked': 'true' },
        annotations: { 'flotilla.dev/parked-fields': '{"spec.paused":null}' },
      },
      spec: { ...deployment.spec, paused: true },
    }
    const { manifests } = await run({ files: [text(parked, divided)] })
    expect(manifests[0]).not.toHaveProperty('spec.paused')
    expect(JSON.stringify(manifests)).not.toMatch(/parked|permanent-id|managed/)
  })
})

describe('what a member does not get', () => {
  it.each([
    ['no policy selects it', [deployment], undefined],
    [
      'it does not go to member1: cluster(s) did not match',
      [deployment, policy({ clusterAffinity: { clusterNames: ['member2'] } })],
      CLUSTERS,
    ],
  ])('is told: %s', async (why, objects, clusters) => {
    const { code, manifests, warnings } = await run({ files: [text(...objects)], ...(clusters && { clusters }) })
    expect([code, manifests]).toEqual([1, []])
    expect(warnings).toContain(`Deployment default/web: ${why}`)
  })

  it('a change that cannot be made names policy and path', async () => {
    const wrong = {
      ...inEurope,
      spec: {
        overrideRules: [{ overriders: { plaintext: [{ path: '/spec/none/x', operator: 'replace', value: 1 }] } }],
      },
    }
    await expect(run({ files: [text(deployment, divided, wrong)] })).rejects.toThrow('OverridePolicy default/web')
  })

  it('nothing to render is said', async () =>
    expect(run({ files: [text(divided)] })).rejects.toThrow('no file has a template'))
})

it.each(['yaml', 'json'] as const)('prints integers beyond 2^53 as %s with all their digits', async output => {
  const write = (object: string): string => `---\n${object}`
  const website = write(
    'apiVersion: example.com/v1\nkind: Website\nmetadata: {name: web, namespace: default}\nspec: {size: 9007199254740993}\n',
  )
  const overrider = '{path: /spec/most, operator: add, value: 9223372036854775807}'
  const override = write(
    `apiVersion: policy.karmada.io/v1alpha1\nkind: OverridePolicy\nmetadata: {name: web, namespace: default}\nspec: {overrideRules: [{overriders: {plaintext: [${overrider}]}}]}\n`,
  )
  const target = {
    ...policy({}),
    spec: { ...policy({}).spec, resourceSelectors: [{ apiVersion: 'example.com/v1', kind: 'Website' }] },
  }
  const files = [text(target), { source: 'given', text: website + override }]
  let printed = ''
  const print = (more: string) => {
    printed += more
  }
  await render({ write: print, warn: () => undefined, clock: systemClock }, { files, cluster: 'member1', output })
  expect(printed).toMatch(/"?size"?: 9007199254740993\b/)
  expect(printed).toMatch(/"?most"?: 9223372036854775807\b/)
})
