import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import { listGenerators } from '../scripts/generators.ts'
import type { ChartFiles } from './chart.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A release of the operator: its chart, and its program. */
export interface Release {
  readonly chart: ChartFiles
  readonly bundle: string
}

/** @returns the commit before the last one that changed the chart; undefined without that much history. */
export function previousChartCommit(): string | undefined {
  try {
    const commits = git(['log', '-2', '--format=%H', '--', 'charts']).toString('utf8').trim().split('\n')
    return commits[1]
  } catch {
    return undefined
  }
}

/** Builds a release from a commit. `folder` must not exist yet. */
export function releaseOf(commit: string, folder: string): Release {
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-x', '-C', folder], { input: git(['archive', commit]) })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return build(folder)
}

/** Builds a release from these sources. */
export function thisRelease(folder: string): Release {
  copySources(folder)
  return build(folder)
}

/** A field that the API of the next release has. */
export const NEXT_FIELD = 'decidedByTheNextRelease'

/** Builds what may come after these sources: a later version, whose policies have a field more. */
export function nextRelease(folder: string): Release {
  copySources(folder)
  const manifest = join(folder, 'package.json')
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version: '99.0.0' }))
  const crd = join(folder, 'crds', 'policy.karmada.io_propagationpolicies.yaml')
  const document = parseDocument(readFileSync(crd, 'utf8'))
  const spec = ['spec', 'versions', 0, 'schema', 'openAPIV3Schema', 'properties', 'spec', 'properties']
  document.setIn([...spec, NEXT_FIELD], { type: 'string', description: 'Nobody knows yet.' })
  writeFileSync(crd, document.toString())
  for (const path of listGenerators(folder).filter(isOfRelease)) execFileSync(process.execPath, [path], { cwd: folder })
  return build(folder)
}

/** The page of figures is no part of one. */
function isOfRelease(generator: string): boolean {
  return basename(generator) !== 'generate-performance.ts'
}

const SOURCES = ['package.json', 'src', 'scripts', 'crds', 'charts', 'docs', 'e2e/operator-values.yaml']

function copySources(folder: string): void {
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const path of SOURCES) cpSync(join(ROOT, path), join(folder, path), { recursive: true })
}

function build(folder: string): Release {
  const dist = join(folder, 'dist')
  execFileSync(process.execPath, [join(folder, 'scripts', 'bundle.ts'), dist], { cwd: folder })
  return {
    chart: {
      chart: join(folder, 'charts', 'flotilla'),
      operatorValues: join(folder, 'e2e', 'operator-values.yaml'),
    },
    bundle: join(dist, 'main.mjs'),
  }
}

function git(args: readonly string[]): Buffer {
  return execFileSync('git', ['-C', ROOT, ...args], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
}
