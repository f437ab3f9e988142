import { readCelLibrary } from './cel/cel-library.ts'
import { newCelLoader } from './cel/cel-scripts.ts'
import { newLuaEngine } from './lua/lua-engine.ts'
import { newJavaScriptLoader } from './quickjs/javascript-scripts.ts'
import { newQuickJsEngine } from './quickjs/quickjs-engine.ts'
import { readQuickJsModule } from './quickjs/quickjs-module.ts'
import { type ScriptEngine, ScriptFailure } from './script-engine.ts'
import type { Language } from './script-language.ts'
import type { ScriptAnswer, ScriptRequest } from './script-request.ts'

/** Runs scripts of all languages, one call after the other. */
export interface ScriptRunner {
  /** Gets a language ready, which takes some ten milliseconds. @returns undefined when it is ready */
  prepare(language: Language): Promise<void> | undefined
  /** Of a language that is ready. */
  run(request: ScriptRequest): ScriptAnswer
  /** To be waited for after each run. */
  recover(): Promise<void> | undefined
}

/** @param lua the compiled WebAssembly module of Lua 5.1 */
export function newScriptRunner(lua: WebAssembly.Module): ScriptRunner {
  const engines: Partial<Record<Language, ScriptEngine>> = { lua: newLuaEngine(lua) }
  let last: ScriptEngine | undefined
  return {
    prepare(language) {
      if (language === 'lua' || engines[language] !== undefined) return undefined
      return STARTS[language]().then(engine => {
        engines[language] = engine
      })
    },
    run(request) {
      last = engines[request.language]
      try {
        if (last === undefined) throw new Error(`${request.language} is not ready`)
        return { results: last.run(request) }
      } catch (error) {
        return toAnswer(error)
      }
    },
    recover: () => last?.recover(),
  }
}

const STARTS: Readonly<Record<Exclude<Language, 'lua'>, () => Promise<ScriptEngine>>> = {
  javascript: () => newQuickJsEngine(readQuickJsModule(), newJavaScriptLoader),
  cel() {
    const library = readCelLibrary()
    return newQuickJsEngine(readQuickJsModule(), machine => newCelLoader(machine, library))
  },
}

function toAnswer(error: unknown): ScriptAnswer {
  if (error instanceof ScriptFailure) return { error: error.message, late: error.late }
  return { error: error instanceof Error ? error.message : String(error), late: false }
}
