import { SCRIPT_LIMIT_MS } from '../script-limits.ts'
import { LuaError, LuaValueError } from './lua-error.ts'
import { openLibraries } from './lua-libraries.ts'
import type { LuaMachine } from './lua-machine.ts'
import { type LuaStack, type LuaValue, newLuaStack } from './lua-values.ts'

/** A script that has been run once: its functions can be called. What it keeps in globals stays from call to call. */
export interface LuaScript {
  /**
   * @param results how many the function gives; those that it leaves out are null
   * @throws LuaError with the line of the script
   */
  call(name: string, args: readonly unknown[], results: number): readonly LuaValue[]
  /** @throws LuaError when there is no function of that name */
  expect(name: string): void
  /** Frees its memory. */
  close(): void
}

export interface LuaSource {
  readonly text: string
  /** Stands before the line in errors. */
  readonly name: string
  /** Of what a call gives. */
  readonly maxResultBytes: number
}

const GLOBALS = -10_002
const MEMORY_ERROR = 4
const FUNCTION = 6
const COUNT_MASK = 8
/** Instructions: some milliseconds. */
const HOOK_EVERY = 200_000
/** How a chunk begins that luac has made. */
const COMPILED = '\u001b'

/**
 * Loads a script into a state of its own, with the libraries that scripts may use.
 *
 * @throws LuaError when it is no Lua, or fails while it is run
 */
export function loadLuaScript(machine: LuaMachine, source: LuaSource): LuaScript {
  const { lua } = machine
  const state = lua.luaL_newstate()
  if (state === 0) throw new LuaError('not enough memory')
  const stack = newLuaStack({ ...machine, state, maxResultBytes: source.maxResultBytes })
  const at: Place = { ...machine, state, stack }
  try {
    openLibraries(machine, state)
    lua.lua_sethook(state, machine.hook, COUNT_MASK, HOOK_EVERY)
    load(at, source)
    run(at, 0, 0)
  } catch (error) {
    lua.lua_close(state)
    throw error
  }
  return {
    call: (name, args, results) => call(at, { name, args, results }),
    expect(name) {
      pushFunction(at, name)
      stack.pop(1)
    },
    close: () => lua.lua_close(state),
  }
}

interface Place extends LuaMachine {
  readonly state: number
  readonly stack: LuaStack
}

function load({ lua, texts, state, stack }: Place, source: LuaSource): void {
  // What is compiled is not checked before it runs, and can do with the machine's memory what no text can.
  if (source.text.startsWith(COMPILED)) throw new LuaError('it is compiled: a script is text')
  // C knows names by their end, and shows one that starts with "=" as it is.
  const { pointer: nameText, bytes: nameBytes } = texts.place(`=${source.name}\0`)
  const name = lua.malloc(nameBytes)
  new Uint8Array(lua.memory.buffer).copyWithin(name, nameText, nameText + nameBytes)
  const { pointer, bytes } = texts.place(source.text)
  const failed = lua.luaL_loadbuffer(state, pointer, bytes, name)
  lua.free(name)
  if (failed !== 0) throw takeError(stack)
}

interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly results: number
}

function call(at: Place, { name, args, results }: Call): readonly LuaValue[] {
  const { lua, state, stack } = at
  const top = lua.lua_gettop(state)
  try {
    pushFunction(at, name)
    for (const arg of args) stack.push(arg)
    run(at, args.length, results)
    return Array.from({ length: results }, (_, index) => stack.read(index - results))
  } catch (error) {
    throw error instanceof LuaValueError ? new LuaError(`${name}: ${error.message}`) : error
  } finally {
    lua.lua_settop(state, top)
  }
}

function pushFunction({ lua, state, stack }: Place, name: string): void {
  stack.push(name)
  lua.lua_gettable(state, GLOBALS)
  if (lua.lua_type(state, -1) === FUNCTION) return
  stack.pop(1)
  throw new LuaError(`not found function ${name}`)
}

function run({ lua, state, stack, watch }: Place, parameters: number, results: number): void {
  const failed = watch.within(SCRIPT_LIMIT_MS, () => lua.lua_pcall(state, parameters, results, 0))
  if (failed === MEMORY_ERROR) throw new LuaError('not enough memory')
  if (failed !== 0) throw takeError(stack, watch.wasLate())
}

function takeError(stack: LuaStack, late = false): LuaError {
  const message = stack.describe(-1)
  stack.pop(1)
  return new LuaError(message, { late })
}
