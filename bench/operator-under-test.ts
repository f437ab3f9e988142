import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { sumOf } from '../e2e/bad-input/figures.ts'
import { identify, isRunning } from '../e2e/controlplane/process-identity.ts'
import { waitFor } from '../e2e/controlplane/wait.ts'
import type { OperatorOptions, RunningOperator } from '../e2e/operator.ts'
import { type CpuProfile, newSourcePositions, type Profile, summarizeProfile } from './profile.ts'
import { type Figures, round } from './report.ts'

/** The implementation under test, as far as the bench may handle it. */
export interface OperatorUnderTest {
  /** Its processes on this machine. */
  pids(): readonly number[]
  /** Asks it to end (SIGTERM) and waits until it has. */
  stop(): Promise<void>
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>
  /** Starts it again. @returns when it runs, which is before it is ready; absent when nobody said how to start it. */
  readonly start?: () => Promise<void>
  /** Looks at it from inside until the result is called; absent when it is not ours. */
  readonly observe?: () => Promise<() => Promise<Observation>>
}

/** What it was seen to do meanwhile. */
export interface Observation {
  /** Delay of its event loop, as its own metrics tell it. */
  readonly figures: Figures
  /** Only where profiles are wanted. */
  readonly profile?: Profile
}

const MS_PER_SECOND = 1000
const STOP_LIMIT_MS = 120_000
const HOOK = new URL('./operator-hook.mjs', import.meta.url).href

const OF_NO_OBJECT = /verb="watch"|resource="[^"]*\b(events|leases)"/

/** Of an operator that is started here. */
export interface OwnOperator {
  readonly running: RunningOperator
  /** Where its bundle is, with its source map. */
  readonly folder: string
  readonly profile: boolean
}

/** @returns what `startOperator` needs besides, so that the operator can be profiled. */
export function profilingOptions(folder: string): Pick<OperatorOptions, 'nodeFlags' | 'env'> {
  return { nodeFlags: ['--import', HOOK], env: { BENCH_OPERATOR_SOCKET: socketIn(folder) } }
}

function socketIn(folder: string): string {
  return join(folder, 'operator.sock')
}

/** @returns an operator that the bench started. */
export function ownOperator({ running, folder, profile }: OwnOperator): OperatorUnderTest {
  const program = running.process
  return {
    pids: () => (program.identity === undefined ? [] : [program.identity.pid]),
    stop: () => program.stop(),
    kill: () => program.kill(),
    start: async () => program.start(),
    observe: async () => {
      const socket = socketIn(folder)
      if (profile) await ask(socket, 'start')
      // Each look at the metrics begins a new time of its own for the delay.
      const start = await fetch(running.metricsUrl).then(answer => answer.text())
      return async () => {
        const page = await fetch(running.metricsUrl).then(answer => answer.text())
        const figures = {
          operatorHostRequests: parseHostRequests(page) - parseHostRequests(start),
          operatorEventsDropped: parseEventsDropped(page) - parseEventsDropped(start),
          ...parseLoopDelay(page),
        }
        if (!profile) return { figures }
        // What the inspector answers.
        const raw = JSON.parse(await ask(socket, 'stop')) as CpuProfile
        return { figures, profile: summarizeProfile(raw, newSourcePositions(folder)) }
      }
    },
  }
}

/**
 * @returns how often the operator has asked the host so far, but for events, leases, and watches that a busy apiserver ends and it opens
 * anew, from a page of its metrics.
 */
export function parseHostRequests(page: string): number {
  return [...page.matchAll(/^flotilla_client_requests_total\{(.*)\} (\d+)$/gm)]
    .filter(([, labels = '']) => labels.includes('cluster="host"') && !OF_NO_OBJECT.test(labels))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}

/** @returns how many events there was no room for, from a page of its metrics. */
export function parseEventsDropped(page: string): number {
  return sumOf(page, /^flotilla_events_dropped_total\{reason="overflow",.*\} (\d+)$/gm)
}

/** @returns p50, p99 and the longest delay from a page of metrics; nothing where it has none. */
export function parseLoopDelay(page: string): Figures {
  const figures = Object.entries({ P50: 'p50', P99: 'p99', Max: 'max' }).flatMap(([suffix, name]) => {
    const [, seconds] = new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(page) ?? []
    return seconds === undefined ? [] : [[`eventLoopDelay${suffix}Ms`, round(Number(seconds) * MS_PER_SECOND)]]
  })
  return Object.fromEntries(figures)
}

async function ask(socketPath: string, command: string): Promise<string> {
  const socket = connect(socketPath)
  socket.end(command)
  return Buffer.concat(await socket.toArray()).toString('utf8')
}

/**
 * @param pids the processes of whatever serves the clusters
 * @param startCommand for the shell: starts it again, prints the pids of what it started, and ends
 * @returns what somebody else started
 */
export function foreignOperator(pids: readonly number[], startCommand?: string): OperatorUnderTest {
  let current = pids.map(identify)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    for (const { pid } of current.filter(isRunning)) process.kill(pid, signal)
    const gone = async (): Promise<true | undefined> => (current.some(isRunning) ? undefined : true)
    await waitFor(gone, { until: 'it has ended', timeoutMs: STOP_LIMIT_MS, everyMs: 10 })
  }
  return {
    pids: () => current.map(({ pid }) => pid),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    ...(startCommand !== undefined && {
      start: async () => {
        current = (await runForPids(startCommand)).map(identify)
      },
    }),
  }
}

async function runForPids(command: string): Promise<readonly number[]> {
  const shell = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  let said = ''
  shell.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  // What it started may hold its output open.
  const [code] = await once(shell, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  shell.stdout.destroy()
  shell.unref()
  return said
    .split(/\s+/)
    .filter(word => /^\d+$/.test(word))
    .map(Number)
}
