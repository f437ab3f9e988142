import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../scripts/bundle.ts'
import { installChart } from '../chart.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { type FaultProxy, startFaultProxy } from '../controlplane/fault-proxy.ts'
import type { Fleet } from '../controlplane/fleet.ts'
import { renderKubeconfig } from '../controlplane/kubeconfig.ts'
import type { Endpoint } from '../controlplane/rest.ts'
import { startFleet } from '../controlplane/start-fleet.ts'
import { type StormProxy, startStormProxy } from '../controlplane/storm-proxy.ts'
import { joinManifests, joinMembers } from '../joining.ts'
import { type RunningOperator, startOperator } from '../operator.ts'
import { newNamespace } from '../test-fleet.ts'
import { CLUSTERS, NAMESPACE } from './objects.ts'
import type { Random } from './random.ts'

/** So that a successor comes soon, and a member counts as ill and as well again soon, and what is to leave leaves soon. */
const CONFIGURATION = {
  leaderElection: { leaseDurationMs: 6_000, renewDeadlineMs: 4_000, retryPeriodMs: 250 },
  clusters: {
    ...{ intervalMs: 500, timeoutMs: 1_000, failureThresholdMs: 1_500, successThresholdMs: 500 },
    deletionPollMs: 250,
  },
  scheduling: { unschedulableRetryMs: 1_000, failureRetryMs: 1_000 },
  // Users may taint as many members as they like: nobody is there to confirm it.
  failover: { gracePeriodSeconds: 3, brake: { clusterShare: 1, replicaShare: 1 } },
}
/** How soon an operator is started again that has ended. */
const KUBELET_MS = 300
/** As src/runtime/controller.ts says it. */
const MISTAKE = 'reconcile failed by a mistake in the program'
const SECRETS = '/api/v1/namespaces/karmada-cluster/secrets'

/** What stands before an apiserver. */
interface Front {
  readonly plane: ControlPlane
  /** Connections that break, hang and are refused. */
  readonly line: FaultProxy
  /** Requests that are treated badly. */
  readonly storm: StormProxy
}

/** A member, and what stands between the operators and it. */
export interface SoakMember extends Front {
  readonly name: string
  /** Who a Cluster connects as, each time with another token. */
  kubeconfig(): Promise<string>
}

export interface SoakOperator {
  readonly name: string
  readonly running: RunningOperator
  /** SIGKILL; it stays away until `start` or `replace`. One that ends for any other reason is started again, as a kubelet does. */
  kill(): Promise<void>
  /** The next process of the same Pod. */
  start(): void
  /** The first process of another Pod. */
  replace(): void
  /** Moves its wall clock to so many milliseconds after the machine's. */
  shiftClock(byMs: number): void
}

/** A host with operators, of which one leads, and members, each behind proxies that can go wrong. */
export interface SoakFleet {
  readonly fleet: Fleet
  readonly host: Front
  readonly members: readonly SoakMember[]
  readonly operators: readonly SoakOperator[]
  readonly sharing: boolean
  /** Where the logs of the operators are, which also run there. */
  readonly logs: string
  /** Lines of the operators' logs that tell of a mistake in the program, or are no log lines at all: a crash. */
  mistakes(): readonly string[]
  /** From now on the logs are kept. */
  keepLogs(): void
  stop(): Promise<void>
}

export interface SoakOptions {
  readonly members: readonly string[]
  readonly operators: number
  /** Whether they share the members; else one of them does all, and the others stand by. */
  readonly sharing: boolean
}

/** Starts all of it; every member is joined and Ready. */
export async function startSoakFleet(options: SoakOptions, random: Random): Promise<SoakFleet> {
  const names = options.members
  const logs = mkdtempSync(join(tmpdir(), 'flotilla-soak-'))
  const fleet = await startFleet({ members: names })
  const chart = await installChart(fleet.host, { config: { ...CONFIGURATION, sharing: { enabled: options.sharing } } })
  const host = { plane: fleet.host, ...(await startFront(chart.kubeconfig, random)) }
  const kubeconfigPath = join(logs, 'host.kubeconfig')
  writeFileSync(kubeconfigPath, renderKubeconfig('host', host.line.endpoint))
  const [program] = await bundle(logs)
  const operators: SoakOperator[] = []
  // One after the other: the first makes the API.
  for (let number = 1; number <= options.operators; number++) {
    const place = {
      name: `operator-${number}`,
      logs,
      kubeconfigPath,
      ...(program !== undefined && { bundle: program }),
    }
    operators.push(await startSoakOperator(fleet, place))
  }
  const members = await Promise.all(names.map(name => startMember(fleet.member(name), random)))
  const joinable = members.map(async ({ name, kubeconfig }) => ({ name, kubeconfig: await kubeconfig() }))
  await joinMembers(fleet, await Promise.all(joinable))
  await newNamespace(fleet.host, NAMESPACE)
  let keeps = process.env['KEEP_LOGS'] !== undefined
  return {
    ...{ fleet, host, members, operators, logs, sharing: options.sharing },
    mistakes: () => operators.flatMap(({ running }) => mistakesIn(readFileSync(running.process.spec.logFile, 'utf8'))),
    keepLogs: () => {
      keeps = true
    },
    stop: async () => {
      // For good: nobody starts them again.
      await Promise.all(operators.map(operator => operator.kill()))
      await fleet.stop()
      await Promise.all([host, ...members].flatMap(({ line, storm }) => [line.stop(), storm.stop()]))
      if (!keeps) rmSync(logs, { recursive: true, force: true })
    },
  }
}

function mistakesIn(log: string): readonly string[] {
  return log.split('\n').filter(line => line !== '' && (!line.startsWith('{') || line.includes(MISTAKE)))
}

interface OperatorPlace {
  readonly name: string
  readonly logs: string
  readonly kubeconfigPath: string
  readonly bundle?: string
}

async function startSoakOperator(fleet: Fleet, { name, logs, ...place }: OperatorPlace): Promise<SoakOperator> {
  const clockFile = join(logs, `${name}.clock`)
  const shiftClock = (byMs: number): void => writeFileSync(clockFile, String(byMs))
  shiftClock(0)
  let isAway = false
  const running = await startOperator(fleet, {
    ...{ name, ...place, install: false, logFile: join(logs, `${name}.log`) },
    nodeFlags: ['--import', new URL('./shifted-clock.mjs', import.meta.url).href],
    env: { SOAK_CLOCK_FILE: clockFile },
  })
  setInterval(() => isAway || running.revive(), KUBELET_MS).unref()
  return {
    ...{ name, running, shiftClock },
    kill: () => {
      isAway = true
      return running.process.kill()
    },
    start: () => {
      isAway = false
      running.revive()
    },
    replace: () => {
      isAway = false
      running.replace()
    },
  }
}

async function startFront(endpoint: Endpoint, random: Random): Promise<Omit<Front, 'plane'>> {
  const storm = await startStormProxy(endpoint, () => random.next())
  return { storm, line: await startFaultProxy(storm.endpoint) }
}

async function startMember(plane: ControlPlane, random: Random): Promise<SoakMember> {
  const front = await startFront(plane.endpoint, random)
  const kubeconfig = async (): Promise<string> => {
    const identity = { namespace: 'kube-system', serviceAccount: 'flotilla', clusterRole: 'cluster-admin' }
    const { token } = await plane.kubeconfigFor(identity)
    return renderKubeconfig(plane.name, { ...front.line.endpoint, token })
  }
  return { name: plane.name, plane, ...front, kubeconfig }
}

/** Writes the Secret of a member anew, with another token, and makes sure that it is joined. */
export async function putMember(host: ControlPlane, member: SoakMember, { secretOnly = false } = {}): Promise<void> {
  const [secret, cluster] = joinManifests({ name: member.name, kubeconfig: await member.kubeconfig() })
  const put = (path: string, body: unknown) =>
    host.request(`${path}/${member.name}?fieldManager=user&force=true`, {
      ...{ method: 'PATCH', contentType: 'application/apply-patch+yaml', body },
    })
  await put(SECRETS, secret)
  if (!secretOnly) await put(CLUSTERS, cluster)
}
