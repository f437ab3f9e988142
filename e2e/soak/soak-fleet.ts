import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../scripts/bundle.ts'
import { installChart } from '../chart.ts'
import { apply, eventually } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { type FaultProxy, startFaultProxy } from '../controlplane/fault-proxy.ts'
import type { Fleet } from '../controlplane/fleet.ts'
import { renderKubeconfig } from '../controlplane/kubeconfig.ts'
import { startFleet } from '../controlplane/start-fleet.ts'
import { type StormProxy, startStormProxy } from '../controlplane/storm-proxy.ts'
import { joinManifests, joinMembers } from '../joining.ts'
import { type RunningOperator, startOperator } from '../operator.ts'
import { newNamespace } from '../test-fleet.ts'
import type { Random } from './random.ts'

export const NAMESPACE = 'soak'
const LEADER_ELECTION = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 250 }
/** So that a successor comes soon, and a member counts as ill and as well again soon. */
const CLUSTERS = { intervalMs: 1_000, timeoutMs: 1_000, failureThresholdMs: 2_000, successThresholdMs: 1_000 }

/** A member, and what stands between the operators and it. */
export interface SoakMember {
  readonly name: string
  readonly plane: ControlPlane
  /** Connections that break, hang and are refused. */
  readonly line: FaultProxy
  /** Requests that are treated badly. */
  readonly storm: StormProxy
  /** Who a Cluster connects as; a rotation changes it. */
  kubeconfig(): Promise<string>
}

/** A host with two operators, of which one leads, and members, each behind proxies that can go wrong. */
export interface SoakFleet {
  readonly fleet: Fleet
  readonly host: ControlPlane
  readonly hostStorm: StormProxy
  readonly members: readonly SoakMember[]
  readonly operators: readonly RunningOperator[]
  /** Moves the clock of every operator to so many milliseconds after the machine's. */
  shiftClocks(byMs: number): void
  stop(): Promise<void>
}

/** Starts all of it; every member is joined and Ready. */
export async function startSoakFleet(names: readonly string[], random: Random): Promise<SoakFleet> {
  const logs = mkdtempSync(join(tmpdir(), 'flotilla-soak-'))
  const fleet = await startFleet({ members: names })
  const configuration = { leaderElection: LEADER_ELECTION, clusters: CLUSTERS }
  const chart = await installChart(fleet.host, { config: configuration })
  const hostStorm = await startStormProxy(chart.kubeconfig, () => random.next())
  const kubeconfigPath = join(logs, 'host.kubeconfig')
  writeFileSync(kubeconfigPath, renderKubeconfig('host', hostStorm.endpoint))
  const clockFile = join(logs, 'clock')
  writeFileSync(clockFile, '0')
  const [program] = await bundle(logs)
  const operators = await startOperators(fleet, ['first', 'second'], name => ({
    ...{ name, kubeconfigPath, install: false, logFile: join(logs, `${name}.log`) },
    nodeFlags: ['--import', new URL('./shifted-clock.mjs', import.meta.url).href],
    env: { SOAK_CLOCK_FILE: clockFile },
    ...(program !== undefined && { bundle: program }),
  }))
  const members = await Promise.all(names.map(name => startMember(fleet.member(name), random)))
  const joinable = members.map(async ({ name, kubeconfig }) => ({ name, kubeconfig: await kubeconfig() }))
  await joinMembers(fleet, await Promise.all(joinable))
  await newNamespace(fleet.host, NAMESPACE)
  return {
    ...{ fleet, host: fleet.host, hostStorm, members, operators },
    shiftClocks: byMs => writeFileSync(clockFile, String(byMs)),
    stop: async () => {
      await fleet.stop()
      await Promise.all([hostStorm, ...members.flatMap(({ line, storm }) => [line, storm])].map(proxy => proxy.stop()))
      if (process.env['KEEP_LOGS'] === undefined) rmSync(logs, { recursive: true, force: true })
    },
  }
}

type OperatorSettings = Parameters<typeof startOperator>[1]

async function startOperators(fleet: Fleet, names: readonly string[], of: (name: string) => OperatorSettings) {
  const operators: RunningOperator[] = []
  // One after the other: the first makes the API.
  for (const name of names) operators.push(await startOperator(fleet, of(name)))
  return operators
}

async function startMember(plane: ControlPlane, random: Random): Promise<SoakMember> {
  const storm = await startStormProxy(plane.endpoint, () => random.next())
  const line = await startFaultProxy(storm.endpoint)
  const kubeconfig = async (): Promise<string> => {
    const identity = { namespace: 'kube-system', serviceAccount: 'flotilla', clusterRole: 'cluster-admin' }
    const { token } = await plane.kubeconfigFor(identity)
    return renderKubeconfig(plane.name, { ...line.endpoint, token })
  }
  return { name: plane.name, plane, storm, line, kubeconfig }
}

/** Writes the Secret of a member anew, with another token. */
export async function rotateSecret(host: ControlPlane, member: SoakMember): Promise<void> {
  const [secret] = joinManifests({ name: member.name, kubeconfig: await member.kubeconfig() })
  if (secret === undefined) throw new Error('a member has a Secret')
  await eventually(`the Secret of ${member.name} is written`, () =>
    apply(host, secret).then(
      () => true,
      () => false,
    ),
  )
}
