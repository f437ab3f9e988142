import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import { type Binaries, ensureBinaries } from './controlplane/binaries.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { Fleet, HostKind } from './controlplane/fleet.ts'
import { GITOPS_BINARY_NAMES } from './controlplane/recipes.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import { configureArgoCd, newArgoCd } from './gitops/argocd.ts'
import { newFlux } from './gitops/flux.ts'
import { type GitRepository, newRepository } from './gitops/repository.ts'
import {
  BINDING,
  bindingOf,
  CLOSED,
  DELIVERED,
  hasExceededDeadline,
  imageOf,
  LATE,
  metadataKeys,
  place,
  publishIngress,
  SHOP,
  STUCK,
  steadyVersions,
  TAKEN,
  versions,
} from './gitops/shop.ts'
import type { GitOpsTool, HealthReport } from './gitops/tool.ts'
import { joinMembers } from './joining.ts'
import { type RunningOperator, startOperator } from './operator.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'

// A repository is synced onto the host by the engines of Argo CD and Flux; what it has goes to the members from there.

jest.setTimeout(300_000)

const EXAMPLES = fileURLToPath(new URL('../examples/gitops', import.meta.url))
const HOSTS: readonly HostKind[] = ['dedicated', 'ordinary']
const file = (path: string): string => readFileSync(join(EXAMPLES, 'repository', path), 'utf8')

interface Stage {
  readonly host: ControlPlane
  readonly binaries: Binaries
  readonly directory: string
}

const TOOLS: readonly { readonly name: string; readonly start: (stage: Stage, checkout: string) => GitOpsTool }[] = [
  {
    name: 'Argo CD',
    start: ({ host, binaries }, checkout) =>
      newArgoCd({ host, checkout, program: binaries.path('gitops-argocd'), examples: join(EXAMPLES, 'argocd') }),
  },
  {
    name: 'Argo CD with ServerSideApply=true',
    start: ({ host, binaries }, checkout) =>
      newArgoCd({
        host,
        checkout,
        program: binaries.path('gitops-argocd'),
        examples: join(EXAMPLES, 'argocd'),
        syncOptions: 'ServerSideApply=true',
      }),
  },
  {
    name: 'Flux',
    start: ({ host, binaries, directory }, checkout) =>
      newFlux({
        host,
        checkout,
        program: binaries.path('gitops-flux'),
        manifests: ['policies.yaml', 'shop.yaml'].map(name => join(EXAMPLES, 'flux', name)),
        state: directory,
      }),
  },
]

describe.each(HOSTS.map(kind => ({ kind })))('a host that is $kind', ({ kind }) => {
  const logs = mkdtempSync(join(tmpdir(), 'flotilla-gitops-'))
  const operators: RunningOperator[] = []
  let fleet: Fleet
  let binaries: Binaries

  beforeAll(async () => {
    binaries = await ensureBinaries(GITOPS_BINARY_NAMES)
    fleet = await startFleet({ host: kind, members: 2 })
    operators.push(await startOperator(fleet, { logFile: join(logs, 'operator.log') }))
    await joinMembers(fleet)
    await configureArgoCd(fleet.host, join(EXAMPLES, 'argocd'))
  }, 900_000)

  afterAll(() => endFleet(fleet, { logs, operators }), 120_000)

  describe.each(TOOLS.map((tool, index) => ({ ...tool, index })))('synced by $name', ({ start, index }) => {
    let repository: GitRepository
    let tool: GitOpsTool
    const directory = join(logs, `tool-${index}`)
    const eventuallyHealth = (until: string, wanted: (report: HealthReport) => boolean): Promise<HealthReport> =>
      eventually(until, async () => {
        const report = await tool.health()
        return wanted(report) ? report : undefined
      })

    it('what Git has arrives in the members, without the marks of the tool', async () => {
      mkdirSync(directory)
      repository = await newRepository(directory, join(EXAMPLES, 'repository'))
      tool = start({ host: fleet.host, binaries, directory }, repository.checkout)
      await tool.sync()
      for (const look of DELIVERED) {
        const [inHost] = await everywhere([fleet.host], look, () => true)
        expect(metadataKeys(inHost)).toEqual(expect.arrayContaining([tool.marks[0]]))
        for (const object of await everywhere(fleet.members, look, () => true)) {
          expect(metadataKeys(object).filter(key => tool.marks.includes(key))).toEqual([])
        }
      }
    })

    it('is healthy when the members are', async () => {
      await publishIngress(fleet.members)
      await tool.awaitHealthy()
      await eventuallyHealth('the shop is healthy', report => notHealthy(report).length === 0)
      const web = await readObject(fleet.host, place('deployment', 'web'))
      expect(web.status).toMatchObject({ replicas: 4, readyReplicas: 4, updatedReplicas: 4, availableReplicas: 4 })
    })

    it('never drifts while Git does not change, and a sync writes nothing', async () => {
      const { metadata, spec } = await readObject(fleet.host, place('deployment', 'web'))
      expect(metadata.labels['propagationpolicy.karmada.io/permanent-id']).toBeDefined()
      expect(spec.paused === true).toBe(kind === 'ordinary')
      // What the operator parked itself, when it knew of the policy before the apiserver did, is the tool's again by its next sync.
      await tool.sync()
      const before = await steadyVersions(fleet.host, fleet.members)
      for (const _round of [1, 2, 3]) {
        expect(await tool.drift()).toEqual([])
        await tool.sync()
      }
      expect(await tool.drift()).toEqual([])
      expect(await versions(fleet.host, fleet.members)).toEqual(before)
    })

    it('image, replicas and data arrive, and it is progressing until every member has rolled out', async () => {
      const late = fleet.member('member2')
      await late.stop('controller-manager')
      const web = file('shop/web.yaml')
        .replace('nginx:1.29', 'nginx:1.30')
        .replace('replicas: 4', 'replicas: 6\n  paused: false')
      const settings = file('shop/settings.yaml').replace('hello', 'good morning')
      await repository.commit('Six of the next version', { 'shop/web.yaml': web, 'shop/settings.yaml': settings })
      await tool.sync()
      await everywhere(fleet.members, place('configmap', 'settings'), c => c.data.greeting === 'good morning')
      await everywhere(fleet.members, place('deployment', 'web'), d => imageOf(d) === 'nginx:1.30')
      await everywhere([fleet.member('member1')], place('deployment', 'web'), d => d.status.updatedReplicas === 3)
      // It stays so while that controller manager is away.
      const rolling = await eventuallyHealth('it is progressing, and its binding says so', ({ overall, objects }) => {
        const told = [overall, objects['Deployment/web'], objects[`${BINDING}/web-deployment`]]
        return told.every(health => health === 'Progressing')
      })
      expect(rolling.overall).toBe('Progressing')
      expect(rolling.objects).toMatchObject({
        'Deployment/web': 'Progressing',
        'ResourceBinding/web-deployment': 'Progressing',
        'StatefulSet/db': 'Healthy',
      })
      expect(await tool.drift()).toEqual([])
      await late.start('controller-manager')
      await tool.awaitHealthy()
      expect(await tool.drift()).toEqual([])
    })

    it('policies that Git changes move what they placed, and change it for one member', async () => {
      const policy = file('policies/web.yaml').replace('        - member1\n', '')
      await repository.commit('The web servers leave member1', { 'policies/web.yaml': policy })
      await tool.sync()
      await nowhere([fleet.member('member1')], place('deployment', 'web'))
      await everywhere([fleet.member('member2')], place('deployment', 'web'), d => d.status?.readyReplicas === 6)
      await tool.awaitHealthy()
      expect(await tool.drift()).toEqual([])
      const site = file('policies/site.yaml').replace('value: west', 'value: far west')
      await repository.commit('Back to both', {
        'policies/web.yaml': file('policies/web.yaml'),
        'policies/site.yaml': site,
      })
      await tool.sync()
      await everywhere([fleet.member('member2')], place('configmap', 'settings'), c => c.data.site === 'far west')
      await everywhere([fleet.member('member1')], place('configmap', 'settings'), c => c.data.site === 'east')
      await everywhere(fleet.members, place('deployment', 'web'), d => d.status?.readyReplicas === 3)
    })

    it('tells what a member refuses: by the binding, since the object itself has no status', async () => {
      const [first, second] = fleet.members
      if (first === undefined || second === undefined) throw new Error('the fleet has fewer than two members')
      await apply(second, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'taken', namespace: SHOP } })
      tool.alsoCheck(bindingOf('taken-configmap'))
      await repository.commit('What member2 has already', { 'shop/taken.yaml': TAKEN })
      await tool.sync()
      await everywhere([first], place('configmap', 'taken'), () => true)
      await eventuallyHealth(
        'the conflict is told',
        ({ objects }) => objects[`${BINDING}/taken-configmap`] === 'Degraded',
      )
      expect(await tool.drift()).toEqual([])
      await second.kubectl(['delete', 'configmap', 'taken', '--namespace', SHOP])
      await eventuallyHealth('the conflict is over', ({ overall, objects }) => {
        return overall === 'Healthy' && objects[`${BINDING}/taken-configmap`] === 'Healthy'
      })
    })

    it('is degraded when a Job fails in a member', async () => {
      tool.alsoCheck({ apiVersion: 'batch/v1', kind: 'Job', name: 'late', namespace: SHOP })
      await repository.commit('A Job that cannot run', { 'shop/late.yaml': LATE })
      await tool.sync()
      const report = await eventuallyHealth('the Job has failed', ({ overall }) => overall === 'Degraded')
      expect(report.objects).toMatchObject({ 'Job/late': 'Degraded', 'Deployment/web': 'Healthy' })
      expect(await tool.drift()).toEqual([])
    })

    it('is degraded when a Deployment comes no further in a member', async () => {
      tool.alsoCheck(
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'stuck', namespace: SHOP },
        bindingOf('stuck-deployment'),
      )
      await repository.commit('A Deployment that fits no node', {
        'shop/stuck.yaml': STUCK,
        'shop/late.yaml': undefined,
      })
      await tool.sync()
      await everywhere(fleet.members, place('deployment', 'stuck'), hasExceededDeadline)
      const report = await eventuallyHealth('the Deployment is stuck', ({ objects }) => {
        return objects['Deployment/stuck'] === 'Degraded'
      })
      expect(report.objects).toMatchObject({ [`${BINDING}/stuck-deployment`]: 'Progressing' })
    })

    it('prune deletes everywhere', async () => {
      await repository.commit('No agent', { 'shop/agent.yaml': undefined })
      await tool.sync()
      await nowhere([fleet.host, ...fleet.members], place('daemonset', 'agent'))
      expect(await tool.drift()).toEqual([])
      // Neither tool takes a directory without manifests for an empty one.
      const rest = ['shop/db', 'shop/jobs', 'shop/settings', 'shop/web', 'shop/taken', 'shop/stuck']
      const gone = [...rest, 'policies/shop', 'policies/site', 'policies/web'].map(path => [`${path}.yaml`, undefined])
      await repository.commit('The shop is closed', { ...Object.fromEntries(gone), 'shop/closed.yaml': CLOSED })
      await tool.sync()
      for (const look of DELIVERED) await nowhere([fleet.host, ...fleet.members], look)
      for (const name of ['shop', 'web', 'taken']) await nowhere([fleet.host], place('propagationpolicy', name))
      for (const look of [place('configmap', 'taken'), place('deployment', 'stuck')]) await nowhere([fleet.host], look)
      expect(await tool.drift()).toEqual([])
    })
  })
})

/** The gated Pods of a parked StatefulSet stand in Argo CD's tree, and count for nothing. */
function notHealthy({ objects }: HealthReport): readonly string[] {
  return Object.keys(objects).filter(name => objects[name] !== 'Healthy' && !name.startsWith('Pod/'))
}
