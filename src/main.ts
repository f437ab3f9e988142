import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, join } from 'node:path'
import framework from '@dot-i/k8s-operator'
import { Command } from 'commander'
import { parse } from 'yaml'
import { startAgent } from './agent.ts'
import { ANNOTATION } from './api/names.ts'
import { type Configuration, configure } from './configuration.ts'
import type { Client } from './kube/client.ts'
import { inClusterConfig, inClusterNamespace } from './kube/in-cluster.ts'
import { serverConfigFromKubeconfig } from './kube/kubeconfig.ts'
import { missingRight } from './kube/missing-right.ts'
import { newClient } from './kube/new-client.ts'
import type { ServerConfig } from './kube/server-config.ts'
import type { Manager } from './manager.ts'
import { printableLines } from './object/printable.ts'
import { newOperatorProcess, type OperatorProcess } from './operator.ts'
import { formatParkingState } from './parking/parking-state.ts'
import { newPlacementMetrics } from './rendering/placement-metrics.ts'
import { sleep, systemClock } from './runtime/clock.ts'
import { type HttpServer, parseBindAddress, startHttpServer } from './runtime/http-server.ts'
import { type LeaderElection, newLeaderElection } from './runtime/leader-election.ts'
import { type Logger, newLogger } from './runtime/logger.ts'
import { type Metrics, newMetrics } from './runtime/metrics.ts'
import { newProcessIdentity, type ProcessIdentity } from './runtime/process-identity.ts'
import { collectAtRest } from './runtime/rest.ts'
import { leaveTerminationMessage } from './runtime/termination-message.ts'

// CommonJS: its default export is a member of the module.
const Operator = framework.default

/** How long an orderly stop may take before the process ends anyway, in milliseconds. */
const STOP_LIMIT_MS = 10_000
/** Between starts for which a right is missing, in milliseconds. */
const RIGHT_RETRY_MS = 10_000

interface Flags {
  readonly mode?: string
  readonly clusterName?: string
  readonly config?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly logLevel?: string
  readonly logFormat?: string
  readonly bindAddress?: string
  readonly installCrds?: boolean
  readonly leaderElect?: boolean
  readonly plugins?: string
}

/** What the process gives to the program that it runs. */
interface Surroundings {
  readonly configuration: Configuration
  /** The cluster that the process belongs to: its lease is there. */
  readonly home: Client
  readonly clock: typeof systemClock
  readonly log: Logger
  readonly metrics: Metrics
  readonly who: ProcessIdentity
  readonly leads: () => boolean
  /** Throws once this process may no longer act as the leader. */
  readonly fence: () => void
}

/** A program that has started. */
interface Running {
  /** Why it is not ready yet; undefined when it is. */
  unready(): string | undefined
  /** For whoever looks at the Lease (`flotilla doctor`). */
  notes(): Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** What a process can be. */
interface Program {
  /** What its own cluster is called in metrics and messages. */
  readonly homeName: string
  /** What it does whether it leads or not. */
  join?(surroundings: Surroundings): Omit<OperatorProcess, 'lead'>
  start(surroundings: Surroundings, signal: AbortSignal): Promise<Running>
}

/**
 * The process: waits for the lease, then runs its program until it is told to stop or loses the lease. The frame is the
 * `Operator` of @dot-i/k8s-operator; of its watches and queue nothing is used (docs/decisions).
 */
class FlotillaProcess extends Operator {
  readonly #configuration: Configuration
  readonly #log: Logger
  readonly #metrics = newMetrics()
  readonly #program: Program
  readonly #home
  readonly #who = newProcessIdentity(hostname(), process.env['POD_UID'])
  readonly #election: LeaderElection | undefined
  #http: HttpServer | undefined
  #running: Running | undefined
  #joined: Omit<OperatorProcess, 'lead'> | undefined
  #starting: Promise<void> | undefined
  /** Why it has not started. */
  #problem: string | undefined
  readonly #stopped = new AbortController()

  constructor(configuration: Configuration, log: Logger, program: Program & { readonly server: ServerConfig }) {
    super(log.with({ component: 'frame' }))
    this.#configuration = configuration
    this.#log = log
    this.#program = program
    const { qps, burst } = configuration.limits.host
    this.#home = newClient(program.server, {
      limits: qps > 0 ? { qps, burst } : {},
      onRequest: this.#metrics.requestsOf(program.homeName),
      pagesFirst: true,
    })
    this.#election = configuration.leaderElection.enabled ? this.#newElection() : undefined
  }

  #newElection(): LeaderElection {
    const { leaseName, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = this.#configuration.leaderElection
    const { namespace } = this.#configuration
    return newLeaderElection(
      { client: this.#home, clock: systemClock, log: this.#log },
      {
        namespace,
        name: leaseName,
        ...this.#who,
        leaseDurationMs,
        renewDeadlineMs,
        retryPeriodMs,
        annotations: () => ({ ...this.#joined?.notes(), ...this.#running?.notes() }),
        onStarted: signal => this.#lead(signal),
        onLost: () => loseEverything(this.#log, 'the lease is lost'),
      },
    )
  }

  protected override async init(): Promise<void> {
    this.#http = await startHttpServer({
      ...parseBindAddress(this.#configuration.bindAddress),
      health: {},
      readiness: { lease: () => this.#election?.problem, caches: () => this.#unready() },
      metrics: this.#metrics,
    })
    this.#metrics.watchLeadership(() => this.#election?.isLeader ?? true)
    giveBackAtRest(this.#log)
    this.#log.info('answering /healthz, /readyz and /metrics', { port: this.#http.port })
    this.#joined = this.#program.join?.(this.#surroundings())
    this.#joined?.join(this.#stopped.signal).catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return
      this.#log.error('this replica could not join', { error })
      this.#giveUp()
    })
    if (this.#election === undefined) this.#lead(this.#stopped.signal)
    else this.#election.start()
  }

  #lead(signal: AbortSignal): void {
    this.#starting = this.#startProgram(AbortSignal.any([signal, this.#stopped.signal])).catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return
      this.#log.error(`the ${this.#configuration.mode} could not start`, { error })
      leaveTerminationMessage(error instanceof Error ? error.message : String(error))
      this.#giveUp()
    })
  }

  /** A right that is missing is waited for: whoever gives it need not restart anything. */
  async #startProgram(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        this.#running = await this.#program.start(this.#surroundings(), signal)
        this.#problem = undefined
        this.#log.info('all controllers are running')
        return
      } catch (error) {
        if (missingRight(error) === undefined) throw error
        this.#problem = error instanceof Error ? error.message : String(error)
        this.#log.error('a right on the host is missing (docs/reference/permissions.md): trying again', { error })
        await sleep(systemClock, RIGHT_RETRY_MS, signal)
      }
    }
  }

  #surroundings(): Surroundings {
    return {
      configuration: this.#configuration,
      home: this.#home,
      clock: systemClock,
      log: this.#log,
      metrics: this.#metrics,
      who: this.#who,
      leads: () => this.#election?.isLeader ?? true,
      fence: () => this.#election?.fence(),
    }
  }

  /** Ends the process, and leaves the lease to whoever comes next. */
  #giveUp(): void {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS)
    void Promise.allSettled([this.#joined?.stop(), this.#election?.stop()]).finally(() => process.exit(1))
  }

  #unready(): string | undefined {
    if (this.#stopped.signal.aborted) return 'stopping'
    const problem = this.#joined?.unready()
    // A standby is ready to take over: it serves nothing until then. If one was unready that waits for others to end, a rolling update
    // would never end them.
    const isStandby = this.#election?.isLeader === false || this.#joined?.isStandingBy() === true
    if (problem !== undefined || isStandby) return problem
    return this.#running === undefined ? (this.#problem ?? 'starting') : this.#running.unready()
  }

  /** Ends in order: the program, the lease, the connections. */
  async shutdown(): Promise<void> {
    this.#stopped.abort(new Error(`the ${this.#configuration.mode} is stopping`))
    await this.#starting
    await this.#running?.stop()
    await this.#joined?.stop()
    await this.#election?.stop()
    await this.#http?.stop()
    await this.#home.close()
    super.stop()
  }
}

/** The operator on the host. */
function operatorProgram(): Program {
  let made: OperatorProcess | undefined
  const operatorOf = (surroundings: Surroundings): OperatorProcess => {
    if (made !== undefined) return made
    const { home, who, metrics, leads } = surroundings
    const allMetrics = { ...metrics, ...newPlacementMetrics(metrics.registry) }
    const onLost = (reason: string) => loseEverything(surroundings.log, `the Lease of this replica is lost: ${reason}`)
    made = newOperatorProcess({
      ...processDeps(surroundings),
      ...{ host: home, who, metrics: allMetrics, leads, onLost },
    })
    return made
  }
  return {
    homeName: 'host',
    join: surroundings => operatorOf(surroundings),
    start: async (surroundings, signal) => {
      const operator = operatorOf(surroundings)
      return { ...operatorState(await operator.lead(signal)), stop: () => operator.stop() }
    },
  }
}

/** Only where Node was started with --expose-gc, as the image does. */
function giveBackAtRest(log: Logger): void {
  const { gc } = globalThis
  if (gc === undefined) return
  let last = performance.eventLoopUtilization()
  collectAtRest({
    clock: systemClock,
    log,
    utilization: () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, last)
      last = now
      return utilization
    },
    usedBytes: () => process.memoryUsage().heapUsed,
    // An ordinary one leaves the pages that it empties to the process.
    collect: () => void gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  })
}

/** Whoever takes over has waited for the deadline that has passed: nothing may be written from now on. */
function loseEverything(log: Logger, reason: string): void {
  log.error(`${reason}: ending, so that nothing is written twice`)
  process.exit(1)
}

function operatorState(manager: Manager): Omit<Running, 'stop'> {
  return {
    unready: () => {
      const waiting = manager.unready()
      return waiting.length === 0 ? undefined : `waiting for the first list of ${waiting.join(', ')}`
    },
    notes: () => ({ [ANNOTATION.parking]: formatParkingState(manager.parking) }),
  }
}

/** The agent in a member in Pull mode. */
function agentProgram(server: ServerConfig): Program {
  return {
    homeName: server.name,
    start: async surroundings => {
      const agent = startAgent({ ...surroundings, ...processDeps(surroundings), server })
      return { unready: () => agent.unready(), notes: () => ({}), stop: () => agent.stop() }
    },
  }
}

function processDeps({ configuration, clock, log, metrics, fence }: Surroundings) {
  return {
    ...{ configuration, clock, log, fence },
    requestsOf: (cluster: string) => metrics.requestsOf(cluster),
    forgetMetricsOf: (cluster: string) => metrics.forgetCluster(cluster),
    lookups: lookupsAtOnce(process.env['UV_THREADPOOL_SIZE']),
    newUid: randomUUID,
    random: Math.random,
  }
}

/** Each keeps a thread of Node's pool busy (4 unless the environment says otherwise); two are left for files and the rest. */
function lookupsAtOnce(threadPoolSize: string | undefined): number {
  return Math.max(1, (Number(threadPoolSize) || 4) - 2)
}

function readFlags(argv: readonly string[]): Flags {
  return new Command('flotilla')
    .description('Places Kubernetes objects on member clusters and brings their status back.')
    .option('--mode <mode>', 'operator: on the host; agent: in a member in Pull mode')
    .option('--cluster-name <name>', 'the Cluster that this agent is the agent of')
    .option('--config <file>', 'configuration file, YAML or JSON (docs/reference/flags.md)')
    .option('--kubeconfig <file>', "of the cluster it runs in; default: $KUBECONFIG, else the Pod's ServiceAccount")
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--namespace <name>', "the operator's own namespace; default: the Pod's, else flotilla-system")
    .option('--log-level <level>', 'debug, info, warn or error')
    .option('--log-format <format>', 'auto, json or text')
    .option('--bind-address <host:port>', 'where /healthz, /readyz and /metrics answer')
    .option('--plugins <names>', 'what the scheduler asks, by commas: *, names, -name (docs/reference/flags.md)')
    .option('--no-install-crds', 'somebody else installs the CRDs; wait for them')
    .option('--no-leader-elect', 'work without a lease: only for a single process')
    .parse(argv)
    .opts<Flags>()
}

function readConfiguration(flags: Flags): Configuration {
  const file: unknown = flags.config === undefined ? undefined : parse(readFileSync(flags.config, 'utf8'))
  const namespace = flags.namespace ?? inClusterNamespace()
  return configure(file, {
    mode: flags.mode,
    ...(flags.clusterName !== undefined && { agent: { clusterName: flags.clusterName } }),
    namespace,
    logLevel: flags.logLevel,
    logFormat: flags.logFormat,
    bindAddress: flags.bindAddress,
    ...(flags.plugins !== undefined && { scheduling: { plugins: flags.plugins.split(',').map(name => name.trim()) } }),
    ...(flags.installCrds === false && { installCrds: false }),
    ...(flags.leaderElect === false && { leaderElection: { enabled: false } }),
  })
}

/** The apiserver that the process belongs to: the kubeconfig that is named, else the Pod's own, else the user's. */
function homeServer(flags: Flags, name: string): ServerConfig {
  const named = flags.kubeconfig ?? process.env['KUBECONFIG']
  const pod = named === undefined ? inClusterConfig({ name, env: process.env }) : undefined
  if (pod !== undefined) return pod
  const path = named ?? join(homedir(), '.kube', 'config')
  return serverConfigFromKubeconfig(readFileSync(path, 'utf8'), {
    name,
    trusted: true,
    directory: dirname(path),
    ...(flags.context !== undefined && { context: flags.context }),
  })
}

function loggerFor({ logFormat, logLevel }: Configuration): Logger {
  const terminal = process.stderr.isTTY === true
  const format = logFormat === 'auto' ? (terminal ? 'text' : 'json') : logFormat
  return newLogger({ format, level: logLevel, stream: process.stderr, colour: terminal })
}

async function main(): Promise<void> {
  const flags = readFlags(process.argv)
  const configuration = readConfiguration(flags)
  const log = loggerFor(configuration)
  const { mode, agent } = configuration
  const server = homeServer(flags, mode === 'agent' ? agent.clusterName : 'host')
  const program = mode === 'agent' ? agentProgram(server) : operatorProgram()
  const frame = new FlotillaProcess(configuration, log, { ...program, server })
  const stop = (name: string): void => {
    log.info('stopping', { signal: name })
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
    frame.shutdown().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('stopping failed', { error })
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await frame.start()
}

main().catch((error: unknown) => {
  process.stderr.write(`flotilla: ${printableLines(error instanceof Error ? error.message : String(error))}\n`)
  process.exit(1)
})
