import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { valueAt } from '../src/object/field.ts'
import { OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import { apply, everywhere } from './cluster-view.ts'
import type { Fleet } from './controlplane/fleet.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import { joinMembers } from './joining.ts'
import { type MemberState, readMembers, substanceOf, versionsOf } from './member-state.ts'
import { type OperatorOptions, type RunningOperator, startOperator } from './operator.ts'
import { NEXT_FIELD, nextRelease, previousChartCommit, type Release, releaseOf, thisRelease } from './releases.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'
import { quiet } from './settled.ts'
import { configMap, newNamespace, propagationPolicy } from './test-fleet.ts'

jest.setTimeout(400_000)

const NAMESPACE = 'upgrade'
const POLICY = `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/propagationpolicies/all`
const folder = mkdtempSync(join(tmpdir(), 'flotilla-upgrade-'))
const commit = previousChartCommit()
let fleet: Fleet
const operators: RunningOperator[] = []
let operator: RunningOperator
let previous: Release | undefined
let current: Release
let next: Release
let starts = 0

/** Installs a release over the one that runs, as Helm and the Deployment would. */
async function upgradeTo(release: Release): Promise<void> {
  await operator.process.stop()
  await start(release, { chart: release.chart })
}

/** Takes the last upgrade back. */
async function rollBackTo(release: Release): Promise<void> {
  await operator.process.stop()
  await fleet.host.helm(['rollback', RELEASE, '--namespace', OPERATOR_NAMESPACE])
  await start(release, { install: false })
}

async function start({ bundle }: Release, options: Pick<OperatorOptions, 'chart' | 'install'>): Promise<void> {
  const name = `operator-${++starts}`
  operator = await startOperator(fleet, { ...options, name, logFile: join(folder, `${name}.log`), bundle })
  operators.push(operator)
}

beforeAll(async () => {
  current = thisRelease(join(folder, 'current'))
  next = nextRelease(join(folder, 'next'))
  previous = commit === undefined ? undefined : releaseOf(commit, join(folder, 'previous'))
  const first = previous ?? current
  fleet = await startFleet({ host: 'ordinary', members: 2 })
  await start(first, { chart: first.chart })
  await joinMembers(fleet)
  await newNamespace(fleet.host, NAMESPACE)
  const selectors = [
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'v1', kind: 'Service' },
    { apiVersion: 'v1', kind: 'ConfigMap' },
  ]
  const labels = { app: 'web' }
  const containers = [{ name: 'web', image: 'web:1' }]
  await apply(
    fleet.host,
    propagationPolicy({ name: 'all', namespace: NAMESPACE }, selectors),
    configMap({ name: 'settings', namespace: NAMESPACE }, { a: '1' }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { selector: labels, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
  )
  await everywhere(fleet.members, { kind: 'deployment', name: 'web', namespace: NAMESPACE }, object => {
    return object.status?.readyReplicas === 2
  })
}, 900_000)

afterAll(() => endFleet(fleet, { logs: folder, operators }), 120_000)

/** What members have once the operator that runs has worked through everything that there is. */
async function settled(): Promise<MemberState> {
  const name = 'processed'
  await apply(fleet.host, configMap({ name, namespace: NAMESPACE }, { by: `operator ${starts}` }))
  await everywhere(fleet.members, { kind: 'configmap', name, namespace: NAMESPACE }, object => {
    return object.data.by === `operator ${starts}`
  })
  await quiet({ host: fleet.host, members: fleet.members, operator })
  // What is parked stays so, whatever runs meanwhile.
  expect(await fleet.host.kubectl(['get', 'pods', '--namespace', NAMESPACE, '--output', 'name'])).toBe('')
  return readMembers(fleet.members, NAMESPACE, [name])
}

const history = commit === undefined ? describe.skip : describe
const reason = commit === undefined ? ' [needs the commits of charts/]' : ''

history(`from the chart's previous commit${reason}`, () => {
  it('an upgrade moves nothing in members', async () => {
    const before = await settled()
    await upgradeTo(current)
    expect(substanceOf(await settled())).toEqual(substanceOf(before))
  })

  it('nor does a rollback', async () => {
    if (previous === undefined) throw new Error('there is no previous release')
    const before = await settled()
    await rollBackTo(previous)
    expect(substanceOf(await settled())).toEqual(substanceOf(before))
    await upgradeTo(current)
  })
})

describe('to a release with changed CRDs', () => {
  it('an upgrade writes nothing to members, and the API has what is new', async () => {
    const before = await settled()
    await upgradeTo(next)
    expect(versionsOf(await settled())).toEqual(versionsOf(before))
    const body = { spec: { [NEXT_FIELD]: 'kept' } }
    await fleet.host.request(POLICY, { method: 'PATCH', contentType: 'application/merge-patch+json', body })
    expect(valueAt(await fleet.host.request(POLICY), 'spec', NEXT_FIELD)).toBe('kept')
  })

  it('a rollback writes nothing to members either, and takes no field away', async () => {
    const before = await settled()
    await rollBackTo(current)
    expect(versionsOf(await settled())).toEqual(versionsOf(before))
    expect(valueAt(await fleet.host.request(POLICY), 'spec', NEXT_FIELD)).toBe('kept')
  })
})
