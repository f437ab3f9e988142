import { systemClock } from '../../runtime/clock.ts'
import { KUBE_LIBRARY } from './lua/kube-library.ts'
import { LuaError } from './lua/lua-error.ts'
import { type LuaMachine, startLua } from './lua/lua-machine.ts'
import { type LuaScript, loadLuaScript } from './lua/lua-script.ts'
import { newOsLibrary } from './lua/os-library.ts'
import type { ScriptAnswer, ScriptRequest } from './script-request.ts'

/** Of all scripts in one thread together. */
export const MAX_MEMORY_BYTES = 64 * 2 ** 20
/** Lua's memory never shrinks: when scripts have made it this large, a new machine takes its place. */
const RENEW_ABOVE_BYTES = 32 * 2 ** 20
/** Of one result. No object in a cluster is larger. */
export const MAX_RESULT_BYTES = 2 ** 20
const MAX_SCRIPTS = 200
const LIBRARIES = { os: newOsLibrary(systemClock), kube: KUBE_LIBRARY }

/** Runs scripts, one call after the other. Those that it has seen before are loaded already. */
export interface ScriptRunner {
  run(request: ScriptRequest): ScriptAnswer
}

/** @param lua the compiled WebAssembly module of Lua 5.1 */
export function newScriptRunner(lua: WebAssembly.Module): ScriptRunner {
  let machine: LuaMachine | undefined
  let scripts = new Map<string, LuaScript>()
  const renew = (): void => {
    machine = undefined
    scripts = new Map()
  }
  const load = ({ name, script }: ScriptRequest): LuaScript => {
    const key = `${name}\0${script}`
    const found = scripts.get(key)
    if (found !== undefined) return found
    if (scripts.size >= MAX_SCRIPTS) renew()
    machine ??= startLua({ module: lua, maxBytes: MAX_MEMORY_BYTES, libraries: LIBRARIES })
    const loaded = loadLuaScript(machine, { text: script, name, maxResultBytes: MAX_RESULT_BYTES })
    scripts.set(key, loaded)
    return loaded
  }
  const call = (request: ScriptRequest): ScriptAnswer => {
    const script = load(request)
    if (request.check) {
      script.expect(request.function)
      return { results: '[]' }
    }
    const args: readonly unknown[] = JSON.parse(request.args)
    return { results: JSON.stringify(script.call(request.function, args, request.results)) }
  }
  const isLarge = (): boolean => (machine?.lua.memory.buffer.byteLength ?? 0) > RENEW_ABOVE_BYTES
  return {
    run(request) {
      try {
        return call(request)
      } catch (error) {
        // What is no error of Lua has left the machine in the middle of something.
        if (!(error instanceof LuaError)) renew()
        return { error: error instanceof Error ? error.message : String(error) }
      } finally {
        if (isLarge()) renew()
      }
    },
  }
}
