import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, join } from 'node:path'
import frame from '@dot-i/k8s-operator'
import { Command } from 'commander'
import { parse } from 'yaml'
import { ANNOTATION } from './api/names.ts'
import { type Configuration, configure } from './configuration.ts'
import { inClusterConfig, inClusterNamespace } from './kube/in-cluster.ts'
import { serverConfigFromKubeconfig } from './kube/kubeconfig.ts'
import { missingRight } from './kube/missing-right.ts'
import { newClient } from './kube/new-client.ts'
import type { ServerConfig } from './kube/server-config.ts'
import { type Manager, type ManagerDeps, startManager } from './manager.ts'
import { formatParkingState } from './parking/parking-state.ts'
import { newPlacementMetrics } from './rendering/placement-metrics.ts'
import { sleep, systemClock } from './runtime/clock.ts'
import { newEventRecorder, type RunningRecorder } from './runtime/event-recorder.ts'
import { type HttpServer, parseBindAddress, startHttpServer } from './runtime/http-server.ts'
import { type LeaderElection, newLeaderElection } from './runtime/leader-election.ts'
import { type Logger, newLogger } from './runtime/logger.ts'
import { newMetrics } from './runtime/metrics.ts'
import { leaveTerminationMessage } from './runtime/termination-message.ts'

// CommonJS: its default export is a member of the module.
const Operator = frame.default

/** How long an orderly stop may take before the process ends anyway, in milliseconds. */
const STOP_LIMIT_MS = 10_000
/** Between starts for which a right is missing, in milliseconds. */
const RIGHT_RETRY_MS = 10_000

interface Flags {
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

/**
 * The process: waits for the lease, then runs the manager until it is told to stop or loses the lease. The frame is the
 * `Operator` of @dot-i/k8s-operator; of its watches and queue nothing is used (docs/decisions).
 */
class FlotillaOperator extends Operator {
  readonly #configuration: Configuration
  readonly #log: Logger
  readonly #metrics = newMetrics()
  readonly #placements = newPlacementMetrics(this.#metrics.registry)
  readonly #host
  readonly #recorder: RunningRecorder
  readonly #election: LeaderElection | undefined
  #http: HttpServer | undefined
  #manager: Manager | undefined
  #starting: Promise<void> | undefined
  /** Why it has not started. */
  #problem: string | undefined
  readonly #stopped = new AbortController()

  constructor(configuration: Configuration, server: ServerConfig, log: Logger) {
    super(log.with({ component: 'frame' }))
    this.#configuration = configuration
    this.#log = log
    const { qps, burst } = configuration.limits.host
    this.#host = newClient(server, {
      limits: qps > 0 ? { qps, burst } : {},
      onRequest: this.#metrics.requestsOf('host'),
    })
    const identity = `${hostname()}_${randomUUID().slice(0, 8)}`
    const deps = { client: this.#host, clock: systemClock, log, metrics: this.#metrics }
    this.#recorder = newEventRecorder(deps, { instance: identity })
    this.#election = configuration.leaderElection.enabled ? this.#newElection(identity) : undefined
  }

  #newElection(identity: string): LeaderElection {
    const { leaseName, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = this.#configuration.leaderElection
    const { namespace } = this.#configuration
    return newLeaderElection(
      { client: this.#host, clock: systemClock, log: this.#log },
      {
        namespace,
        name: leaseName,
        identity,
        leaseDurationMs,
        renewDeadlineMs,
        retryPeriodMs,
        annotations: () => this.#notes(),
        onStarted: signal => this.#lead(signal),
        onLost: () => {
          this.#log.error('the lease is lost: ending, so that nothing is written twice')
          process.exit(1)
        },
      },
    )
  }

  /** For whoever looks at the Lease (`flotilla doctor`). */
  #notes(): Readonly<Record<string, string>> {
    return this.#manager === undefined ? {} : { [ANNOTATION.parking]: formatParkingState(this.#manager.parking) }
  }

  protected override async init(): Promise<void> {
    this.#http = await startHttpServer({
      ...parseBindAddress(this.#configuration.bindAddress),
      health: {},
      readiness: { lease: () => this.#election?.problem, caches: () => this.#unready() },
      metrics: this.#metrics,
    })
    this.#metrics.watchLeadership(() => this.#election?.isLeader ?? true)
    this.#log.info('answering /healthz, /readyz and /metrics', { port: this.#http.port })
    if (this.#election === undefined) this.#lead(this.#stopped.signal)
    else this.#election.start()
  }

  #lead(signal: AbortSignal): void {
    this.#starting = this.#startManager(AbortSignal.any([signal, this.#stopped.signal])).catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return
      this.#log.error('the operator could not start', { error })
      leaveTerminationMessage(error instanceof Error ? error.message : String(error))
      this.#giveUp()
    })
  }

  /** A right that is missing is waited for: whoever gives it need not restart anything. */
  async #startManager(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        this.#manager = await startManager(this.#managerDeps(), signal)
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

  #managerDeps(): ManagerDeps {
    const { clock, log, metrics } = { clock: systemClock, log: this.#log, metrics: this.#metrics }
    return {
      host: this.#host,
      configuration: this.#configuration,
      recorder: this.#recorder,
      clock,
      log,
      metrics: { ...metrics, ...this.#placements },
      requestsOf: cluster => metrics.requestsOf(cluster),
      forgetMetricsOf: cluster => metrics.forgetCluster(cluster),
      fence: () => this.#election?.fence(),
      lookups: lookupsAtOnce(process.env['UV_THREADPOOL_SIZE']),
      newUid: randomUUID,
      random: Math.random,
    }
  }

  /** Ends the process, and leaves the lease to whoever comes next. */
  #giveUp(): void {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS)
    void (this.#election?.stop() ?? Promise.resolve()).finally(() => process.exit(1))
  }

  #unready(): string | undefined {
    if (this.#stopped.signal.aborted) return 'stopping'
    // A standby is ready to take over: it serves nothing until then.
    if (this.#election?.isLeader === false) return undefined
    if (this.#manager === undefined) return this.#problem ?? 'starting'
    const waiting = this.#manager.unready()
    return waiting.length === 0 ? undefined : `waiting for the first list of ${waiting.join(', ')}`
  }

  /** Ends in order: controllers, events, the lease, the connections. */
  async shutdown(): Promise<void> {
    this.#stopped.abort(new Error('the operator is stopping'))
    await this.#starting
    await this.#manager?.stop()
    await this.#recorder.stop()
    await this.#election?.stop()
    await this.#http?.stop()
    await this.#host.close()
    super.stop()
  }
}

/** Each keeps a thread of Node's pool busy (4 unless the environment says otherwise); two are left for files and the rest. */
function lookupsAtOnce(threadPoolSize: string | undefined): number {
  return Math.max(1, (Number(threadPoolSize) || 4) - 2)
}

function readFlags(argv: readonly string[]): Flags {
  return new Command('flotilla')
    .description('Places Kubernetes objects on member clusters and brings their status back.')
    .option('--config <file>', 'configuration file, YAML or JSON (docs/reference/flags.md)')
    .option('--kubeconfig <file>', "kubeconfig of the host; default: $KUBECONFIG, else the Pod's ServiceAccount")
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
    namespace,
    logLevel: flags.logLevel,
    logFormat: flags.logFormat,
    bindAddress: flags.bindAddress,
    ...(flags.plugins !== undefined && { scheduling: { plugins: flags.plugins.split(',').map(name => name.trim()) } }),
    ...(flags.installCrds === false && { installCrds: false }),
    ...(flags.leaderElect === false && { leaderElection: { enabled: false } }),
  })
}

/** The host's apiserver: the kubeconfig that is named, else the Pod's own, else the user's. */
function hostServer(flags: Flags): ServerConfig {
  const named = flags.kubeconfig ?? process.env['KUBECONFIG']
  const pod = named === undefined ? inClusterConfig({ name: 'host', env: process.env }) : undefined
  if (pod !== undefined) return pod
  const path = named ?? join(homedir(), '.kube', 'config')
  return serverConfigFromKubeconfig(readFileSync(path, 'utf8'), {
    name: 'host',
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
  const operator = new FlotillaOperator(configuration, hostServer(flags), log)
  const stop = (name: string): void => {
    log.info('stopping', { signal: name })
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
    operator.shutdown().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('stopping failed', { error })
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await operator.start()
}

main().catch((error: unknown) => {
  process.stderr.write(`flotilla: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
