// Bundles the operator into one file per program: it starts in a fraction of the time, and an idle process holds only the
// code that it can reach (docs/decisions/0014-ship-a-bundle.md has the figures).
// usage: bundle.ts [folder], default dist/
import { copyFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { locateCel } from '../src/interpreter/customization/cel/cel-library.ts'
import { locateLua } from '../src/interpreter/customization/lua/lua-module.ts'
import { locateQuickJs } from '../src/interpreter/customization/quickjs/quickjs-module.ts'

const root = join(import.meta.dirname, '..')
/** The last is a thread of the first. */
const PROGRAMS: readonly string[] = [
  'src/main.ts',
  'src/kubectl-flotilla.ts',
  'src/interpreter/customization/script-thread.ts',
]

/** What the frame asks for as a whole, and what it gets instead. */
const STAND_INS: Readonly<Record<string, string>> = {
  '@kubernetes/client-node': 'scripts/bundle-client-node.ts',
  gaxios: 'scripts/bundle-gaxios.ts',
}

const narrowFrame: Plugin = {
  name: 'narrow-frame',
  setup({ onResolve }) {
    onResolve({ filter: /^(@kubernetes\/client-node|gaxios)$/ }, ({ path, importer }) => {
      const standIn = importer.replaceAll('\\', '/').includes('/@dot-i/k8s-operator/') ? STAND_INS[path] : undefined
      return standIn === undefined ? undefined : { path: join(root, standIn) }
    })
  },
}

/**
 * An import of node:http asks the module for everything that it exports, WebSocket among it, for which Node then compiles its whole
 * client for fetch: memory and time of a start for what nobody calls.
 */
const plainHttp: Plugin = {
  name: 'plain-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'plain-http' }))
    onLoad({ filter: /^http$/, namespace: 'plain-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http')",
    }))
  },
}

/** Writes `main.mjs` and the other programs into `folder`. @returns their paths. */
export async function bundle(folder: string): Promise<readonly string[]> {
  await build(programOptions(folder))
  await bundleLanguages(folder)
  return PROGRAMS.map(path => join(folder, `${basename(path, '.ts')}.mjs`))
}

/** @returns the files that a bundle is made of, without writing one; those of packages have `node_modules` in their paths. */
export async function bundledFiles(): Promise<readonly string[]> {
  const options = [programOptions('nowhere'), celOptions('nowhere')]
  const results = await Promise.all(options.map(each => build({ ...each, write: false, metafile: true })))
  return [...results.flatMap(({ metafile }) => Object.keys(metafile.inputs)), `${locateLua()}`, `${locateQuickJs()}`]
}

function programOptions(folder: string): BuildOptions {
  return {
    entryPoints: PROGRAMS.map(path => ({ in: join(root, path), out: basename(path, '.ts') })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    // CommonJS packages inside an ES module still call require() for Node's own modules.
    banner: {
      js: "import { createRequire as newRequire } from 'node:module'; const require = newRequire(import.meta.url);",
    },
    plugins: [narrowFrame, plainHttp],
    logLevel: 'warning',
  }
}

/** What scripts of users run in: WebAssembly, and the implementation of CEL, which runs there too. */
async function bundleLanguages(folder: string): Promise<void> {
  copyFileSync(locateLua(), join(folder, 'liblua5.1.wasm'))
  copyFileSync(locateQuickJs(), join(folder, 'quickjs.wasm'))
  await build(celOptions(folder))
}

function celOptions(folder: string): BuildOptions {
  return {
    entryPoints: [locateCel()],
    outfile: join(folder, 'cel.js'),
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'warning',
  }
}

if (import.meta.main) {
  for (const path of await bundle(resolve(process.argv[2] ?? join(root, 'dist')))) {
    process.stdout.write(`${path}: ${Math.round(statSync(path).size / 1024)} KiB\n`)
  }
}
