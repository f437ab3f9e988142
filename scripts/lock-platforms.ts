// Completes package-lock.json where the registry at hand mirrors only some platforms: npm leaves out the optional packages
// of the others and `npm ci` then refuses the file, on every machine. Run by `npm run lock`.

import { readFileSync, writeFileSync } from 'node:fs'

interface LockedPackage {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  optionalDependencies?: Record<string, string>
}

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> }

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

/**
 * What the name of a platform's package tells, such as @swc/core-linux-ppc64-gnu. Undefined for a package of no platform;
 * such a one (wasm builds) must be in the registry.
 */
function platformOf(name: string): { os: string[]; cpu: string[] } | undefined {
  const words = name.split(/[-/]/)
  const os = systems.filter(system => words.includes(system))
  const cpu = processors.filter(processor => words.includes(processor))
  return os.length === 1 && cpu.length === 1 ? { os, cpu } : undefined
}

let added = 0
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    const platform = platformOf(name)
    if (lock.packages[path] || !platform || !/^\d/.test(version)) continue
    lock.packages[path] = { version, ...(entry.dev && { dev: true }), optional: true, ...platform }
    added++
  }
}

const [root, ...others] = Object.keys(lock.packages).sort()
lock.packages = Object.fromEntries([root, ...others].map(path => [path as string, lock.packages[path as string] ?? {}]))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`package-lock.json: ${added} packages of other platforms added`)
