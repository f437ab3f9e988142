import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError, type ManifestText } from './manifests.ts'

const STANDARD_INPUT = 0
const MANIFEST_FILE = /\.(ya?ml|json)$/

/**
 * Reads what `-f` names: a file, `-` for standard input, or of a folder all manifests that are right in it, as with kubectl.
 *
 * @throws CommandError when one cannot be read.
 */
export function readManifestTexts(path: string): readonly ManifestText[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [readManifestText(path)]
  const names = readdirSync(path).filter(name => MANIFEST_FILE.test(name))
  return names.sort().map(name => readManifestText(join(path, name)))
}

/** @throws CommandError when the file cannot be read. */
export function readManifestText(file: string): ManifestText {
  try {
    return { source: file, text: readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8') }
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error))
  }
}

/** For options that may be given several times: commander calls it with each. */
export function together(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}
