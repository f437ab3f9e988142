import { systemClock } from '../../../runtime/clock.ts'
import { KUBE_LIBRARY } from '../kube-library.ts'
import { type ScriptEngine, ScriptFailure } from '../script-engine.ts'
import { MAX_MEMORY_BYTES, MAX_RESULT_BYTES, MAX_SCRIPTS, RENEW_ABOVE_BYTES } from '../script-limits.ts'
import type { ScriptRequest } from '../script-request.ts'
import { LuaError } from './lua-error.ts'
import { type LuaMachine, startLua } from './lua-machine.ts'
import { type LuaScript, loadLuaScript } from './lua-script.ts'
import { newOsLibrary } from './os-library.ts'

const LIBRARIES = { os: newOsLibrary(systemClock), kube: KUBE_LIBRARY }
/** The first value of GetReplicas is how many, the second what each needs. */
const RESULTS: Readonly<Record<string, number>> = { GetReplicas: 2 }

/** @param module the compiled WebAssembly module of Lua 5.1 */
export function newLuaEngine(module: WebAssembly.Module): ScriptEngine {
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
    machine ??= startLua({ module, maxBytes: MAX_MEMORY_BYTES, libraries: LIBRARIES })
    const loaded = loadLuaScript(machine, { text: script, name, maxResultBytes: MAX_RESULT_BYTES })
    scripts.set(key, loaded)
    return loaded
  }
  const call = (request: ScriptRequest): string => {
    const script = load(request)
    if (request.check) {
      script.expect(request.function)
      return '[]'
    }
    const args: readonly unknown[] = JSON.parse(request.args)
    return JSON.stringify(script.call(request.function, args, RESULTS[request.function] ?? 1))
  }
  return {
    run(request) {
      try {
        return call(request)
      } catch (error) {
        if (error instanceof LuaError) throw new ScriptFailure(error.message, { late: error.late })
        // What is no error of Lua has left the machine in the middle of something.
        renew()
        throw error
      }
    },
    recover() {
      if ((machine?.lua.memory.buffer.byteLength ?? 0) > RENEW_ABOVE_BYTES) renew()
      return undefined
    },
  }
}
