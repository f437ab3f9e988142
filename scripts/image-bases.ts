import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../e2e/controlplane/command.ts'
import type { Buildah } from './buildah.ts'

/** The two images that the Dockerfile begins with, made from the distribution's packages: no registry is asked. */
export interface Bases {
  readonly build: string
  readonly runtime: string
}

/** What Node links, and what names the distribution to whoever looks for known weaknesses. */
const RUNTIME_PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6']

/** As the distroless images call them. */
const PASSWD = 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n'
const GROUP = 'root:x:0:\nnonroot:x:65532:\n'

const INSTALL_MS = 10 * 60_000

/** Makes the bases that are not in the store yet: about a minute. Needs root, apt and debootstrap. */
export async function localBases(buildah: Buildah): Promise<Bases> {
  const release = releaseName(readOsRelease())
  const bases = namesOf(release)
  if (!(await buildah.has(bases.build))) await fromNew(buildah, bases.build, root => installBuild(root, release))
  if (!(await buildah.has(bases.runtime))) await fromNew(buildah, bases.runtime, installRuntime)
  return bases
}

/** @returns why no image can be built unless the bases are made first, for the name of a skipped test; undefined when it can. */
export async function basesObstacle(
  buildah: Pick<Buildah, 'has'>,
  osRelease: () => string = readOsRelease,
): Promise<string | undefined> {
  try {
    const { build, runtime } = namesOf(releaseName(osRelease()))
    if ((await buildah.has(build)) && (await buildah.has(runtime))) return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'needs the bases of the image: as root, npm run build:controlplanes'
}

function readOsRelease(): string {
  return readFileSync('/etc/os-release', 'utf8')
}

function namesOf(release: string): Bases {
  return {
    build: `localhost/flotilla-build:${release}-node${process.versions.node}`,
    runtime: `localhost/flotilla-runtime:${release}`,
  }
}

/** @returns the name of a Debian release, e.g. `bookworm`. @throws when /etc/os-release gives none. */
export function releaseName(osRelease: string): string {
  const name = /^VERSION_CODENAME=(\S+)$/m.exec(osRelease)?.[1]
  if (name === undefined) throw new Error('this system has no release name: bases are made on Debian')
  return name
}

async function fromNew(buildah: Buildah, tag: string, install: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'flotilla-base-'))
  try {
    await install(root)
    await buildah.fromFolder(root, tag)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** A small Debian with this process's own Node, and npm. */
async function installBuild(root: string, release: string): Promise<void> {
  const sites = await run('apt-get', [
    'indextargets',
    '--format',
    '$(SITE)',
    'Created-By: Packages',
    `Codename: ${release}`,
  ])
  const [mirror = ''] = sites.split('\n')
  const packages = '--include=binutils,ca-certificates'
  await run('debootstrap', ['--variant=minbase', packages, release, root, mirror], { timeoutMs: INSTALL_MS })
  for (const left of ['dev', 'var/cache/apt', 'var/lib/apt/lists']) rmSync(join(root, left), { recursive: true })
  const npm = dirname(dirname(await run('sh', ['-c', 'realpath "$(command -v npm)"'])))
  copyFileSync(process.execPath, join(root, 'usr/local/bin/node'))
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
}

/** The files of a few packages, as they are, and where scanners look for what they are. */
async function installRuntime(root: string): Promise<void> {
  const packages = join(root, 'packages')
  const status = join(root, 'var/lib/dpkg/status.d')
  mkdirSync(packages)
  mkdirSync(status, { recursive: true })
  for (const name of RUNTIME_PACKAGES) {
    await run('sh', [
      '-c',
      'cd "$1" && apt-get download --quiet "$2" && dpkg-deb --extract "$2"_*.deb "$3"',
      'sh',
      packages,
      name,
      root,
    ])
    writeFileSync(join(status, name), await run('sh', ['-c', 'dpkg-deb --field "$1"/"$2"_*.deb', 'sh', packages, name]))
  }
  rmSync(packages, { recursive: true })
  // Where the distribution keeps all of it below /usr, the loader is still looked for in /lib64.
  for (const folder of ['lib', 'lib64']) {
    if (!existsSync(join(root, folder)) && existsSync(join(root, 'usr', folder)))
      symlinkSync(`usr/${folder}`, join(root, folder))
  }
  writeFileSync(join(root, 'etc/passwd'), PASSWD)
  writeFileSync(join(root, 'etc/group'), GROUP)
}
