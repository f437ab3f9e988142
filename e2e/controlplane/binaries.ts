import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { withLock } from './lock.ts'
import { newReporter, type Reporter } from './progress.ts'
import {
  BINARY_NAMES,
  type BinaryName,
  binaryVersion,
  buildArguments,
  buildFlags,
  MODULES_DIRECTORY,
  RECIPES,
} from './recipes.ts'
import { Supervisor } from './supervisor.ts'
import { waitFor } from './wait.ts'

/** Where the programs of a control plane are. */
export interface Binaries {
  /** @returns the absolute path of a program. @throws when it was not asked for. */
  path(name: BinaryName): string
  /** kwok's own files that say how nodes and pods come to life; empty unless kwok was asked for. */
  readonly kwokStages: readonly string[]
}

export interface BinariesOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly reporter?: Reporter
}

type Environment = NodeJS.ProcessEnv

/** Stages of kwok: nodes become Ready and keep their lease, pods run at once. */
const KWOK_STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
]

/** One program; on a slow, busy machine kube-apiserver alone can take long. */
const BUILD_MS = 60 * 60_000
const BUILD_ENVIRONMENT = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' }

/**
 * Gives the programs: from the directory KUBEBUILDER_ASSETS, else from the cache, else compiled from source into it.
 * The cache is `${FLOTILLA_CACHE:-${XDG_CACHE_HOME:-~/.cache}/flotilla}/controlplane/<key>`, the key made of everything
 * that decides the outcome. Two runs at the same time compile once.
 * @throws when something must be compiled and Go is missing or fails.
 */
export async function ensureBinaries(
  names: readonly BinaryName[] = BINARY_NAMES,
  { env = process.env, reporter = newReporter() }: BinariesOptions = {},
): Promise<Binaries> {
  const places = placesOf(env)
  if (!isComplete(names, places)) await build(names, places, reporter)
  const paths = new Map(names.map(name => [name, locate(name, places)]))
  return {
    path: name => {
      const path = paths.get(name)
      if (path === undefined) throw new Error(`${name} is not among ${names.join(', ')}`)
      return path
    },
    kwokStages: names.includes('kwok') ? stagePaths(places.cache) : [],
  }
}

/** @returns whether every program that runs clusters is there already; helm is compiled when it is first called. */
export function binariesReady(env: Environment = process.env): boolean {
  const needed = BINARY_NAMES.filter(name => name !== 'helm')
  return isComplete(needed, placesOf(env))
}

/** @returns the directory in which the binaries of this version of everything are kept. */
export function cacheDirectory(env: Environment = process.env): string {
  const root = env['FLOTILLA_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla')
  return join(root, 'controlplane', cacheKey(goVersion()))
}

/** @returns a key that changes with any pinned version, checksum, build flag or the Go version. */
export function cacheKey(go: string): string {
  const hash = createHash('sha256').update(go).update(process.platform).update(process.arch)
  for (const name of BINARY_NAMES) hash.update(buildFlags(name).join(' '))
  for (const module of new Set(BINARY_NAMES.map(name => RECIPES[name].module))) {
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULES_DIRECTORY, module, file)))
  }
  hash.update(readFileSync(join(MODULES_DIRECTORY, 'etcd', 'main.go'))).update(KWOK_STAGES.join())
  return `${binaryVersion('kube-apiserver')}-${hash.digest('hex').slice(0, 12)}`
}

/** Where programs are looked for; found out once, since the cache's key asks Go for its version. */
interface Places {
  readonly assets: string | undefined
  readonly cache: string
}

function placesOf(env: Environment): Places {
  return { assets: env['KUBEBUILDER_ASSETS'] || undefined, cache: cacheDirectory(env) }
}

function locate(name: BinaryName, { assets, cache }: Places): string | undefined {
  return [...(assets === undefined ? [] : [assets]), cache].map(place => join(place, name)).find(isExecutable)
}

function isComplete(names: readonly BinaryName[], places: Places): boolean {
  return names.every(name => locate(name, places) !== undefined) && !missingStages(names, places)
}

function missingStages(names: readonly BinaryName[], { cache }: Places): boolean {
  return names.includes('kwok') && !stagePaths(cache).every(isReadable)
}

function stagePaths(directory: string): readonly string[] {
  return KWOK_STAGES.map(stage => join(directory, 'kwok-stages', basename(stage)))
}

async function build(names: readonly BinaryName[], places: Places, reporter: Reporter): Promise<void> {
  const onWait = ({ pid }: { pid: number }): void =>
    reporter.line(`process ${pid} is building the control plane; waiting for it`)
  const work = async (): Promise<void> => {
    mkdirSync(places.cache, { recursive: true })
    for (const name of names) if (locate(name, places) === undefined) await buildOne(name, places.cache, reporter)
    if (missingStages(names, places)) copyStages(places.cache)
  }
  await withLock(`${places.cache}.lock`, work, { onWait })
}

/** Compiles in a directory that is removed also when this process is ended meanwhile, and moves the result in whole. */
async function buildOne(name: BinaryName, directory: string, reporter: Reporter): Promise<void> {
  const temporaryDirectory = mkdtempSync(join(directory, `.build-${name}-`))
  const supervisor = new Supervisor({ temporaryDirectory })
  try {
    const label = `building ${name} ${binaryVersion(name)} (the first run compiles Kubernetes: about 8 minutes in all)`
    await reporter.during(label, () => compile(name, temporaryDirectory, supervisor))
    renameSync(join(temporaryDirectory, name), join(directory, name))
  } finally {
    await supervisor.stop()
  }
}

async function compile(name: BinaryName, directory: string, supervisor: Supervisor): Promise<void> {
  const output = join(directory, name)
  const go = supervisor.declare({
    name: `go build ${name}`,
    command: 'go',
    args: buildArguments(name, output),
    env: BUILD_ENVIRONMENT,
    logFile: join(directory, 'log'),
  })
  go.start()
  const ended = async (): Promise<string | undefined> => go.whyNotRunning()
  const why = await waitFor(ended, { until: go.spec.name, timeoutMs: BUILD_MS, everyMs: 200 })
  if (!isExecutable(output)) throw new Error(`${name} was not built; ${NEEDS_GO}\n${why}`)
}

/** Copied beside the binary, so that a run needs no module cache. */
function copyStages(directory: string): void {
  const options = {
    cwd: join(MODULES_DIRECTORY, 'kwok'),
    env: { ...process.env, ...BUILD_ENVIRONMENT },
    encoding: 'utf8',
  } as const
  execFileSync('go', ['mod', 'download', RECIPES.kwok.upstream], options)
  const source = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', RECIPES.kwok.upstream], options).trim()
  mkdirSync(join(directory, 'kwok-stages'), { recursive: true })
  for (const stage of KWOK_STAGES) {
    const target = join(directory, 'kwok-stages', basename(stage))
    copyFileSync(join(source, 'kustomize', 'stage', stage), `${target}.part`)
    renameSync(`${target}.part`, target)
  }
}

const NEEDS_GO =
  'it is compiled with Go 1.26 or newer: install that, or name a directory with the programs in KUBEBUILDER_ASSETS'

/** @returns e.g. `go1.26.8`; `none` where there is no Go: then only KUBEBUILDER_ASSETS can help. */
function goVersion(): string {
  try {
    const cwd = join(MODULES_DIRECTORY, 'kubernetes')
    return execFileSync('go', ['env', 'GOVERSION'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'none'
  }
}

function isExecutable(path: string): boolean {
  return isAccessible(path, constants.X_OK)
}

function isReadable(path: string): boolean {
  return isAccessible(path, constants.R_OK)
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
