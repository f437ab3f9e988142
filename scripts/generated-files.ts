import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes the files that differ, paths relative to `root`. @returns the paths of those. */
export function bringUpToDate(root: string, files: ReadonlyMap<string, string>): readonly string[] {
  const stale = [...files].filter(([path, text]) => !isEqual(join(root, path), text))
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return stale.map(([path]) => path)
}

function isEqual(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === text
}
