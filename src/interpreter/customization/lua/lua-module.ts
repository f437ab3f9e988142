import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Beside the bundle; in a checkout it is that of the package. */
const BUNDLED = new URL('./liblua5.1.wasm', import.meta.url)
const PACKAGED = 'wasmoon-lua5.1/dist/liblua5.1.wasm'

/** @returns Lua 5.1, compiled. It takes some milliseconds: once for a process. */
export function readLuaModule(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(locateLua()))
}

/** @returns the file: the bundle copies it. */
export function locateLua(): string | URL {
  return import.meta.url.endsWith('.ts') ? createRequire(import.meta.url).resolve(PACKAGED) : BUNDLED
}
