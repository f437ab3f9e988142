import { type ChildProcess, spawn } from 'node:child_process'

/** One command of a run: what to start, and how long it may take. */
export interface Command {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly limitMs: number
  /** Called with everything the command prints, in order. */
  readonly onOutput: (text: string) => void
  /** Polled while the command runs; the command is ended `graceMs` after it first returns true. */
  readonly isFinished?: () => boolean
}

export type Ending = 'exited' | 'over its time limit' | 'did not exit after its work was done' | 'interrupted'

export interface Outcome {
  readonly ending: Ending
  /** Undefined when a signal ended the command. */
  readonly exitCode: number | undefined
  readonly elapsedMs: number
}

const GRACE_MS = 20_000
const POLL_MS = 500
/** For output that is still in the pipe when the command has exited. */
const DRAIN_MS = 1000

/**
 * Runs a command in a process group of its own, so that whatever it starts ends with it.
 * @returns how it ended; never rejects, a command that cannot be started counts as exited with code 127.
 */
export async function runCommand(command: Command, signal: AbortSignal): Promise<Outcome> {
  const startedMs = performance.now()
  const child = spawn(command.file, command.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...command.env },
  })
  child.stdout.setEncoding('utf8').on('data', command.onOutput)
  child.stderr.setEncoding('utf8').on('data', command.onOutput)
  const ended = whenEnded(child, command)
  const watch = watchLimits(child, command, signal)
  const exitCode = await ended
  await watch.stop()
  return { ending: watch.ending(), exitCode, elapsedMs: performance.now() - startedMs }
}

function whenEnded(child: ChildProcess, command: Command): Promise<number | undefined> {
  return new Promise(resolve => {
    child.once('error', error => {
      command.onOutput(`${command.file}: ${error.message}\n`)
      resolve(127)
    })
    child.once('close', code => resolve(code ?? undefined))
    // An orphan that keeps the pipes open must not keep us waiting.
    child.once('exit', code => setTimeout(() => resolve(code ?? undefined), DRAIN_MS).unref())
  })
}

function watchLimits(child: ChildProcess, command: Command, signal: AbortSignal) {
  let ending: Ending = 'exited'
  let ladder: Promise<void> | undefined
  const end = (why: Ending): void => {
    if (ladder !== undefined) return
    ending = why
    ladder = endGroup(child)
  }
  const interrupt = (): void => end('interrupted')
  signal.addEventListener('abort', interrupt, { once: true })
  if (signal.aborted) interrupt()
  const limit = setTimeout(() => end('over its time limit'), command.limitMs)
  let finishedMs: number | undefined
  const poll = setInterval(() => {
    if (command.isFinished?.()) finishedMs ??= performance.now()
    if (finishedMs !== undefined && performance.now() - finishedMs > GRACE_MS)
      end('did not exit after its work was done')
  }, POLL_MS)
  return {
    ending: (): Ending => ending,
    stop: async (): Promise<void> => {
      clearTimeout(limit)
      clearInterval(poll)
      signal.removeEventListener('abort', interrupt)
      await (ladder ?? endGroup(child))
    },
  }
}

/** Asks the group to end, then insists. Returns when no process of the group is left. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  for (const [name, waitMs] of [
    ['SIGINT', 10_000],
    ['SIGTERM', 5_000],
    ['SIGKILL', 1_000],
  ] as const) {
    if (!signalGroup(child.pid, name)) return
    for (let waitedMs = 0; waitedMs < waitMs; waitedMs += 100) {
      await new Promise(resolve => setTimeout(resolve, 100))
      if (!signalGroup(child.pid, 0)) return
    }
  }
}

/** @returns false when the group no longer exists. */
function signalGroup(groupId: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, name)
  } catch {
    return false
  }
}
