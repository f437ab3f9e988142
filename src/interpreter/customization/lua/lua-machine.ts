import { systemClock } from '../../../runtime/clock.ts'
import type { ScriptLibrary } from '../script-library.ts'
import { TOO_LONG } from '../script-limits.ts'
import { newScriptWatch, type ScriptWatch } from '../script-watch.ts'
import type { LuaExports } from './lua-exports.ts'
import { type LuaTexts, newLuaTexts } from './lua-texts.ts'

const PAGE_BYTES = 65_536
/** What a function of the operating system answers: there is none (ENOSYS). */
const NO_SUCH_CALL = -52

export interface LuaMachine {
  /** What scripts find beside Lua's own, by the name of the global. */
  readonly libraries: Readonly<Record<string, ScriptLibrary>>
  readonly lua: LuaExports
  readonly texts: LuaTexts
  /**
   * Makes a function callable by Lua, once for each `key`.
   *
   * @param callable gets the state, and gives the number of results that it left on the stack
   * @returns what `lua_pushcclosure` takes
   */
  callableOf(key: unknown, callable: (state: number) => number): number
  /** What `lua_sethook` takes: it stops a script whose time is over. */
  readonly hook: number
  readonly watch: ScriptWatch
}

export interface LuaOptions extends Pick<LuaMachine, 'libraries'> {
  /** The compiled `liblua5.1.wasm`. */
  readonly module: WebAssembly.Module
  /** Of memory: beyond it an allocation fails, which Lua tells as "not enough memory". */
  readonly maxBytes: number
}

/**
 * Starts Lua 5.1 with nothing around it: no files, no environment, no clock of its own. What it asks of an operating
 * system is refused, so that a script can reach only what is handed to it.
 *
 */
export function startLua({ module, maxBytes, libraries }: LuaOptions): LuaMachine {
  // Its functions are called by Lua, so after the instance is there.
  const host = hostOf(() => lua, maxBytes)
  const lua = expectLua(new WebAssembly.Instance(module, importsOf(module, host)).exports)
  lua.__wasm_call_ctors()
  const texts = newLuaTexts(lua)
  const watch = newScriptWatch(systemClock)
  return { libraries, lua, texts, watch, callableOf: newCallables(lua), hook: newHook(lua, texts, watch) }
}

/** An error at the line that is being run; the function that was called stands at level 0 of a hook. */
function newHook(lua: LuaExports, texts: LuaTexts, { isOver }: ScriptWatch): number {
  return addFunction(lua, HOOK, (state: number) => {
    if (!isOver()) return
    lua.luaL_where(state, 0)
    texts.push(state, TOO_LONG)
    lua.lua_concat(state, 2)
    lua.lua_error(state)
  })
}

type HostFunction = (...args: readonly number[]) => number | undefined

/** The few functions that Lua cannot do without: errors unwind the stack, and memory grows. */
function hostOf(lua: () => LuaExports, maxBytes: number): Readonly<Record<string, HostFunction>> {
  return {
    exit: () => {
      throw new Error('Lua has ended')
    },
    invoke_vii: (index = 0, first, second) => {
      const { stackSave, stackRestore, setThrew, __indirect_function_table: table } = lua()
      const stack = stackSave()
      try {
        table.get(index)(first, second)
      } catch (error) {
        if (error !== UNWIND) throw error
        stackRestore(stack)
        setThrew(1, 0)
      }
      return undefined
    },
    _emscripten_throw_longjmp: () => {
      throw UNWIND
    },
    emscripten_memcpy_js: (to = 0, from = 0, bytes = 0) => {
      new Uint8Array(lua().memory.buffer).copyWithin(to, from, from + bytes)
      return undefined
    },
    emscripten_date_now: () => 0,
    emscripten_resize_heap: (bytes = 0) => {
      const { memory } = lua()
      if (bytes > maxBytes) return 0
      memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES))
      return 1
    },
  }
}

const UNWIND = Symbol('an error of Lua on its way to the pcall that catches it')

function importsOf(
  module: WebAssembly.Module,
  host: Readonly<Record<string, HostFunction>>,
): Record<string, Record<string, HostFunction>> {
  const refuse = (): number => NO_SUCH_CALL
  const imports = WebAssembly.Module.imports(module)
  const modules = new Set(imports.map(({ module: name }) => name))
  return Object.fromEntries(
    [...modules].map(name => {
      const functions = imports.filter(({ module: from }) => from === name)
      return [name, Object.fromEntries(functions.map(({ name: called }) => [called, host[called] ?? refuse]))]
    }),
  )
}

function expectLua(exports: object): LuaExports {
  if (!isLua(exports)) throw new Error('this WebAssembly module is no Lua')
  return exports
}

function isLua(exports: object): exports is LuaExports {
  return 'lua_pcall' in exports && 'luaopen_base' in exports
}

function newCallables(lua: LuaExports): LuaMachine['callableOf'] {
  const known = new Map<unknown, number>()
  return (key, callable) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const index = addFunction(lua, CALLABLE, callable)
    known.set(key, index)
    return index
  }
}

// Types of functions, as WebAssembly writes them: of an i32 that gives an i32, and of two that give nothing.
const CALLABLE = [0x60, 0x01, 0x7f, 0x01, 0x7f]
const HOOK = [0x60, 0x02, 0x7f, 0x7f, 0x00]

/** A table of functions holds WebAssembly only: a module that passes a call on, and does nothing else. */
function addFunction({ __indirect_function_table: table }: LuaExports, type: readonly number[], call: unknown): number {
  const module = new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...[0x01, 0x06, 0x01, ...type],
      // What is imported: "host" "call".
      ...[0x02, 0x0d, 0x01, 0x04, 0x68, 0x6f, 0x73, 0x74, 0x04, 0x63, 0x61, 0x6c, 0x6c, 0x00, 0x00],
      // What is exported: the same, as "call".
      ...[0x07, 0x08, 0x01, 0x04, 0x63, 0x61, 0x6c, 0x6c, 0x00, 0x00],
    ]),
  )
  const index = table.grow(1)
  table.set(index, new WebAssembly.Instance(module, { host: { call } }).exports['call'])
  return index
}
