import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buildah } from '../../../scripts/buildah.ts'
import { type Binaries, cacheDirectory, cacheRoot } from '../binaries.ts'
import { WORKLOAD_IMAGE } from './node-files.ts'

const DOCKERFILE = 'FROM scratch\nCOPY workload /workload\nENTRYPOINT ["/workload"]\n'

/** @returns the builder whose store is kept with what is compiled. */
export function newBuildah(): Buildah {
  return new Buildah(join(cacheRoot(), 'buildah'))
}

/** @returns the archive of the image {@link WORKLOAD_IMAGE}, built when it is not in the cache. */
export async function workloadImage(binaries: Binaries): Promise<string> {
  const archive = join(cacheDirectory('workload'), 'image.tar')
  if (existsSync(archive)) return archive
  const context = mkdtempSync(join(tmpdir(), 'workload-'))
  try {
    copyFileSync(binaries.path('workload'), join(context, 'workload'))
    const file = join(context, 'Dockerfile')
    writeFileSync(file, DOCKERFILE)
    const buildah = newBuildah()
    const tag = WORKLOAD_IMAGE
    await buildah.save(await buildah.build({ file, context, tag }), { tag, archive })
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
  return archive
}
