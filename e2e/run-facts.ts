import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { binaryVersion } from './controlplane/recipes.ts'

/** Where, when and with what a suite ran: results without it say nothing. */
export interface RunFacts {
  /** ISO 8601, when these were read. */
  readonly date: string
  /** With which the run is repeated. */
  readonly command: string
  readonly machine: Machine
  readonly versions: Versions
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
}

export interface ProgramVersions {
  readonly flotilla: string
  /** Of git, with a + where sources differ from it; absent where there is no git. */
  readonly commit?: string
  readonly node: string
}

export interface Versions extends ProgramVersions {
  /** Of the apiservers that controlplane/ compiles. Who has a host of another provider asks that. */
  readonly kubernetes: string
}

const ROOT = join(import.meta.dirname, '..')

/** @param command as somebody types it, variables included */
export function runFacts(command: string): RunFacts {
  // Results that suites write are no other program.
  const versions = { ...readProgramVersions(['src', 'e2e/*.ts']), kubernetes: binaryVersion('kube-apiserver') }
  return { date: new Date().toISOString(), command, machine: readMachine(), versions }
}

/** @returns what this machine is. */
export function readMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 100) / 100,
    kernel: `${type()} ${release()}`,
  }
}

/** @param sources paths of git whose changes make another program of it; those of its dependencies are among them */
export function readProgramVersions(sources: readonly string[]): ProgramVersions {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const commit = readCommit([...sources, 'package-lock.json'])
  return { flotilla: version, ...(commit !== undefined && { commit }), node: process.versions.node }
}

function readCommit(sources: readonly string[]): string | undefined {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', ROOT, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ...sources)
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed === '' ? '' : '+'}`
  } catch {
    return undefined
  }
}
