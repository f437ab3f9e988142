import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClusterPlan, planHost, planMember, planMembers } from './cluster-config.ts'
import { run } from './command.ts'
import type { Etcd } from './etcd.ts'
import type { ClusterOptions, DetachedOptions, Fleet, FleetOptions } from './fleet.ts'
import { createKindCluster, type KindConfig, KindControlPlane } from './kind-control-plane.ts'
import { newReporter } from './progress.ts'
import { type ProcessSpec, type SupervisedProcess, Supervisor, type SupervisorState } from './supervisor.ts'
import { startWatchdog } from './watchdog.ts'

interface KindState {
  readonly provider: 'kind'
  readonly clusters: readonly KindConfig[]
  readonly supervisor: SupervisorState
}

/**
 * Makes a host and its members with kind. Hosts are ordinary whatever was asked for: kind has no other, and every
 * cluster has one real node.
 */
export async function startKindFleet(options: FleetOptions): Promise<Fleet> {
  const reporter = options.reporter ?? newReporter()
  const plans = [planHost(options), ...planMembers(options)]
  if (plans.some(plan => plan.apiserverFlags.length > 0)) throw new Error('the kind provider takes no apiserverFlags')
  const fleet = new KindFleet(await prepare(options))
  try {
    // One after the other: several at once overload the engine of a small machine.
    for (const plan of plans) await reporter.during(`kind: creating ${plan.name}`, () => fleet.create(plan))
  } catch (error) {
    await fleet.stop()
    throw error
  }
  if (options.detached !== undefined) fleet.detach()
  return fleet
}

/** Finds a detached fleet of kind clusters again; undefined when the directory holds none. */
export async function openKindFleet(options: DetachedOptions): Promise<Fleet | undefined> {
  const fleet = findFleet(options)
  if (fleet === undefined) return undefined
  await Promise.all([fleet.host, ...fleet.members].map(cluster => cluster.start()))
  fleet.detach()
  return fleet
}

/** Deletes the detached clusters of a directory. @returns whether there were any. */
export async function stopKindFleet(options: DetachedOptions): Promise<boolean> {
  const fleet = findFleet(options)
  await fleet?.stop()
  return fleet !== undefined
}

function findFleet({ detached }: DetachedOptions): KindFleet | undefined {
  const state = readState(detached.stateDir)
  if (state === undefined) return undefined
  const engine = state.clusters[0]?.engine ?? 'docker'
  return new KindFleet({ directory: detached.stateDir, engine, detached: true }, state)
}

interface Ground {
  readonly directory: string
  readonly engine: 'docker' | 'podman'
  readonly detached: boolean
}

class KindFleet implements Fleet {
  readonly #ground: Ground
  readonly #supervisor: Supervisor
  /** Deletes the clusters when this process ends without `stop`. */
  readonly #watchdog = startWatchdog(undefined)
  /** Tells the clusters of two runs apart. */
  readonly #prefix = `flotilla-${randomBytes(3).toString('hex')}`
  #clusters: readonly KindControlPlane[]

  constructor(ground: Ground, state?: KindState) {
    this.#ground = ground
    this.#clusters = state?.clusters.map(config => new KindControlPlane(config)) ?? []
    this.#supervisor = new Supervisor({
      ...(ground.detached ? {} : { temporaryDirectory: ground.directory }),
      ...(state ? { adopt: state.supervisor } : {}),
    })
  }

  get host(): KindControlPlane {
    const [host] = this.#clusters
    if (host === undefined) throw new Error('a fleet has a host')
    return host
  }

  get members(): readonly KindControlPlane[] {
    return this.#clusters.slice(1)
  }

  get etcd(): Etcd {
    throw new Error('the kind provider keeps an etcd in each cluster; run with CLUSTER_PROVIDER=local')
  }

  member(name: string): KindControlPlane {
    const found = this.members.find(member => member.name === name)
    if (found === undefined) throw new Error(`no member ${name}`)
    return found
  }

  addMember(member: string | ClusterOptions): Promise<KindControlPlane> {
    return this.create(planMember(member, undefined))
  }

  async create({ name }: Pick<ClusterPlan, 'name'>): Promise<KindControlPlane> {
    const { directory, engine } = this.#ground
    const config = { name, kindName: `${this.#prefix}-${name}`, directory: join(directory, name), engine }
    // Known before it exists, so that one that came up only half is deleted too.
    this.#watchdog.atEnd(['kind', 'delete', 'cluster', '--name', config.kindName])
    const index = this.#clusters.length
    this.#clusters = [...this.#clusters, new KindControlPlane(config)]
    const created = await createKindCluster(config)
    this.#clusters = this.#clusters.with(index, created)
    this.#save()
    return created
  }

  run(spec: ProcessSpec): SupervisedProcess {
    const program = this.#supervisor.declare(spec)
    program.start()
    this.#save()
    return program
  }

  program(name: string): SupervisedProcess | undefined {
    return this.#supervisor.has(name) ? this.#supervisor.get(name) : undefined
  }

  detach(): void {
    this.#save()
    this.#supervisor.onStart(() => this.#save())
    this.#supervisor.release()
    this.#watchdog.release()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clusters.map(cluster => cluster.delete()))
    this.#watchdog.release()
    await this.#supervisor.stop()
    rmSync(this.#ground.directory, { recursive: true, force: true })
  }

  #save(): void {
    if (!this.#ground.detached) return
    const clusters = this.#clusters.map(cluster => cluster.config)
    const state: KindState = { provider: 'kind', clusters, supervisor: this.#supervisor.state() }
    writeFileSync(stateFile(this.#ground.directory), JSON.stringify(state, undefined, 2), { mode: 0o600 })
  }
}

async function prepare({ detached, env = process.env }: FleetOptions): Promise<Ground> {
  const engine = env['KIND_EXPERIMENTAL_PROVIDER'] === 'podman' ? 'podman' : 'docker'
  await run('kind', ['version']).catch(cause => {
    throw new Error('CLUSTER_PROVIDER=kind needs the kind CLI and a container engine', { cause })
  })
  if (detached === undefined) return { directory: mkdtempSync(join(tmpdir(), 'flotilla-')), engine, detached: false }
  mkdirSync(detached.stateDir, { recursive: true, mode: 0o700 })
  return { directory: detached.stateDir, engine, detached: true }
}

function stateFile(directory: string): string {
  return join(directory, 'kind-fleet.json')
}

function readState(directory: string): KindState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(directory), 'utf8')) as KindState
  } catch {
    return undefined
  }
}
