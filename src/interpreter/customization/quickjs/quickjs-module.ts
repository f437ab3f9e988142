import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Beside the bundle; in a checkout it is that of the package. */
const BUNDLED = new URL('./quickjs.wasm', import.meta.url)
const PACKAGED = '@jitl/quickjs-wasmfile-release-sync/wasm'

/** @returns QuickJS, compiled. It takes some milliseconds: once for a thread. */
export function readQuickJsModule(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(locateQuickJs()))
}

/** @returns the file: the bundle copies it. */
export function locateQuickJs(): string | URL {
  return import.meta.url.endsWith('.ts') ? createRequire(import.meta.url).resolve(PACKAGED) : BUNDLED
}
