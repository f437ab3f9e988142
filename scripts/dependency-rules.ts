// What holds for packages that we use: pure, on package.json, package-lock.json and what is in the bundle.

/** One entry of `packages` in a lock file of version 3. */
export interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}

export interface LockFile {
  readonly lockfileVersion: number
  readonly packages: Readonly<Record<string, LockedPackage>>
}

type Versions = Readonly<Record<string, string>>

export interface Manifest {
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly optionalDependencies?: Versions
}

/** A package as it is installed, by name and version. */
export interface PackageId {
  readonly name: string
  readonly version: string
}

const REGISTRY = 'https://registry.npmjs.org/'
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/

/** Licences that ask for no more than to be named. */
const LICENCES: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'PSF-2.0'],
  'Unlicense',
])
/** Besides, for what never leaves this repository. */
const LICENCES_OF_TOOLS: ReadonlySet<string> = new Set(['CC-BY-4.0', 'Python-2.0'])

/** Tools whose packages have a step at installation: it is never run (`ignore-scripts` in .npmrc), and not needed. */
const WITH_INSTALL_STEP: ReadonlySet<string> = new Set(['@parcel/watcher', '@swc/core', 'esbuild'])

/** Lines that .npmrc must have: nothing runs at installation, and versions are written out. */
const SETTINGS = ['ignore-scripts=true', 'save-exact=true']

/** @returns what is wrong with how packages are named, locked and licensed, a sentence each. */
export function lockFaults(manifest: Manifest, lock: LockFile, npmrc: string): readonly string[] {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  return [
    ...(lock.lockfileVersion === 3 ? [] : [`package-lock.json: version ${lock.lockfileVersion}, not 3`]),
    ...SETTINGS.filter(line => !npmrc.split('\n').includes(line)).map(line => `.npmrc: ${line} is missing`),
    ...directDependencies(manifest).flatMap(one => directFaults(one, lock)),
    ...packages.flatMap(([path, entry]) => [...sourceFaults(path, entry), ...licenceFaults(path, entry)]),
  ]
}

/** @returns the packages that package.json names. */
export function directDependencies(manifest: Manifest): readonly PackageId[] {
  const lists = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies]
  return lists.flatMap(list => Object.entries(list ?? {}).map(([name, version]) => ({ name, version })))
}

function directFaults({ name, version }: PackageId, lock: LockFile): readonly string[] {
  const locked = lock.packages[`node_modules/${name}`]?.version
  if (!EXACT.test(version)) return [`${name}: package.json names no exact version: ${version}`]
  return locked === version ? [] : [`${name}: package.json says ${version}, the lock file ${locked ?? 'nothing'}`]
}

function sourceFaults(path: string, entry: LockedPackage): readonly string[] {
  const name = nameIn(path)
  const { version = '', resolved, integrity, hasInstallScript } = entry
  return [
    ...(EXACT.test(version) ? [] : [`${name}: the lock file has no exact version: '${version}'`]),
    ...(resolved === undefined || resolved.startsWith(REGISTRY) ? [] : [`${name}: comes from elsewhere: ${resolved}`]),
    ...(entry.link === true ? [`${name}: is a link`] : []),
    ...(integrity?.startsWith('sha512-') === true || isOfPlatform(entry) ? [] : [`${name}: no sha512 integrity`]),
    ...(hasInstallScript === true && !(entry.dev === true && WITH_INSTALL_STEP.has(name))
      ? [`${name}: has a step at installation`]
      : []),
  ]
}

/** What only other machines install: a registry that mirrors few platforms does not tell its hash. npm then checks it there. */
function isOfPlatform({ optional, os, cpu }: LockedPackage): boolean {
  return optional === true && os !== undefined && cpu !== undefined
}

function licenceFaults(path: string, entry: LockedPackage): readonly string[] {
  const { license } = entry
  if (license === undefined && isOfPlatform(entry)) return []
  const isAllowed = (licence: string): boolean =>
    LICENCES.has(licence) || (entry.dev === true && LICENCES_OF_TOOLS.has(licence))
  return license !== undefined && isSatisfied(license, isAllowed)
    ? []
    : [`${nameIn(path)}: licence ${license ?? 'unknown'} is not among those that we use`]
}

/** SPDX expressions as packages have them: names joined by AND or OR, at most once in brackets. */
function isSatisfied(expression: string, isAllowed: (licence: string) => boolean): boolean {
  const plain = expression.replaceAll(/^\(|\)$/g, '')
  return plain.split(' OR ').some(choice => choice.split(' AND ').every(isAllowed))
}

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** @returns the packages whose files these are, each once; paths end with where they are in their `node_modules`. */
export function packagePaths(files: Iterable<string>): readonly string[] {
  const paths = [...files].flatMap(
    file => /^.*?(node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  )
  return [...new Set(paths)].toSorted()
}

export interface Shipped {
  /** Paths of the packages in the bundle: `node_modules/yaml`. */
  readonly paths: readonly string[]
  readonly lock: LockFile
  /** What the list that goes with the image has. */
  readonly sbom: readonly PackageId[]
}

/** @returns what is wrong with what leaves this repository. */
export function shippedFaults({ paths, lock, sbom }: Shipped): readonly string[] {
  const listed = new Set(sbom.map(({ name, version }) => `${name}@${version}`))
  const shipped = paths.map(path => ({ path, name: nameIn(path), ...lock.packages[path] }))
  const versions = Map.groupBy(shipped, ({ name }) => name)
  return [
    ...shipped
      .filter(({ version }) => version === undefined)
      .map(({ path }) => `${path}: in the bundle, not in the lock file`),
    ...shipped.filter(({ dev }) => dev === true).map(({ name }) => `${name}: in the bundle, and for development only`),
    ...shipped
      .filter(({ name, version }) => !listed.has(`${name}@${version}`))
      .map(({ name, version }) => `${name}@${version}: in the bundle, not in the SBOM`),
    ...[...versions]
      .filter(([, copies]) => new Set(copies.map(({ version }) => version)).size > 1)
      .map(
        ([name, copies]) =>
          `${name}: in the bundle in several versions: ${copies.map(copy => copy.version).join(', ')}`,
      ),
  ]
}

/** Named in the text of the decision: the Node that everything runs on, and types. */
const NOT_IN_TABLE = /^node-(?:linux|darwin)-x64$|^@types\/|^@jest\/globals$/

/** @returns direct dependencies without a row in the decision's table, and rows for what is none. */
export function decisionFaults(manifest: Manifest, page: string): readonly string[] {
  const direct = directDependencies(manifest).map(({ name }) => name)
  const table = page.slice(page.indexOf('\n| dependency |'))
  const rows = [...table.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell)
  const named = rows
    .filter(cell => cell !== 'dependency')
    .flatMap(cell => cell.replace(' (dev)', '').split(/, with | and |, /))
  const where = 'docs/decisions/0002-runtime-stack.md'
  return [
    ...direct
      .filter(name => !named.includes(name) && !NOT_IN_TABLE.test(name))
      .map(name => `${name}: no row in ${where}`),
    ...named.filter(name => !direct.includes(name)).map(name => `${where}: ${name} is no dependency`),
  ]
}
