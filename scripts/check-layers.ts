// Checks the rules of the house that no linter knows: which folder may import which, names, sizes, registries.
import { existsSync, globSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Import, readSourceFile, type SourceFile } from './source-file.ts'

/**
 * The layers of src/, lowest first (docs/architecture.md). A unit is a folder, or a file right under src/; it imports lower
 * layers only, and units of one layer never import each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['api'],
  ['object'],
  ['policy', 'kube'],
  ['runtime'],
  ['interpreter', 'override', 'scheduling', 'parking', 'members', 'shards'],
  ['rendering'],
  ['detector', 'scheduler', 'binding', 'execution', 'status', 'clusters', 'registration', 'addons/*'],
  ['manager', 'cli'],
  ['main.ts', 'kubectl-flotilla.ts'],
]
/** Files right under src/ that belong to a unit of the table. */
const UNIT_OF_FILE: Readonly<Record<string, string>> = {
  'manager.ts': 'manager',
  'configuration.ts': 'manager',
  'host-addons.ts': 'manager',
  'host-warming.ts': 'manager',
  'host-clusters.ts': 'manager',
  'host-failover.ts': 'manager',
  'host-informers.ts': 'manager',
  'host-interpreting.ts': 'manager',
  'host-parking.ts': 'manager',
  'host-placing.ts': 'manager',
  'host-registration.ts': 'manager',
  'host-rules.ts': 'manager',
  'member-connections.ts': 'manager',
  'member-side.ts': 'manager',
  'replica.ts': 'manager',
  'sharing.ts': 'manager',
  'operator.ts': 'manager',
  'election-configuration.ts': 'manager',
  'agent.ts': 'manager',
  'agent-session.ts': 'manager',
  'agent-configuration.ts': 'manager',
  'agent-rules.ts': 'manager',
}
/** Tighter than the layer says: commands call the pure layers, not the controllers. */
const HIGHEST_IMPORT: Readonly<Record<string, number>> = { cli: 5 }

/** Packages that open connections or read the surroundings, and the only places that may import them. */
const PACKAGE_PLACES: Readonly<Record<string, readonly string[]>> = {
  'node:http2': ['src/kube/'],
  'node:tls': ['src/kube/'],
  'node:net': ['src/kube/'],
  '@kubernetes/client-node': ['src/kube/', 'src/main.ts'],
  '@dot-i/k8s-operator': ['src/main.ts'],
  'node:process': ['src/main.ts', 'src/kubectl-flotilla.ts'],
}

/** Where each restricted use is allowed. */
const USE_PLACES: Readonly<Record<string, readonly string[]>> = {
  process: ['src/main.ts', 'src/kubectl-flotilla.ts'],
  'time or chance': ['src/runtime/', 'src/kube/timing.ts', 'src/main.ts', 'src/kubectl-flotilla.ts'],
  // Where JSON becomes a type: answers of an apiserver, and the cache that holds them as the resource's own type.
  cast: ['src/kube/', 'src/runtime/informer.ts', 'src/main.ts', 'src/kubectl-flotilla.ts'],
}

/** One file per entry, listed in registry.ts, with its test beside it. */
const REGISTRY_FOLDERS: readonly string[] = [
  'src/interpreter/kinds',
  'src/scheduling/plugins',
  'src/scheduling/divisions',
  'src/override/overriders',
]

const FORBIDDEN_NAMES: readonly string[] = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'types', 'index']
const MAX_LINES = 400
const MAX_TEST_LINES = 600
const BINDING_TWIN = 'ClusterResourceBinding'

const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.startsWith('src/testing/')
const isProduct = (path: string): boolean => path.startsWith('src/') && !isTest(path)
const isGenerated = (path: string): boolean => path.startsWith('src/api/generated/')
const isIn = (path: string, places: readonly string[]): boolean => places.some(place => path.startsWith(place))

/** @returns a line for each broken rule, by file; empty when the house is in order. */
export function findProblems(files: readonly SourceFile[]): readonly string[] {
  return [
    ...files.flatMap(file => [
      ...nameProblems(file),
      ...sizeProblems(file),
      ...importProblems(file),
      ...useProblems(file),
      ...twinProblems(file),
    ]),
    ...cycleProblems(files),
    ...REGISTRY_FOLDERS.flatMap(folder => registryProblems(folder, files)),
  ]
}

interface Unit {
  readonly name: string
  readonly layer: number
}

/** @returns the unit of a file of src/, or undefined when the table has no such folder. */
export function unitOf(path: string): Unit | undefined {
  const [, first = '', second = ''] = path.split('/')
  const name = UNIT_OF_FILE[first] ?? (first === 'addons' ? `addons/${second}` : first)
  const row = first === 'addons' ? 'addons/*' : name
  const layer = LAYERS.findIndex(names => names.includes(row))
  return layer < 0 ? undefined : { name, layer }
}

function nameProblems(file: SourceFile): readonly string[] {
  if (isGenerated(file.path)) return []
  const words = file.path.split('/').map(part => part.split('.')[0] ?? '')
  const drawers = words.filter(word => FORBIDDEN_NAMES.some(name => word === name || isDrawer(word, name)))
  return drawers.map(word => `${file.path}: "${word}" says nothing about what is inside; use a name of the domain`)
}

/** `string-utils` is a drawer as well; `common-name` may be a term. */
function isDrawer(word: string, name: string): boolean {
  return /^(util|helper)/.test(name) && word.split('-').includes(name)
}

function sizeProblems(file: SourceFile): readonly string[] {
  const limit = isTest(file.path) ? MAX_TEST_LINES : MAX_LINES
  if (isGenerated(file.path) || file.lineCount <= limit) return []
  return [`${file.path}: ${file.lineCount} lines; at most ${limit}, split it by what it does`]
}

function importProblems(file: SourceFile): readonly string[] {
  if (!isProduct(file.path)) return []
  const unit = unitOf(file.path)
  if (unit === undefined)
    return [`${file.path}: its folder has no layer; add it to the table in scripts/check-layers.ts`]
  return file.imports.flatMap(each => {
    const problem = each.isRelative ? relativeProblem(unit, each.target) : packageProblem(file.path, each)
    return problem === undefined ? [] : [`${file.path}: ${problem}`]
  })
}

function relativeProblem(from: Unit, target: string): string | undefined {
  if (isTest(target)) return `imports ${target}, which is for tests only`
  if (!target.startsWith('src/')) return target.endsWith('.json') ? undefined : `imports ${target} from outside src/`
  const to = unitOf(target)
  if (to === undefined || to.name === from.name) return undefined
  const highest = HIGHEST_IMPORT[from.name] ?? from.layer - 1
  if (to.layer <= highest) return undefined
  const direction = to.layer === from.layer ? 'sideways' : 'upwards'
  return `imports ${direction}: ${from.name} (layer ${from.layer}) from ${to.name} (layer ${to.layer}), ${target}`
}

function packageProblem(path: string, { target, isTypeOnly }: Import): string | undefined {
  const places = PACKAGE_PLACES[target]
  if (places === undefined || isTypeOnly || isIn(path, places)) return undefined
  return `imports ${target}, allowed in ${places.join(', ')} only`
}

function useProblems(file: SourceFile): readonly string[] {
  if (!isProduct(file.path)) return []
  return file.uses
    .filter(use => !isIn(file.path, USE_PLACES[use.kind] ?? []))
    .map(use => `${file.path}:${use.line}: ${use.what}: ${use.kind} is for ${USE_PLACES[use.kind]?.join(', ')}`)
}

/** Both scopes go one way: who needs the twin's name takes it from a row of api/kinds.ts. */
function twinProblems(file: SourceFile): readonly string[] {
  const allowed = !isProduct(file.path) || file.path.startsWith('src/api/')
  return allowed || !file.text.includes(BINDING_TWIN) ? [] : [`${file.path}: names ${BINDING_TWIN}; use BINDING_KINDS`]
}

/** @returns one line per import cycle of files that load each other; each cycle is told once. */
function cycleProblems(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(
    files.map(file => [file.path, file.imports.filter(i => i.isRelative && !i.isTypeOnly).map(i => i.target)]),
  )
  const done = new Set<string>()
  const problems: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) problems.push(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`)
    if (done.has(path)) return
    done.add(path)
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
  }
  for (const path of targets.keys()) visit(path, [])
  return problems
}

function registryProblems(folder: string, files: readonly SourceFile[]): readonly string[] {
  const entries = files.filter(file => dirname(file.path) === folder && !isTest(file.path) && !isRegistry(file.path))
  const registered = files
    .filter(file => isRegistry(file.path) && [folder, dirname(folder)].includes(dirname(file.path)))
    .flatMap(file => file.imports.map(each => each.target))
  const paths = new Set(files.map(file => file.path))
  return entries.flatMap(({ path }) => [
    ...(registered.includes(path) ? [] : [`${path}: is not in the registry.ts of ${folder}`]),
    ...(paths.has(path.replace(/\.ts$/, '.test.ts')) ? [] : [`${path}: has no test beside it`]),
  ])
}

function isRegistry(path: string): boolean {
  return basename(path) === 'registry.ts'
}

/** Folders without any file to parse still need a layer. */
function folderProblems(root: string): readonly string[] {
  return readdirSync(join(root, 'src'))
    .filter(name => statSync(join(root, 'src', name)).isDirectory() && !['testing', 'addons'].includes(name))
    .filter(name => unitOf(`src/${name}/`) === undefined)
    .map(name => `src/${name}: has no layer; add it to the table in scripts/check-layers.ts`)
}

function figures(files: readonly SourceFile[]): string {
  const lines = files
    .filter(file => isProduct(file.path) && !isGenerated(file.path))
    .flatMap(file => file.functionLines)
    .sort((a, b) => a - b)
  const at = (share: number): number => lines[Math.floor((lines.length - 1) * share)] ?? 0
  return `${files.length} files; ${lines.length} functions in src/: median ${at(0.5)} lines, p90 ${at(0.9)}, longest ${at(1)}`
}

function main(): number {
  const root = join(import.meta.dirname, '..')
  const folders = ['src', 'e2e', 'bench', 'scripts'].filter(folder => existsSync(join(root, folder)))
  const paths = folders.flatMap(folder => globSync(`${folder}/**/*.ts`, { cwd: root })).sort()
  const files = paths.map(path => readSourceFile(root, path))
  const problems = [...new Set([...folderProblems(root), ...findProblems(files)])]
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.stdout.write(`${figures(files)}; ${problems.length} problems\n`)
  return problems.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main()
