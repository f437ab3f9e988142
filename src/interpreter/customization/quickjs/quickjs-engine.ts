import { type ScriptEngine, ScriptFailure } from '../script-engine.ts'
import { MAX_DEPTH, MAX_SCRIPTS } from '../script-limits.ts'
import type { ScriptRequest } from '../script-request.ts'
import { depthOf } from './json-depth.ts'
import { type QuickJsMachine, startQuickJs } from './quickjs-machine.ts'

/** A script in a sandbox. */
export interface LoadedScript {
  /** @throws ScriptFailure when it lacks what it must define */
  check(): void
  /** @param args a JSON list @returns the result, as JSON @throws ScriptFailure */
  call(args: string): string
}

/** Loads scripts into a machine. @throws ScriptFailure */
export type ScriptLoader = (request: ScriptRequest) => LoadedScript

/**
 * Runs scripts in QuickJS. A machine that was left in the middle of something, that has grown too large or has loaded many scripts is
 * given up for a new one.
 *
 * @param newLoader gets each machine that is started
 */
export async function newQuickJsEngine(
  module: WebAssembly.Module,
  newLoader: (machine: QuickJsMachine) => ScriptLoader,
): Promise<ScriptEngine> {
  const start = async () => {
    const machine = await startQuickJs(module)
    return { machine, load: newLoader(machine), scripts: new Map<string, LoadedScript>() }
  }
  let current = await start()
  let broken = false
  const load = (request: ScriptRequest): LoadedScript => {
    const key = `${request.function}\0${request.name}\0${request.script}`
    const found = current.scripts.get(key)
    if (found !== undefined) return found
    const loaded = current.load(request)
    current.scripts.set(key, loaded)
    return loaded
  }
  const isWorn = (): boolean => current.machine.isFull() || current.scripts.size > MAX_SCRIPTS
  return {
    run(request) {
      try {
        const script = load(request)
        if (!request.check) return expectFlat(script.call(request.args), request.function)
        script.check()
        return '[]'
      } catch (error) {
        broken = !(error instanceof ScriptFailure)
        throw error
      }
    },
    recover() {
      if (!broken && !isWorn()) return undefined
      broken = false
      return start().then(started => {
        current = started
      })
    },
  }
}

function expectFlat(result: string, called: string): string {
  if (depthOf(result) > MAX_DEPTH) throw new ScriptFailure(`${called}: nested deeper than ${MAX_DEPTH} levels`)
  return `[${result}]`
}
