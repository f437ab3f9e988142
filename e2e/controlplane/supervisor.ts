import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { cpuSeconds, identify, isRunning, type ProcessIdentity, rssBytes, signalGroup } from './process-identity.ts'
import { waitFor } from './wait.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

/** How to start a program, so that it can be started again after it was ended. */
export interface ProcessSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Standard output and error are appended to it. The program runs in its folder: a dump that it leaves lies beside the log. */
  readonly logFile: string
}

const TERMINATE_MS = 10_000
const KILL_MS = 30_000
const LOG_TAIL_BYTES = 2_000

/** A program under supervision: it may be running or not, and can be started again. */
export class SupervisedProcess {
  readonly spec: ProcessSpec
  readonly #watchdog: Watchdog
  readonly #onStart: () => void
  #identity: ProcessIdentity | undefined
  #spawnError: Error | undefined

  constructor(
    spec: ProcessSpec,
    deps: { readonly watchdog: Watchdog; readonly onStart: () => void },
    identity?: ProcessIdentity,
  ) {
    this.spec = spec
    this.#watchdog = deps.watchdog
    this.#onStart = deps.onStart
    this.#identity = identity
  }

  get identity(): ProcessIdentity | undefined {
    return this.#identity
  }

  get running(): boolean {
    return this.#identity !== undefined && isRunning(this.#identity)
  }

  /** Starts the program in a process group of its own; it need not be ready yet. No effect while it runs. */
  start(): void {
    if (this.running) return
    const folder = dirname(this.spec.logFile)
    mkdirSync(folder, { recursive: true })
    const log = openSync(this.spec.logFile, 'a')
    this.#spawnError = undefined
    const child = spawn(this.spec.command, this.spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: folder,
      env: { ...process.env, ...this.spec.env },
    })
    closeSync(log)
    child.once('error', error => {
      this.#spawnError = error
    })
    child.unref()
    const { pid } = child
    if (pid === undefined) return
    this.#watchdog.add(pid)
    child.once('exit', () => this.#watchdog.drop(pid))
    this.#identity = identify(pid)
    this.#onStart()
  }

  /** Asks it to end (SIGTERM) and kills it when it has not after 10 s; resolves when it is gone. */
  async stop(): Promise<void> {
    await this.end()
  }

  /** As `stop`. @returns how it has ended. */
  async end(withinMs = TERMINATE_MS): Promise<'in order' | 'killed'> {
    if (!this.running) return 'in order'
    this.#signal('SIGTERM')
    this.#signal('SIGCONT')
    try {
      await this.#gone(withinMs)
      return 'in order'
    } catch {
      await this.kill()
      return 'killed'
    }
  }

  /** Ends it at once (SIGKILL); resolves when it is gone. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL')
    await this.#gone(KILL_MS)
  }

  /** Freezes it (SIGSTOP): its sockets stay open and nothing answers. */
  pause(): void {
    this.#signal('SIGSTOP')
  }

  /** Ends a pause (SIGCONT). */
  resume(): void {
    this.#signal('SIGCONT')
  }

  /** @returns CPU time that the running incarnation used, in seconds. @throws when it does not run. */
  cpuSeconds(): number {
    return cpuSeconds(this.#running())
  }

  /** @returns resident memory in bytes. @throws when it does not run. */
  rssBytes(): number {
    return rssBytes(this.#running())
  }

  /** @returns why a started program is not running, with the end of its log; undefined while it runs. */
  whyNotRunning(): string | undefined {
    if (this.#spawnError !== undefined) return this.#spawnError.message
    if (this.running) return undefined
    return `${this.spec.name} ended; the end of ${this.spec.logFile}:\n${logTail(this.spec.logFile)}`
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#identity !== undefined) signalGroup(this.#identity, signal)
  }

  #running(): ProcessIdentity {
    if (this.#identity === undefined || !this.running) throw new Error(`${this.spec.name} is not running`)
    return this.#identity
  }

  async #gone(timeoutMs: number): Promise<void> {
    const look = async (): Promise<true | undefined> => (this.running ? undefined : true)
    await waitFor(look, { until: `end of ${this.spec.name}`, timeoutMs, everyMs: 10 })
  }
}

/** What remains of a supervisor after its process: enough to take over what it started. */
export interface SupervisorState {
  readonly processes: readonly { readonly spec: ProcessSpec; readonly identity?: ProcessIdentity | undefined }[]
}

export interface SupervisorOptions {
  /** Removed together with the processes; leave out to keep it. */
  readonly temporaryDirectory?: string
  /** Processes that an earlier supervisor released. They are not guarded until they are started again. */
  readonly adopt?: SupervisorState
}

/**
 * Starts programs and makes sure that they end: by `stop`, or else when this process ends in whatever way.
 *
 * Guarantees: nothing it started lives on after this process, unless `release` was called.
 */
export class Supervisor {
  readonly #processes = new Map<string, SupervisedProcess>()
  readonly #temporaryDirectory: string | undefined
  readonly #watchdog: Watchdog
  readonly #deps: { readonly watchdog: Watchdog; readonly onStart: () => void }
  #onStart: () => void = () => undefined

  constructor({ temporaryDirectory, adopt }: SupervisorOptions = {}) {
    this.#temporaryDirectory = temporaryDirectory
    this.#watchdog = startWatchdog(temporaryDirectory)
    this.#deps = { watchdog: this.#watchdog, onStart: () => this.#onStart() }
    for (const { spec, identity } of adopt?.processes ?? []) {
      this.#processes.set(spec.name, new SupervisedProcess(spec, this.#deps, identity))
    }
  }

  /** Declares a program without starting it; one of the same name is replaced. */
  declare(spec: ProcessSpec): SupervisedProcess {
    const declared = new SupervisedProcess(spec, this.#deps)
    this.#processes.set(spec.name, declared)
    return declared
  }

  /** @returns the program of that name. @throws when none was declared. */
  get(name: string): SupervisedProcess {
    const found = this.#processes.get(name)
    if (found === undefined) throw new Error(`no process ${name}; there are ${[...this.#processes.keys()].join(', ')}`)
    return found
  }

  /** @returns whether a program of that name was declared. */
  has(name: string): boolean {
    return this.#processes.has(name)
  }

  /** @returns what `adopt` of a later supervisor takes. */
  state(): SupervisorState {
    return { processes: [...this.#processes.values()].map(({ spec, identity }) => ({ spec, identity })) }
  }

  /** Runs a command when everything has ended; its words hold no spaces or quotes. */
  atEnd(words: readonly string[]): void {
    this.#watchdog.atEnd(words)
  }

  /** Tells `listener`, instead of an earlier one, of every start from now on. */
  onStart(listener: () => void): void {
    this.#onStart = listener
  }

  /** Forgets a program after killing it. */
  async remove(name: string): Promise<void> {
    await this.#processes.get(name)?.kill()
    this.#processes.delete(name)
  }

  /** Lets everything live on after this process. */
  release(): void {
    this.#watchdog.release()
  }

  /** Kills everything, for good: what was started here is thrown away, so nothing is worth a slow orderly end. */
  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map(supervised => supervised.kill()))
    if (this.#temporaryDirectory !== undefined) rmSync(this.#temporaryDirectory, { recursive: true, force: true })
    this.#watchdog.close()
  }
}

function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').slice(-LOG_TAIL_BYTES)
  } catch {
    return '(no log)'
  }
}
