import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { systemClock } from '../runtime/clock.ts'
import { type PlanOptions, plan } from './plan.ts'

const MANIFEST = { namespace: 'shop', name: 'web' }
const resources = { requests: { cpu: '1' } }
const template = { spec: { containers: [{ name: 'web', image: 'web:1', resources }] } }
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: MANIFEST, spec: { replicas: 3, template } }
const policy = (placement: object, kind = 'PropagationPolicy') => ({
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind,
  metadata: { name: 'web', ...(kind === 'PropagationPolicy' && { namespace: 'shop' }) },
  spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement },
})
const cluster = (name: string, { cpu = '4', ...spec }: { cpu?: string; taints?: object[]; region?: string } = {}) => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name },
  spec: { syncMode: 'Push', ...spec },
  status: {
    apiEnablements: [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }],
    resourceSummary: { allocatable: { cpu, pods: '110' } },
  },
})
const CLUSTERS = [
  cluster('member1', { cpu: '8', region: 'eu' }),
  cluster('member2', { region: 'us' }),
  cluster('member3', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
]
const BY_ROOM = {
  replicaScheduling: {
    replicaDivisionPreference: 'Weighted',
    weightPreference: { dynamicWeight: 'AvailableReplicas' },
  },
}
const STATIC = {
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
}
const placedOn = (targets: Readonly<Record<string, number>>) => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'web-deployment', namespace: 'shop' },
  spec: {
    resource: { ...MANIFEST, apiVersion: 'apps/v1', kind: 'Deployment', uid: 'a' },
    clusters: Object.entries(targets).map(([name, replicas]) => ({ name, replicas })),
  },
})
const textOf = (...objects: readonly object[]): string => objects.map(object => `---\n${stringify(object)}`).join('')

interface Ran {
  readonly code: number
  readonly text: string
}

async function run(objects: readonly object[], options: Partial<PlanOptions> = {}): Promise<Ran> {
  let text = ''
  const code = await plan(
    {
      write: written => {
        text += written
      },
      clock: systemClock,
      onHost: () => Promise.reject(new Error('no host is to be asked')),
    },
    {
      files: [{ source: 'files.yaml', text: textOf(...objects) }],
      clusters: { source: 'clusters.yaml', text: stringify({ apiVersion: 'v1', kind: 'List', items: CLUSTERS }) },
      whatIf: [],
      output: 'table',
      ...options,
    },
  )
  return { code, text }
}

describe('plan', () => {
  it('tells of every cluster whether it is a target, and why', async () => {
    expect(await run([deployment, policy(BY_ROOM)])).toEqual({
      code: 0,
      text: `Deployment shop/web by PropagationPolicy shop/web
Success: Binding has been scheduled successfully.
Division: 3 replicas by available replicas (Webster)

CLUSTER  VERDICT  SCORE  AVAILABLE  REPLICAS  REASON
member1  target   0      8          2         weight 8
member2  target   0      4          1         weight 4
member3  unfit    -      -          -         cluster(s) had untolerated taint {gpu:NoSchedule}
`,
    })
  })

  it.each<{ name: string; whatIf: readonly string[]; want: readonly string[]; code?: number }>([
    { name: 'more replicas', whatIf: ['replicas=12'], want: ['member1  target   0      8          8 '] },
    {
      name: 'too many of them',
      whatIf: ['replicas=13'],
      want: ['Unschedulable: Clusters available replicas 12 are not enough to schedule.'],
      code: 1,
    },
    {
      name: 'a cluster that is emptied',
      whatIf: ['drain=member1'],
      want: ['member1  unfit ', 'cluster(s) is in the process of eviction', 'member2  target   0      4          3 '],
    },
    {
      name: 'a taint',
      whatIf: ['taint=member1:disk=slow:NoExecute'],
      want: ['cluster(s) had untolerated taint {disk=slow:NoExecute}'],
    },
    {
      name: 'all of them, one after the other',
      whatIf: ['drain=member1', 'taint=member2:a:NoSchedule'],
      want: ['NoClusterFit: 0/3 clusters are available'],
      code: 1,
    },
  ])('changes the input first: $name', async ({ whatIf, want, code = 0 }) => {
    const ran = await run([deployment, policy(BY_ROOM)], { whatIf })
    for (const text of want) expect(ran.text).toContain(text)
    expect(ran.code).toBe(code)
  })

  it('a label may make a cluster fit', async () => {
    const toProd = policy({ clusterAffinity: { labelSelector: { matchLabels: { env: 'prod' } } } })
    expect((await run([deployment, toProd])).code).toBe(1)
    const { code, text } = await run([deployment, toProd], { whatIf: ['label=member2:env=prod'] })
    expect(text).toContain('member2  target   0      4          3')
    expect(code).toBe(0)
  })

  it('moves only what a drain takes away from what is placed already', async () => {
    const objects = [deployment, policy(BY_ROOM), placedOn({ member1: 1, member2: 2 })]
    const { text } = await run(objects, { whatIf: ['drain=member2'] })
    expect(text).toContain('Division: 2 more replicas by available replicas (Webster), 1 stay')
    expect(text).toContain('member1  target   100    9          3 (now 1)  weight 8, 1 stay')
  })

  it('says when nothing asks for placing it again', async () => {
    const placement = { replicaScheduling: { replicaSchedulingType: 'Divided', ...BY_ROOM.replicaScheduling } }
    const binding = placedOn({ member1: 1, member2: 2 })
    const annotations = { 'policy.karmada.io/applied-placement': JSON.stringify(placement) }
    const applied = { ...binding, metadata: { ...binding.metadata, annotations } }
    const { code, text } = await run([deployment, policy(placement), applied], {
      whatIf: ['taint=member1:a:NoSchedule'],
    })
    expect(text).toContain('Unchanged: Nothing asks for placing it again: it stays as it is.')
    expect(text).toContain('member1  placed   -      -          1')
    expect(code).toBe(0)
  })

  it('gives the same as an object', async () => {
    const { text } = await run([deployment, policy(BY_ROOM)], { output: 'json', whatIf: ['replicas=1'] })
    expect(JSON.parse(text)).toMatchObject({
      schedulable: true,
      changes: [{ type: 'replicas', replicas: 1 }],
      plans: [
        {
          template: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          policy: { kind: 'PropagationPolicy' },
          result: 'Success',
          clusters: [{ name: 'member1', verdict: 'target', replicas: 1 }, { name: 'member2', verdict: 'fit' }, {}],
        },
      ],
    })
  })

  it.each<{ name: string; objects: readonly object[]; want: string }>([
    { name: 'no policy', objects: [deployment], want: 'NoPolicy: No policy selects it: it goes nowhere.' },
    {
      name: 'a policy of another namespace',
      objects: [deployment, { ...policy({}), metadata: { name: 'web', namespace: 'other' } }],
      want: 'NoPolicy',
    },
    {
      name: 'a template that is kept for the host',
      objects: [{ ...deployment, metadata: { ...MANIFEST, labels: { 'flotilla.dev/local': 'true' } } }, policy({})],
      want: 'NoPolicy',
    },
  ])('$name: it has no place', async ({ objects, want }) => {
    const { code, text } = await run(objects)
    expect(text).toContain(want)
    expect(code).toBe(1)
  })

  it.each([
    ['lua', 'function GetReplicas(obj) return obj.spec.machines end'],
    ['javascript', 'const GetReplicas = obj => obj.spec.machines'],
    ['cel', 'obj.spec.machines'],
  ])('knows kinds by the customizations of the files, in %s', async (language, luaScript) => {
    const farm = { apiVersion: 'example.com/v1', kind: 'Farm', metadata: MANIFEST, spec: { machines: 6 } }
    const customization = {
      apiVersion: 'config.karmada.io/v1alpha1',
      kind: 'ResourceInterpreterCustomization',
      metadata: { name: 'farm', annotations: { 'flotilla.dev/language': language } },
      spec: {
        target: { apiVersion: 'example.com/v1', kind: 'Farm' },
        customizations: { replicaResource: { luaScript } },
      },
    }
    const status = {
      apiEnablements: [{ groupVersion: 'example.com/v1', resources: [{ name: 'farms', kind: 'Farm' }] }],
    }
    const clusters = ['member1', 'member2'].map(name => ({ ...cluster(name), status }))
    const resourceSelectors = [{ apiVersion: 'example.com/v1', kind: 'Farm' }]
    const { text } = await run(
      [farm, customization, { ...policy(STATIC), spec: { placement: STATIC, resourceSelectors } }],
      { clusters: { source: 'clusters.yaml', text: textOf(...clusters) }, output: 'json' },
    )
    const [{ clusters: planned }] = JSON.parse(text).plans
    expect(planned).toMatchObject([
      { name: 'member1', replicas: 4 },
      { name: 'member2', replicas: 2 },
    ])
  })

  it('takes the policy of the namespace before that of the fleet', async () => {
    const { text } = await run([deployment, policy({}, 'ClusterPropagationPolicy'), policy({})])
    expect(text).toMatch(/^Deployment shop\/web by PropagationPolicy shop\/web\n/)
  })

  it('plans what has no namespace for the whole cluster, and what names none for default', async () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'viewer' } }
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
    const { text } = await run([role, settings])
    expect(text).toContain('ClusterRole viewer\n')
    expect(text).toContain('ConfigMap default/settings\n')
  })

  it.each<{ name: string; objects: readonly object[]; whatIf?: readonly string[]; want: string }>([
    { name: 'no template', objects: [policy({})], want: 'no file has a template: nothing to plan' },
    {
      name: 'a field that there is not',
      objects: [deployment, policy({ clusterAfinity: {} })],
      want: 'files.yaml: PropagationPolicy web: /spec/placement must NOT have additional properties "clusterAfinity"',
    },
    { name: 'no object', objects: [{ kind: 'Deployment' }], want: 'files.yaml: an object needs apiVersion, kind' },
    {
      name: 'a change that there is not',
      objects: [deployment],
      whatIf: ['explode=member1'],
      want: '--what-if explode=member1: should be one of drain=CLUSTER, taint=',
    },
    {
      name: 'half a change',
      objects: [deployment],
      whatIf: ['taint=member1:NoSchedule'],
      want: '--what-if taint=member1:NoSchedule: should be one of',
    },
    {
      name: 'a cluster that there is not',
      objects: [deployment],
      whatIf: ['drain=member9'],
      want: 'there is no cluster member9; there are: member1, member2, member3',
    },
  ])('is refused: $name', async ({ objects, whatIf = [], want }) => {
    await expect(run(objects, { whatIf })).rejects.toThrow(want)
  })

  it('tells where a file is no YAML', async () => {
    const files = [{ source: 'broken.yaml', text: 'a: [1' }]
    await expect(run([], { files })).rejects.toThrow(/^broken\.yaml: .* at line 1/)
  })
})

describe('the command', () => {
  const LAUNCHER = fileURLToPath(new URL('../../bin/flotilla.mjs', import.meta.url))
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flotilla-plan-'))
    writeFileSync(join(folder, 'clusters.yaml'), textOf(...CLUSTERS))
    writeFileSync(join(folder, 'policy.yaml'), textOf(policy(BY_ROOM)))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const plans = (input: string, ...more: readonly string[]) =>
    spawnSync(
      process.execPath,
      [LAUNCHER, 'plan', '-f', 'policy.yaml', '-f', '-', '--clusters', 'clusters.yaml', ...more],
      {
        cwd: folder,
        input,
        encoding: 'utf8',
      },
    )

  it('plans files and standard input without any cluster, and ends with 0 or 1', () => {
    const fits = plans(textOf(deployment))
    expect([fits.status, fits.stderr]).toEqual([0, ''])
    expect(fits.stdout).toContain('member1  target   0      8          2         weight 8')
    const crowd = plans(textOf(deployment), '--what-if', 'replicas=5', '--what-if', 'drain=member1', '-o', 'yaml')
    expect(crowd.status).toBe(1)
    expect(crowd.stdout).toContain('schedulable: false')
  })

  it('takes a folder for the manifests in it', () => {
    const { status, stdout } = spawnSync(process.execPath, [LAUNCHER, 'plan', '-f', '.', '-f', '-'], {
      cwd: folder,
      input: textOf(deployment),
      encoding: 'utf8',
    })
    expect([status, stdout.split('\n')[0]]).toEqual([0, 'Deployment shop/web by PropagationPolicy shop/web'])
  })

  it('says what is wrong with the call', () => {
    const { status, stderr } = plans('', '--what-if', 'nothing')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^flotilla: --what-if nothing: should be one of/)
  })
})
