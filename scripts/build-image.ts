// Builds the image of the operator, with buildah: no container engine is needed.
// usage: build-image.ts [--tag localhost/flotilla:VERSION] [--output dist/image] [--bases local|registry]
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from '../e2e/controlplane/command.ts'
import { newReporter, type Reporter, silent } from '../e2e/controlplane/progress.ts'
import { newBuildah } from '../e2e/controlplane/real-node/workload-image.ts'
import type { Buildah } from './buildah.ts'
import { localBases } from './image-bases.ts'

const root = join(import.meta.dirname, '..')

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
  const { build, runtime } = local
    ? await reporter.during('making the bases from packages', () => localBases(buildah))
    : { build: undefined, runtime: undefined }
  const buildArguments = build === undefined ? {} : { BUILD_IMAGE: build, RUNTIME_IMAGE: runtime }
  const flags = [...(local ? ['--pull-never'] : []), ...(await npmVolumes())]
  const file = join(root, 'Dockerfile')
  await reporter.during(`building ${tag}`, () => buildah.build({ file, context: root, tag, buildArguments, flags }))
  mkdirSync(output, { recursive: true })
  const image = { tag, archive: join(output, 'flotilla.tar'), sbom: join(output, 'sbom.cdx.json') }
  await reporter.during(`writing ${image.archive}`, () => buildah.save(tag, image.archive))
  await copyFromImage(buildah, tag, { path: '/app/sbom.cdx.json', to: image.sbom })
  return image
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return manifest.version
}

/** The build talks to the registry of packages as this machine's npm does, and finds what that has downloaded. */
async function npmVolumes(): Promise<readonly string[]> {
  const get = async (key: string): Promise<string> => (await run('npm', ['config', 'get', key])).trim()
  const certificates = await get('cafile')
  const volumes = [
    { from: await get('userconfig'), to: '/root/.npmrc:ro' },
    { from: join(homedir(), '.npm'), to: '/root/.npm' },
    ...(certificates === 'null' ? [] : [{ from: certificates, to: `${certificates}:ro` }]),
  ]
  return volumes.filter(({ from }) => existsSync(from)).flatMap(({ from, to }) => ['--volume', `${from}:${to}`])
}

async function copyFromImage(
  buildah: Buildah,
  tag: string,
  { path, to }: { readonly path: string; readonly to: string },
): Promise<void> {
  const container = (await buildah.run(['from', '--pull-never', tag])).trim()
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
