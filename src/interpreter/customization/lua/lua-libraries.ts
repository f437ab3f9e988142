import type { LibraryFunction, ScriptLibrary } from '../script-library.ts'
import { LuaError } from './lua-error.ts'
import type { LuaExports } from './lua-exports.ts'
import type { LuaMachine } from './lua-machine.ts'
import { type LuaStack, newLuaStack } from './lua-values.ts'

const GLOBALS = -10_002
const MAX_ARGUMENT_BYTES = 2 ** 20

/**
 * What scripts may not use, with the words that they get for it.
 *
 * @source spec/behaviour/status.md §6.1 "Runtime"
 */
const REFUSED = [
  ...['collectgarbage', 'dofile', 'getfenv', 'getmetatable', 'load', 'loadfile', 'loadstring', 'rawequal', 'rawget'],
  ...['rawset', 'setfenv', 'setmetatable', 'module', 'newproxy'],
] as const

/** Run before a script: what is in the way of its sandbox goes, and `require` knows one library. */
const PRELUDE = `
local kube = kube
kube.name, coroutine, gcinfo, string.dump = nil, nil, nil, nil
print = function() end
for name in string.gmatch('${REFUSED.join(' ')}', '%a+') do
  _G[name] = function()
    error('call function ' .. name .. ' is not supported in karmada customized resourceinterpreter.', 2)
  end
end
require = function(name)
  if name == 'kube' then return kube end
  error('module ' .. tostring(name) .. ' not found: scripts have the library kube and no other', 2)
end
_G.kube = nil
`

/** Opens in a state what scripts may use: base, table, string, math, and a safe os; `require("kube")` gives ours. */
export function openLibraries(machine: LuaMachine, state: number): void {
  const { lua } = machine
  for (const open of [lua.luaopen_base, lua.luaopen_table, lua.luaopen_string, lua.luaopen_math]) {
    callOpen(
      lua,
      state,
      machine.callableOf(open, at => open(at)),
    )
  }
  for (const [name, library] of Object.entries(machine.libraries)) register(machine, state, { name, library })
  runPrelude(machine, state)
}

function callOpen(lua: LuaExports, state: number, callable: number): void {
  lua.lua_pushcclosure(state, callable, 0)
  if (lua.lua_pcall(state, 0, 0, 0) !== 0) throw new LuaError('not enough memory')
}

interface NamedLibrary {
  readonly name: string
  readonly library: ScriptLibrary
}

function register(machine: LuaMachine, state: number, { name, library }: NamedLibrary): void {
  const { lua, texts } = machine
  texts.push(state, name)
  lua.lua_createtable(state, 0, Object.keys(library).length)
  for (const [field, implementation] of Object.entries(library)) {
    texts.push(state, field)
    lua.lua_pushcclosure(state, machine.callableOf(implementation, newCallable(machine, implementation)), 0)
    lua.lua_rawset(state, -3)
  }
  lua.lua_settable(state, GLOBALS)
}

function newCallable(machine: LuaMachine, implementation: LibraryFunction): (state: number) => number {
  const { lua, texts } = machine
  const { reads = true } = implementation
  let last: { readonly state: number; readonly stack: LuaStack } | undefined
  const stackOf = (state: number): LuaStack => {
    if (last?.state !== state) {
      last = { state, stack: newLuaStack({ ...machine, state, maxResultBytes: MAX_ARGUMENT_BYTES }) }
    }
    return last.stack
  }
  return state => {
    const stack = stackOf(state)
    try {
      const count = lua.lua_gettop(state)
      const args: unknown[] = []
      for (let index = 1; index <= count; index++) args.push(stack.read(index, index === 1 ? reads : true))
      stack.push(implementation(...args))
      return 1
    } catch (error) {
      lua.luaL_where(state, 1)
      const place = stack.describe(-1)
      texts.push(state, `${place}${error instanceof Error ? error.message : String(error)}`)
    }
    return lua.lua_error(state)
  }
}

function runPrelude({ lua, texts }: LuaMachine, state: number): void {
  const name = texts.place(PRELUDE)
  const failed = lua.luaL_loadbuffer(state, name.pointer, name.bytes, name.pointer)
  if (failed !== 0 || lua.lua_pcall(state, 0, 0, 0) !== 0) throw new LuaError('not enough memory')
}
