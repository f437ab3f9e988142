import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { withLock } from './lock.ts'
import { newReporter, type Reporter } from './progress.ts'
import {
  BINARY_NAMES,
  type BinaryName,
  binariesOfModule,
  binaryVersion,
  buildArguments,
  buildEnvironment,
  buildFlags,
  MODULES_DIRECTORY,
  type ModuleName,
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

/**
 * Gives the programs: from the directory KUBEBUILDER_ASSETS, else from the cache, else compiled from source into it.
 * The cache is `${FLOTILLA_CACHE:-${XDG_CACHE_HOME:-~/.cache}/flotilla}/controlplane/<module>-<key>`, the key made of
 * everything that decides the outcome. Two runs at the same time compile once.
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
    kwokStages: names.includes('kwok') ? stagePaths(places) : [],
  }
}

/** @returns whether every program that runs clusters is there already; helm is compiled when it is first called. */
export function binariesReady(env: Environment = process.env): boolean {
  const needed = BINARY_NAMES.filter(name => name !== 'helm')
  return isComplete(needed, placesOf(env))
}

/** @returns the directory of everything that is kept between runs. */
export function cacheRoot(env: Environment = process.env): string {
  return env['FLOTILLA_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla')
}

/** @returns the directory in which the programs of a module are kept, one for each version of everything in them. */
export function cacheDirectory(module: ModuleName, env: Environment = process.env): string {
  return placesOf(env).cache(module)
}

/** @returns a key that changes with any pinned version, checksum, build flag or the Go version. */
export function cacheKey(module: ModuleName, go: string): string {
  const hash = createHash('sha256').update(go).update(process.platform).update(process.arch)
  const names = binariesOfModule(module)
  for (const name of names) hash.update(buildFlags(name).join(' ')).update(JSON.stringify(buildEnvironment(name)))
  for (const path of sourcesOf(module)) hash.update(readFileSync(path))
  if (module === 'kwok') hash.update(KWOK_STAGES.join())
  const [first] = names
  return `${first === undefined ? 'none' : binaryVersion(first)}-${hash.digest('hex').slice(0, 12)}`
}

/** @returns what a module of ours consists of, in an order that does not depend on the machine. */
function sourcesOf(module: ModuleName): readonly string[] {
  const directory = join(MODULES_DIRECTORY, module)
  const files = readdirSync(directory).filter(file => /^go\.(mod|sum)$|\.go$/.test(file))
  return files.toSorted((a, b) => (a < b ? -1 : 1)).map(file => join(directory, file))
}

/** Where programs are looked for; found out once, since the cache's keys ask Go for its version. */
interface Places {
  readonly assets: string | undefined
  readonly cache: (module: ModuleName) => string
  readonly lock: string
}

function placesOf(env: Environment): Places {
  const root = join(cacheRoot(env), 'controlplane')
  const go = goVersion()
  return {
    assets: env['KUBEBUILDER_ASSETS'] || undefined,
    cache: module => join(root, `${module}-${cacheKey(module, go)}`),
    lock: join(root, 'build.lock'),
  }
}

function locate(name: BinaryName, { assets, cache }: Places): string | undefined {
  const places = [...(assets === undefined ? [] : [assets]), cache(RECIPES[name].module)]
  return places.map(place => join(place, name)).find(isExecutable)
}

function isComplete(names: readonly BinaryName[], places: Places): boolean {
  return names.every(name => locate(name, places) !== undefined) && !missingStages(names, places)
}

function missingStages(names: readonly BinaryName[], places: Places): boolean {
  return names.includes('kwok') && !stagePaths(places).every(isReadable)
}

function stagePaths({ cache }: Places): readonly string[] {
  return KWOK_STAGES.map(stage => join(cache('kwok'), 'kwok-stages', basename(stage)))
}

async function build(names: readonly BinaryName[], places: Places, reporter: Reporter): Promise<void> {
  const onWait = ({ pid }: { pid: number }): void =>
    reporter.line(`process ${pid} is building the control plane; waiting for it`)
  const work = async (): Promise<void> => {
    for (const name of names) if (locate(name, places) === undefined) await buildOne(name, places, reporter)
    if (missingStages(names, places)) copyStages(places.cache('kwok'))
  }
  await withLock(places.lock, work, { onWait })
}

/** Compiles in a directory that is removed also when this process is ended meanwhile, and moves the result in whole. */
async function buildOne(name: BinaryName, { cache }: Places, reporter: Reporter): Promise<void> {
  const directory = cache(RECIPES[name].module)
  mkdirSync(directory, { recursive: true })
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
    env: buildEnvironment(name),
    logFile: join(directory, 'log'),
  })
  go.start()
  const ended = async (): Promise<string | undefined> => go.whyNotRunning()
  const why = await waitFor(ended, { until: go.spec.name, timeoutMs: BUILD_MS, everyMs: 200 })
  if (!isExecutable(output)) throw new Error(`${name} was not built; ${NEEDS_GO}\n${why}`)
}

const KWOK_MODULE = 'sigs.k8s.io/kwok'

/** Copied beside the binary, so that a run needs no module cache. */
function copyStages(directory: string): void {
  const options = {
    cwd: join(MODULES_DIRECTORY, 'kwok'),
    env: { ...process.env, ...buildEnvironment('kwok') },
    encoding: 'utf8',
  } as const
  execFileSync('go', ['mod', 'download', KWOK_MODULE], options)
  const source = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', KWOK_MODULE], options).trim()
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
