// What we take from others: locked by hash and exact version, with a licence that fits, without anything that runs at
// installation, each direct one with its reason; and what is in the bundle is in the list that goes with the image. Known
// weaknesses are asked for where the registry answers that question, and otherwise told as skipped.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledFiles } from './bundle.ts'
import { runCommand } from './child-process.ts'
import {
  decisionFaults,
  type LockFile,
  lockFaults,
  type Manifest,
  packagePaths,
  shippedFaults,
} from './dependency-rules.ts'
import { readComponents } from './sbom.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manifest: Manifest = JSON.parse(read('package.json'))
const lock: LockFile = JSON.parse(read('package-lock.json'))

/** What npm printed, or why it did not. */
async function npm(
  args: readonly string[],
  limitMs: number,
): Promise<{ readonly output: string; readonly ok: boolean }> {
  let output = ''
  const onOutput = (text: string): void => {
    output += text
  }
  const { ending, exitCode } = await runCommand(
    { name: 'npm', file: 'npm', args, limitMs, onOutput },
    new AbortController().signal,
  )
  return { output, ok: ending === 'exited' && exitCode === 0 }
}

/** Asks the registry for known weaknesses of what may ship. @returns undefined when it does not answer that question. */
async function audit(): Promise<readonly string[] | undefined> {
  const { output } = await npm(['audit', '--omit=dev', '--json', '--loglevel=silent', '--fetch-retries=0'], 30_000)
  const report: { readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>> } = parsed(output)
  return (
    report.vulnerabilities &&
    Object.entries(report.vulnerabilities).map(([name, { severity }]) => `${name}: a known weakness (${severity})`)
  )
}

function parsed(text: string): object {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

const [files, sbom, weaknesses] = await Promise.all([bundledFiles(), readComponents(), audit()])
const paths = packagePaths(files)
const faults = [
  ...lockFaults(manifest, lock, read('.npmrc')),
  ...shippedFaults({ paths, lock, sbom }),
  ...decisionFaults(manifest, read('docs/decisions/0002-runtime-stack.md')),
  // Of all that npm installs only what is in the bundle reaches anybody.
  ...(weaknesses ?? []).filter(line => paths.some(path => line.startsWith(`${path.split('node_modules/').pop()}: `))),
]
for (const fault of faults) console.error(fault)
const count = Object.keys(lock.packages).length - 1
console.log(
  `${count} packages in the lock file, ${paths.length} in the bundle, ${sbom.length} in the SBOM; ${faults.length} faults`,
)
if (weaknesses === undefined) console.log('skipped  npm audit: the registry at hand does not answer it')
process.exitCode = faults.length === 0 ? 0 : 1
