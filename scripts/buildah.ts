import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../e2e/controlplane/command.ts'

/** How an image is built. */
export interface ImageBuild {
  /** The Dockerfile. */
  readonly file: string
  /** What its COPY sees. */
  readonly context: string
  /** Name and tag. */
  readonly tag: string
  readonly buildArguments?: Readonly<Record<string, string>>
  /** Further flags of `buildah build`. */
  readonly flags?: readonly string[]
}

const BUILD_MS = 20 * 60_000

/** Builds images without a container engine, as root. Layers are kept in `folder`, so that what did not change is not built again. */
export class Buildah {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Builds an image into the store.
   * @returns its id: the tag may be another build's a moment later.
   * @throws with what the build said.
   */
  async build({ file, context, tag, buildArguments = {}, flags = [] }: ImageBuild): Promise<string> {
    const values = Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
    // Docker's format also keeps what the Dockerfile says besides OCI's fields.
    const format = ['--layers', '--format', 'docker']
    const folder = mkdtempSync(join(tmpdir(), 'flotilla-image-'))
    try {
      const id = join(folder, 'id')
      await this.run(['build', ...format, ...values, ...flags, '--iidfile', id, '--tag', tag, '--file', file, context])
      return readFileSync(id, 'utf8').trim()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Makes an image of a folder, with nothing but its files. */
  async fromFolder(folder: string, tag: string): Promise<void> {
    const container = (await this.run(['from', 'scratch'])).trim()
    try {
      await this.run(['copy', container, folder, '/'])
      await this.run(['commit', container, tag])
    } finally {
      await this.run(['rm', container])
    }
  }

  /** Writes an image of the store into an archive that nodes and engines load. It appears whole or not at all. */
  async save(id: string, { tag, archive }: { readonly tag: string; readonly archive: string }): Promise<void> {
    mkdirSync(dirname(archive), { recursive: true })
    const folder = mkdtempSync(join(dirname(archive), '.image-'))
    try {
      await this.run(['push', id, `docker-archive:${join(folder, 'image.tar')}:${tag}`])
      renameSync(join(folder, 'image.tar'), archive)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** @returns whether the store has an image. */
  async has(tag: string): Promise<boolean> {
    const names = await this.run(['images', '--format', '{{.Name}}:{{.Tag}}'])
    return names.split('\n').includes(tag)
  }

  /** Runs buildah. @returns its standard output. */
  run(args: readonly string[]): Promise<string> {
    mkdirSync(this.#folder, { recursive: true })
    const store = ['--root', join(this.#folder, 'images'), '--runroot', join(this.#folder, 'run')]
    // Without an engine there is no runtime either: what RUN says runs in a chroot.
    return run('buildah', [...store, ...args], { env: { BUILDAH_ISOLATION: 'chroot' }, timeoutMs: BUILD_MS })
  }
}
