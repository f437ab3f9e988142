import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Beside the bundle; in a checkout it is that of the package. */
const BUNDLED = new URL('./cel.js', import.meta.url)

/** By what the guest imports it. */
export const CEL_MODULE = 'evaluator.js'

/** @returns the modules of CEL's implementation, by name: it runs in a sandbox, which reads no files. */
export function readCelLibrary(): Readonly<Record<string, string>> {
  if (!import.meta.url.endsWith('.ts')) return { [CEL_MODULE]: readFileSync(BUNDLED, 'utf8') }
  const folder = dirname(locateCel())
  const names = readdirSync(folder).filter(name => name.endsWith('.js'))
  return Object.fromEntries(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** @returns the file that exports `Environment`: the bundle makes one file of it and what it imports. */
export function locateCel(): string {
  return createRequire(import.meta.url).resolve('@marcbachmann/cel-js/evaluator')
}
