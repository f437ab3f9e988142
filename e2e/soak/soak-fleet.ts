import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../scripts/bundle.ts'
import { installChart } from '../chart.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { Fleet } from '../controlplane/fleet.ts'
import { renderKubeconfig } from '../controlplane/kubeconfig.ts'
import { startFleet } from '../controlplane/start-fleet.ts'
import { joinManifests, joinMembers } from '../joining.ts'
import { newNamespace } from '../test-fleet.ts'
import { newCredentials } from './credentials.ts'
import { type Front, frontOf, startWay, type Way } from './fronts.ts'
import { CLUSTERS, NAMESPACE } from './objects.ts'
import type { Random } from './random.ts'
import { type SoakOperator, startSoakOperator } from './soak-operator.ts'

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
/** As src/runtime/controller.ts says it. */
const MISTAKE = 'reconcile failed by a mistake in the program'
const SECRETS = '/api/v1/namespaces/karmada-cluster/secrets'

/** A member, and what stands between the operators and it. */
export interface SoakMember extends Front {
  readonly name: string
  /** Gives another kubeconfig to `use`; when that has resolved the former's token is taken away. */
  renew(use: (kubeconfig: string) => Promise<unknown>): Promise<void>
}

/** A host with operators, of which one leads, and members, each behind proxies that can go wrong. */
export interface SoakFleet {
  readonly fleet: Fleet
  /** With the ways of all operators to it. */
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
  const [program] = await bundle(logs)
  const ways: Way[] = []
  const operators: SoakOperator[] = []
  // One after the other: the first makes the API.
  for (let number = 1; number <= options.operators; number++) {
    const way = await startWay(chart.kubeconfig, random)
    ways.push(way)
    const place = { name: `operator-${number}`, logs, way, ...(program !== undefined && { bundle: program }) }
    operators.push(await startSoakOperator(fleet, place))
  }
  const host = frontOf(fleet.host, ways)
  const members = await Promise.all(
    names.map(async name => {
      const plane = fleet.member(name)
      const way = await startWay(plane.endpoint, random)
      ways.push(way)
      return newMember(plane, way)
    }),
  )
  const joined = members.map(({ name, renew }) => renew(kubeconfig => joinMembers(fleet, [{ name, kubeconfig }])))
  await Promise.all(joined)
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
      await Promise.all(ways.map(way => way.stop()))
      if (!keeps) rmSync(logs, { recursive: true, force: true })
    },
  }
}

function mistakesIn(log: string): readonly string[] {
  return log.split('\n').filter(line => line !== '' && (!line.startsWith('{') || line.includes(MISTAKE)))
}

function newMember(plane: ControlPlane, way: Way): SoakMember {
  const credentials = newCredentials(plane)
  return {
    ...{ ...frontOf(plane, [way]), name: plane.name },
    renew: use => credentials.replace(token => use(renderKubeconfig(plane.name, { ...way.endpoint, token }))),
  }
}

/** Writes the Secret of a member anew, with other credentials, and makes sure that it is joined. */
export async function putMember(host: ControlPlane, member: SoakMember, { secretOnly = false } = {}): Promise<void> {
  const put = (path: string, body: unknown) =>
    host.request(`${path}/${member.name}?fieldManager=user&force=true`, {
      ...{ method: 'PATCH', contentType: 'application/apply-patch+yaml', body },
    })
  await member.renew(async kubeconfig => {
    const [secret, cluster] = joinManifests({ name: member.name, kubeconfig })
    await put(SECRETS, secret)
    if (!secretOnly) await put(CLUSTERS, cluster)
  })
}
