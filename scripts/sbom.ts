// What is in the image besides Node: the packages whose code is in the bundle, as CycloneDX. `npm sbom` forgets packages that tools
// need as well, and lists many that never ship.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledFiles } from './bundle.ts'
import { type LockFile, nameIn, packagePaths } from './dependency-rules.ts'

const root = join(import.meta.dirname, '..')

interface Product {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One entry of the list. */
export interface Component {
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses: readonly { readonly expression: string }[]
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}

/** @returns the packages of a bundle, with licence and hash as they are locked. */
export function componentsOf(paths: readonly string[], lock: LockFile): readonly Component[] {
  return paths.map(path => {
    const name = nameIn(path)
    const { version = '', license = 'NOASSERTION', integrity } = lock.packages[path] ?? {}
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return { name, version, purl, licenses: [{ expression: license }], ...hashesOf(integrity) }
  })
}

function hashesOf(integrity: string | undefined): Pick<Component, 'hashes'> {
  const [algorithm, content] = (integrity ?? '').split('-')
  if (algorithm !== 'sha512' || content === undefined) return {}
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }] }
}

/** @returns a CycloneDX document; the same for the same packages. */
export function renderSbom({ name, version, license, ...product }: Product, components: readonly Component[]): object {
  const node = Object.values(product.optionalDependencies ?? {})[0] ?? ''
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, licenses: [{ expression: license }] } },
    components: [
      { type: 'platform', name: 'node', version: node, purl: `pkg:generic/node@${node}` },
      ...components.map(component => ({ type: 'library', 'bom-ref': component.purl, ...component })),
    ],
  }
}

/** @returns the packages in the bundle of these sources. */
export async function readComponents(): Promise<readonly Component[]> {
  const lock: LockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return componentsOf(packagePaths(await bundledFiles()), lock)
}

if (import.meta.main) {
  const product: Product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  process.stdout.write(`${JSON.stringify(renderSbom(product, await readComponents()), null, 2)}\n`)
}
