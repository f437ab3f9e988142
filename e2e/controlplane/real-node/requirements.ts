import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../command.ts'
import type { Reporter } from '../progress.ts'

/** What a real node takes from the distribution, and the file that shows that it is there. */
interface Requirement {
  /** The Debian package. */
  readonly package: string
  /** A program on the PATH, or a file with its whole path. */
  readonly shownBy: string
}

const REQUIREMENTS: readonly Requirement[] = [
  { package: 'gcc', shownBy: 'gcc' },
  { package: 'pkg-config', shownBy: 'pkg-config' },
  { package: 'libseccomp-dev', shownBy: '/usr/include/seccomp.h' },
  { package: 'util-linux', shownBy: 'unshare' },
  { package: 'iproute2', shownBy: 'ip' },
  { package: 'nftables', shownBy: 'nft' },
  { package: 'buildah', shownBy: 'buildah' },
  { package: 'debootstrap', shownBy: 'debootstrap' },
]

/** What a machine is asked. */
export interface Machine {
  readonly platform: string
  readonly isRoot: boolean
  /** Whether a program is on the PATH, or a file there. */
  has(shownBy: string): boolean
}

const INSTALL_MS = 10 * 60_000

/** @returns this machine. */
export function thisMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const folders = (env['PATH'] ?? '').split(delimiter)
  const exists = (path: string): boolean => {
    try {
      accessSync(path, constants.R_OK)
      return true
    } catch {
      return false
    }
  }
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    has: shownBy => (shownBy.startsWith('/') ? [''] : folders).some(folder => exists(join(folder, shownBy))),
  }
}

/** @returns the packages that a real node needs and the machine lacks. */
export function missingPackages(machine: Machine): readonly string[] {
  return REQUIREMENTS.filter(({ shownBy }) => !machine.has(shownBy)).map(needed => needed.package)
}

/** @returns why there can be no real node on the machine, for the name of a skipped test; undefined when there can. */
export function realNodeObstacle(machine: Machine = thisMachine()): string | undefined {
  if (machine.platform !== 'linux') return 'needs Linux'
  if (!machine.isRoot) return 'needs root'
  const missing = missingPackages(machine)
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}: as root, npm run build:controlplanes`
}

/**
 * Installs what is missing, where that is possible: on Linux, as root, with apt.
 * @throws what apt says.
 */
export async function installRequirements(reporter: Reporter, machine: Machine = thisMachine()): Promise<void> {
  const missing = missingPackages(machine)
  if (machine.platform !== 'linux' || !machine.isRoot || !machine.has('apt-get') || missing.length === 0) return
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: INSTALL_MS }
  await reporter.during(`installing ${missing.join(', ')}`, async () => {
    await run('apt-get', ['update', '--quiet'], options)
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], options)
  })
}
