import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Binaries, ensureBinaries } from './binaries.ts'
import { type ClusterPlan, planHost, planMember, planMembers, toClusterConfig } from './cluster-config.ts'
import { binariesOf, type ClusterConfig } from './components.ts'
import { type Etcd, launchEtcd, openEtcd } from './etcd.ts'
import type { ClusterOptions, DetachedOptions, Fleet, FleetOptions } from './fleet.ts'
import { LocalControlPlane, launchCluster } from './local-control-plane.ts'
import { freePorts } from './ports.ts'
import { newReporter, type Reporter } from './progress.ts'
import { launchRealNodes } from './real-node/launch-real-nodes.ts'
import { createNetwork, type FleetNetwork, removeNetwork } from './real-node/network.ts'
import { ALL_BINARY_NAMES, type BinaryName, NODE_BINARY_NAMES } from './recipes.ts'
import { type ProcessSpec, type SupervisedProcess, Supervisor, type SupervisorState } from './supervisor.ts'

/** What a detached fleet leaves behind, so that a later process can find it. */
interface FleetState {
  readonly etcdUrl: string
  readonly host: ClusterConfig
  readonly members: readonly ClusterConfig[]
  readonly supervisor: SupervisorState
}

interface Ground {
  readonly directory: string
  readonly detached: boolean
  readonly supervisor: Supervisor
  readonly etcd: Etcd
  readonly options: FleetOptions
  /** Where the nodes with a kubelet hang, in a fleet that has some. */
  readonly network?: FleetNetwork | undefined
}

/** Starts a host and its members as processes of this machine. @throws with the end of a log when one does not come up. */
export async function startLocalFleet(options: FleetOptions): Promise<Fleet> {
  const { reporter = newReporter() } = options
  const plans = [planHost(options), ...planMembers(options)]
  await ensureBinaries(neededBinaries(plans), { reporter, ...environment(options) })
  const directory = prepareDirectory(options)
  const detached = options.detached !== undefined
  const supervisor = newSupervisor(directory, detached)
  try {
    const etcd = await launchEtcd(directory, supervisor, await toolsOf(options))
    const network = await networkFor(plans, supervisor, detached)
    const fleet = await LocalFleet.launch({ directory, detached, supervisor, etcd, options, network }, plans, reporter)
    if (detached) fleet.detach()
    return fleet
  } catch (error) {
    await supervisor.stop()
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

/**
 * Takes over the detached fleet of a directory; what ended in the meantime (a reboot, a crash) is started again.
 * @returns undefined when the directory holds none.
 */
export async function openLocalFleet(options: DetachedOptions): Promise<Fleet | undefined> {
  const directory = options.detached.stateDir
  const state = readState(directory)
  if (state === undefined) return undefined
  const reporter = options.reporter ?? newReporter()
  const binaries = await toolsOf(options)
  const supervisor = newSupervisor(directory, true, state.supervisor)
  const etcd = openEtcd(state.etcdUrl, supervisor)
  const ground = { directory, detached: true, supervisor, etcd, options }
  const open = (config: ClusterConfig): LocalControlPlane => new LocalControlPlane(config, supervisor, binaries)
  const fleet = new LocalFleet(ground, open(state.host), state.members.map(open))
  await reporter.during('starting the clusters again', () => fleet.start())
  fleet.detach()
  return fleet
}

/** Ends the detached fleet of a directory without starting anything first. @returns whether there was one. */
export async function stopLocalFleet({ detached }: DetachedOptions): Promise<boolean> {
  const state = readState(detached.stateDir)
  if (state === undefined) return false
  await newSupervisor(detached.stateDir, true, state.supervisor).stop()
  rmSync(detached.stateDir, { recursive: true, force: true })
  return true
}

/** A fleet of processes on this machine. */
class LocalFleet implements Fleet {
  readonly host: LocalControlPlane
  readonly etcd: Etcd
  readonly #ground: Ground
  #members: readonly LocalControlPlane[]

  constructor(ground: Ground, host: LocalControlPlane, members: readonly LocalControlPlane[]) {
    this.#ground = ground
    this.etcd = ground.etcd
    this.host = host
    this.#members = members
  }

  static async launch(ground: Ground, plans: readonly ClusterPlan[], reporter: Reporter): Promise<LocalFleet> {
    const ports = await freePorts(plans.length)
    const launches = plans.map((plan, index) => launch(ground, plan, { index, port: ports[index] ?? 0 }))
    const label = `starting ${plans.map(plan => plan.name).join(', ')}`
    const [host, ...members] = await reporter.during(label, () => Promise.all(launches))
    if (host === undefined) throw new Error('a fleet has a host')
    return new LocalFleet(ground, host, members)
  }

  get members(): readonly LocalControlPlane[] {
    return this.#members
  }

  member(name: string): LocalControlPlane {
    const found = this.#members.find(member => member.name === name)
    if (found === undefined) throw new Error(`no member ${name}`)
    return found
  }

  async addMember(member: string | ClusterOptions): Promise<LocalControlPlane> {
    const plan = planMember(member, this.#ground.options.nodes)
    const [port = 0] = await freePorts(1)
    const added = await launch(this.#ground, plan, { index: this.#members.length + 1, port })
    this.#members = [...this.#members, added]
    this.#save()
    return added
  }

  run(spec: ProcessSpec): SupervisedProcess {
    const program = this.#ground.supervisor.declare(spec)
    program.start()
    this.#save()
    return program
  }

  program(name: string): SupervisedProcess | undefined {
    return this.#ground.supervisor.has(name) ? this.#ground.supervisor.get(name) : undefined
  }

  /** Starts what is not running. */
  async start(): Promise<void> {
    await this.etcd.start()
    await Promise.all([this.host, ...this.members].map(cluster => cluster.start()))
  }

  /** Writes the state file and lets everything live on after this process. */
  detach(): void {
    this.#save()
    this.#ground.supervisor.onStart(() => this.#save())
    this.#ground.supervisor.release()
  }

  async stop(): Promise<void> {
    await this.#ground.supervisor.stop()
    rmSync(this.#ground.directory, { recursive: true, force: true })
  }

  #save(): void {
    if (!this.#ground.detached) return
    const state: FleetState = {
      etcdUrl: this.etcd.url,
      host: this.host.config,
      members: this.members.map(member => member.config),
      supervisor: this.#ground.supervisor.state(),
    }
    writeState(this.#ground.directory, state)
  }
}

async function launch(
  { directory, etcd, supervisor, options, network }: Ground,
  plan: ClusterPlan,
  place: { readonly index: number; readonly port: number },
): Promise<LocalControlPlane> {
  const address = network === undefined ? {} : { address: network.address }
  const config = toClusterConfig(plan, { directory, etcdUrl: etcd.url, ...address, ...place })
  const binaries = await ensureBinaries(neededBinaries([plan]), environment(options))
  const cluster = await launchCluster(config, supervisor, binaries)
  if (plan.nodes.count > 0) await cluster.addNodes(plan.nodes)
  if (plan.realNodes > 0) {
    if (network === undefined) throw new Error(`${plan.name}: a fleet gets real nodes when it starts, or never`)
    await launchRealNodes(cluster, { supervisor, binaries, network, index: place.index })
  }
  return cluster
}

/** The bridge is no process: the guard removes it. Nobody would, after a process that lets its fleet live on. */
async function networkFor(
  plans: readonly ClusterPlan[],
  supervisor: Supervisor,
  detached: boolean,
): Promise<FleetNetwork | undefined> {
  if (plans.every(plan => plan.realNodes === 0)) return undefined
  if (detached) throw new Error('a detached fleet has no real nodes')
  const network = await createNetwork()
  supervisor.atEnd(removeNetwork(network))
  return network
}

function newSupervisor(directory: string, detached: boolean, adopt?: SupervisorState): Supervisor {
  return new Supervisor({ ...(detached ? {} : { temporaryDirectory: directory }), ...(adopt ? { adopt } : {}) })
}

function prepareDirectory({ detached, env = process.env }: FleetOptions): string {
  if (detached === undefined) return mkdtempSync(join(env['TMPDIR'] ?? tmpdir(), 'flotilla-'))
  if (readState(detached.stateDir) !== undefined)
    throw new Error(`a fleet lives in ${detached.stateDir}; open or stop it`)
  // What a start that was killed may have left.
  rmSync(detached.stateDir, { recursive: true, force: true })
  mkdirSync(detached.stateDir, { recursive: true, mode: 0o700 })
  return detached.stateDir
}

/** What every fleet needs, whatever its clusters run. */
const TOOLS: readonly BinaryName[] = ['etcd', 'kubectl']

function neededBinaries(plans: readonly ClusterPlan[]): readonly BinaryName[] {
  const nodes = plans.some(plan => plan.realNodes > 0) ? NODE_BINARY_NAMES : []
  const needed = new Set<BinaryName>([...TOOLS, ...plans.flatMap(plan => binariesOf(plan.components)), ...nodes])
  return ALL_BINARY_NAMES.filter(name => needed.has(name))
}

function toolsOf(options: FleetOptions): Promise<Binaries> {
  return ensureBinaries(TOOLS, environment(options))
}

function environment({ env }: FleetOptions): { readonly env?: NodeJS.ProcessEnv } {
  return env === undefined ? {} : { env }
}

function stateFile(directory: string): string {
  return join(directory, 'fleet.json')
}

function writeState(directory: string, state: FleetState): void {
  const file = stateFile(directory)
  writeFileSync(`${file}.part`, JSON.stringify(state, undefined, 2), { mode: 0o600 })
  renameSync(`${file}.part`, file)
}

function readState(directory: string): FleetState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(directory), 'utf8')) as FleetState
  } catch {
    return undefined
  }
}
