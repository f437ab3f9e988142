// Builds the image of the operator, with buildah: no container engine is needed.
// usage: build-image.ts [--tag localhost/flotilla:VERSION] [--output dist/image] [--bases local|registry]
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from '../e2e/controlplane/command.ts'
import { newReporter, type Reporter, silent } from '../e2e/controlplane/progress.ts'
import { newBuildah } from '../e2e/controlplane/real-node/workload-image.ts'
import type { Buildah, ImageBuild } from './buildah.ts'
import { localBases } from './image-bases.ts'

const root = join(import.meta.dirname, '..')
/** Within the build: whom npm trusts besides. */
const CERTIFICATES = '/etc/npm-certificates.pem'

/** Where the image and the list of what is in it are. */
export interface BuiltImage {
  /** Name and tag. */
  readonly tag: string
  /** For `ctr images import`, `docker load`, `podman load`; its size is that of the image, uncompressed. */
  readonly archive: string
  /** CycloneDX; the image has it too, in /app. */
  readonly sbom: string
}

export interface ImageOptions {
  /** Default `localhost/flotilla:<version>`. */
  readonly tag?: string
  /** Folder for archive and SBOM. */
  readonly output: string
  /** Default `local`: made from Debian's packages. `registry`: those that the Dockerfile names. */
  readonly bases?: 'local' | 'registry'
  readonly reporter?: Reporter
}

/** Builds the image of the working tree. What did not change is taken from the last build. Needs root. */
export async function buildImage({ output, bases = 'local', ...options }: ImageOptions): Promise<BuiltImage> {
  const { tag = `localhost/flotilla:${version()}`, reporter = silent } = options
  const buildah = newBuildah()
  const local = bases === 'local'
  const buildArguments = local
    ? await reporter.during('making the bases from packages', () => baseArguments(buildah))
    : {}
  const build = { file: join(root, 'Dockerfile'), context: root, tag, buildArguments }
  const id = await reporter.during(`building ${tag}`, () => buildWithNpm(buildah, build, local ? ['--pull-never'] : []))
  mkdirSync(output, { recursive: true })
  const image = { tag, archive: join(output, 'flotilla.tar'), sbom: join(output, 'sbom.cdx.json') }
  await reporter.during(`writing ${image.archive}`, () => buildah.save(id, image))
  await copyFromImage(buildah, id, { path: '/app/sbom.cdx.json', to: image.sbom })
  return image
}

async function buildWithNpm(buildah: Buildah, build: ImageBuild, flags: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-npm-'))
  try {
    return await buildah.build({ ...build, flags: [...flags, ...(await npmVolumes(folder))] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function baseArguments(buildah: Buildah): Promise<Readonly<Record<string, string>>> {
  const { build, runtime } = await localBases(buildah)
  return { BUILD_IMAGE: build, RUNTIME_IMAGE: runtime }
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return manifest.version
}

/** The build talks to the registry of packages as this machine's npm does, and finds what that has downloaded. */
async function npmVolumes(folder: string): Promise<readonly string[]> {
  const get = async (key: string): Promise<string> => (await run('npm', ['config', 'get', key])).trim()
  const user = await get('userconfig')
  const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? (await get('cafile'))
  const settings = [
    existsSync(user) ? readFileSync(user, 'utf8') : '',
    `registry=${await get('registry')}`,
    existsSync(certificates) ? `cafile=${CERTIFICATES}` : '',
  ]
  const npmrc = join(folder, 'npmrc')
  writeFileSync(npmrc, settings.join('\n'), { mode: 0o600 })
  const volumes = [
    { from: npmrc, to: '/root/.npmrc:ro' },
    { from: join(homedir(), '.npm'), to: '/root/.npm' },
    { from: certificates, to: `${CERTIFICATES}:ro` },
  ]
  return volumes.filter(({ from }) => existsSync(from)).flatMap(({ from, to }) => ['--volume', `${from}:${to}`])
}

async function copyFromImage(
  buildah: Buildah,
  id: string,
  { path, to }: { readonly path: string; readonly to: string },
): Promise<void> {
  const container = (await buildah.run(['from', '--pull-never', id])).trim()
  try {
    const mounted = (await buildah.run(['mount', container])).trim()
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(join(mounted, path), to)
  } finally {
    await buildah.run(['rm', container])
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { tag: { type: 'string' }, output: { type: 'string' }, bases: { type: 'string', default: 'local' } },
  })
  const bases = values.bases === 'registry' ? 'registry' : 'local'
  const output = resolve(values.output ?? join(root, 'dist', 'image'))
  const tagged = values.tag === undefined ? {} : { tag: values.tag }
  const image = await buildImage({ ...tagged, output, bases, reporter: newReporter() })
  const megabytes = Math.round(statSync(image.archive).size / 1e6)
  process.stdout.write(`${image.tag}: ${megabytes} MB\n${image.archive}\n${image.sbom}\n`)
}
