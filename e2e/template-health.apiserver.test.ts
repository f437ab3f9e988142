import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Resource } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { newDiscovery } from '../src/kube/discovery.ts'
import { gvkOf } from '../src/object/gvk.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { keyOf } from '../src/object/object-key.ts'
import { newTestClient } from '../src/testing/apiserver-client.ts'
import { ensureBinaries } from './controlplane/binaries.ts'
import { run } from './controlplane/command.ts'
import { GITOPS_BINARY_NAMES } from './controlplane/recipes.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from './controlplane/start-apiserver.ts'
import { configureArgoCd } from './gitops/argocd.ts'
import { aggregate, templateOf } from './template-health/aggregate.ts'
import { OTHER_ROWS } from './template-health/other-rows.ts'
import { type HealthRow, WORDS } from './template-health/row.ts'
import { WORKLOAD_ROWS } from './template-health/workload-rows.ts'

// What the operator makes of the members' statuses goes through a real apiserver, and is judged there by the engines of
// Argo CD and Flux: once as these come, once with the settings that examples/gitops has for them.

jest.setTimeout(120_000)

const EXAMPLES = fileURLToPath(new URL('../examples/gitops', import.meta.url))

interface Judgement {
  readonly status: string
  readonly message?: string
}

/** What each engine says of one template. */
interface Verdict {
  readonly argo: string
  readonly flux: string
  readonly bareArgo: string
  readonly bareFlux: string
}

interface Case {
  readonly row: HealthRow
  readonly isParked: boolean
  readonly name: string
}

const CASES: readonly Case[] = [false, true].flatMap(isParked =>
  [...WORKLOAD_ROWS, ...OTHER_ROWS]
    .filter(row => !(isParked && row.isForDedicatedOnly === true))
    .map((row, index) => ({ row, isParked, name: `t${index}-${isParked ? 'parked' : 'plain'}` })),
)

let apiserver: Apiserver
let client: Client
let verdicts: ReadonlyMap<string, Verdict>
const templates = new Map<string, KubeObject>()

beforeAll(async () => {
  const binaries = await ensureBinaries(GITOPS_BINARY_NAMES)
  apiserver = await startApiserver()
  client = newTestClient(apiserver.cluster.endpoint)
  await configureArgoCd(apiserver.cluster, `${EXAMPLES}/argocd`)
  for (const each of CASES) templates.set(each.name, await templateAfter(each))
  const [argo, flux] = [binaries.path('gitops-argocd'), binaries.path('gitops-flux')]
  const answers = await Promise.all([
    judge(argo, ['--kubeconfig', apiserver.cluster.kubeconfigPath]),
    judge(flux, ['--kustomization', `${EXAMPLES}/flux/shop.yaml`]),
    judge(argo),
    judge(flux),
  ])
  verdicts = new Map([...templates.keys()].map((name, index) => [name, verdictOf(answers, index)]))
}, START_TIMEOUT_MS + 900_000)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

describe.each([
  { host: 'a dedicated host', isParked: false },
  { host: 'an ordinary host, where it is parked', isParked: true },
])('health of a template on $host', ({ isParked }) => {
  const cases = CASES.filter(each => each.isParked === isParked)
  it.each(cases.map(each => ({ ...each, kind: each.row.type.split(' ')[1], ...each.row })))(
    '$kind, $situation: $want',
    ({ row, name }) => {
      const own = { ...row, ...(isParked ? row.parked : {}) }
      const [argo, flux] = [own.argo ?? WORDS[row.want].argo, own.flux ?? WORDS[row.want].flux]
      const want = { argo, flux, bareArgo: own.bare?.argo ?? argo, bareFlux: own.bare?.flux ?? flux }
      try {
        expect(verdicts.get(name)).toEqual(want)
      } catch (error) {
        throw new Error(`${error}\n${JSON.stringify(templates.get(name)?.['status'], undefined, 1)}`)
      }
    },
  )
})

/** Made, told of, and changed where the row says that it was. */
async function templateAfter({ row, isParked, name }: Case): Promise<KubeObject> {
  const wanted = templateOf(row, name, isParked)
  const resource = await resourceOf(wanted)
  const template = await client.create(resource, wanted)
  const on = { client, resource, row }
  try {
    if (row.formerly === undefined) return await aggregate({ ...on, template, members: row.members })
    const before = await aggregate({ ...on, template, members: row.formerly })
    const isChanged = Object.values(row.members).some(member => member.isBehind === true)
    const body = { spec: { template: { metadata: { annotations: { changed: 'yes' } } } } }
    const after = isChanged ? await client.patch(resource, keyOf(before), { type: 'merge', body }) : before
    return await aggregate({ ...on, template: after, members: row.members })
  } catch (error) {
    throw new Error(`${row.type}, ${row.situation}`, { cause: error })
  }
}

async function resourceOf(object: KubeObject): Promise<Resource> {
  const resource = await newDiscovery(client).resourceFor(gvkOf(object))
  if (resource === undefined) throw new Error(`the apiserver does not serve ${object.kind}`)
  return resource
}

async function judge(program: string, flags: readonly string[] = []): Promise<readonly Judgement[]> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...templates.values()] })
  return JSON.parse(await run(program, ['judge', ...flags], { input, timeoutMs: 100_000 })) as readonly Judgement[]
}

function verdictOf(answers: readonly (readonly Judgement[])[], index: number): Verdict {
  const [argo = '', flux = '', bareArgo = '', bareFlux = ''] = answers.map(all => all[index]?.status ?? '')
  return { argo, flux, bareArgo, bareFlux }
}
