import type { Parts } from '../script-library.ts'
import { LuaValueError } from './lua-error.ts'
import type { LuaExports } from './lua-exports.ts'
import type { LuaTexts } from './lua-texts.ts'

/** What scripts take and give: JSON. Lua's nil is null, its only sort of number a double. */
export type LuaValue = null | boolean | number | string | readonly LuaValue[] | { readonly [name: string]: LuaValue }

const DEEPEST = 100
const SLOTS_PER_LEVEL = 4
/** Of what a script says of its own failure. */
const MAX_MESSAGE_BYTES = 2_048
/** What a value without text counts against the limit of a result. */
const BYTES_PER_VALUE = 8
/** More do not fit into a result. */
const MOST_ELEMENTS = 2 ** 20

const TYPE = { nil: 0, boolean: 1, number: 3, string: 4, table: 5 } as const
const TYPE_NAMES = ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread']

/** The stack of a Lua state, by values. Indices are Lua's: negative ones count from the top. */
export interface LuaStack {
  /** @throws LuaValueError beyond a depth of 100 */
  push(value: unknown): void
  /**
   * @param parts of tables that count; default: all of them
   * @returns an empty table as an empty list, and a table with numbers as keys as a list: Lua knows one sort of table
   * @throws LuaValueError for functions, tables with both sorts of keys or gaps, numbers without end, and beyond the limits
   */
  read(index: number, parts?: Parts): LuaValue
  /** @returns the text of a string or number, and what it is otherwise. */
  describe(index: number): string
  pop(count: number): void
}

export interface LuaStackOptions {
  readonly lua: LuaExports
  readonly texts: LuaTexts
  readonly state: number
  /** Of one value that is read. */
  readonly maxResultBytes: number
}

export function newLuaStack({ lua, texts, state, maxResultBytes }: LuaStackOptions): LuaStack {
  const push = newPush(lua, state, texts)
  return {
    push: value => push(value, 0),
    read: (index, parts = true) =>
      newReader({ lua, state, texts, maxResultBytes }).readParts(index, { parts, depth: 0 }),
    describe(index) {
      const type = lua.lua_type(state, index)
      return type === TYPE.string || type === TYPE.number
        ? texts.read(state, index, MAX_MESSAGE_BYTES)
        : `(${TYPE_NAMES[type] ?? 'none'})`
    },
    pop: count => lua.lua_settop(state, -count - 1),
  }
}

function newPush(lua: LuaExports, state: number, texts: LuaTexts): (value: unknown, depth: number) => void {
  const push = (value: unknown, depth: number): void => {
    if (typeof value === 'object' && value !== null) pushTable(value, depth + 1)
    else pushScalar(value)
  }
  const pushScalar = (value: unknown): void => {
    if (typeof value === 'string') texts.push(state, value)
    else if (typeof value === 'number') lua.lua_pushnumber(state, value)
    else if (typeof value === 'boolean') lua.lua_pushboolean(state, value ? 1 : 0)
    else lua.lua_pushnil(state)
  }
  const pushTable = (value: object, depth: number): void => {
    reserveSlots(lua, state, depth)
    if (Array.isArray(value)) {
      lua.lua_createtable(state, value.length, 0)
      for (let index = 0; index < value.length; index++) {
        push(value[index], depth)
        lua.lua_rawseti(state, -2, index + 1)
      }
      return
    }
    if (isFields(value)) pushFields(value, depth)
  }
  const pushFields = (fields: Readonly<Record<string, unknown>>, depth: number): void => {
    const names = Object.keys(fields)
    lua.lua_createtable(state, 0, names.length)
    for (const name of names) {
      texts.push(state, name)
      push(fields[name], depth)
      lua.lua_rawset(state, -3)
    }
  }
  return push
}

function isFields(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value)
}

function reserveSlots(lua: LuaExports, state: number, depth: number): void {
  if (depth > DEEPEST) throw new LuaValueError(`nested deeper than ${DEEPEST} levels`)
  if (lua.lua_checkstack(state, SLOTS_PER_LEVEL) === 0) throw new LuaValueError('not enough memory')
}

interface Reader {
  readParts(index: number, wanted: { readonly parts: Parts; readonly depth: number }): LuaValue
}

function newReader({ lua, state, texts, maxResultBytes }: LuaStackOptions): Reader {
  let left = maxResultBytes
  const spend = (bytes: number): void => {
    left -= bytes
    if (left < 0) throw new LuaValueError(`the result is larger than ${maxResultBytes} bytes`)
  }
  const readText = (index: number): string => {
    const text = texts.read(state, index, left)
    spend(texts.bytesRead())
    return text
  }
  const read = (index: number, depth: number): LuaValue => {
    spend(BYTES_PER_VALUE)
    const type = lua.lua_type(state, index)
    if (type === TYPE.nil) return null
    if (type === TYPE.boolean) return lua.lua_toboolean(state, index) !== 0
    if (type === TYPE.number) return finite(lua.lua_tonumber(state, index))
    if (type === TYPE.string) return readText(index)
    if (type === TYPE.table) return readTable(index, depth + 1)
    throw new LuaValueError(`a ${TYPE_NAMES[type] ?? 'value'} is no JSON`)
  }
  const readTable = (index: number, depth: number): LuaValue => {
    reserveSlots(lua, state, depth)
    const table = index < 0 ? lua.lua_gettop(state) + index + 1 : index
    const made: Table = { list: [], fields: {}, numbers: 0, names: 0, last: 0 }
    lua.lua_pushnil(state)
    while (lua.lua_next(state, table) !== 0) {
      add(made, readKey(), read(-1, depth))
      lua.lua_settop(state, -2)
    }
    return toJson(made)
  }
  const readKey = (): number | string => {
    const type = lua.lua_type(state, -2)
    if (type === TYPE.number) return lua.lua_tonumber(state, -2)
    if (type === TYPE.string) return readText(-2)
    throw new LuaValueError(`a ${TYPE_NAMES[type] ?? 'value'} as key of a table is no JSON`)
  }
  const readParts: Reader['readParts'] = (index, { parts, depth }) => {
    if (parts === true || lua.lua_type(state, index) !== TYPE.table) return read(index, depth)
    reserveSlots(lua, state, depth + 1)
    const table = index < 0 ? lua.lua_gettop(state) + index + 1 : index
    const take = (wanted: Parts): LuaValue => {
      const value = readParts(-1, { parts: wanted, depth: depth + 1 })
      lua.lua_settop(state, -2)
      return value
    }
    const elements = lua.lua_objlen(state, table)
    if (elements > 0) {
      return Array.from({ length: elements }, (_, position) => {
        lua.lua_rawgeti(state, table, position + 1)
        return take(parts)
      })
    }
    const fields = Object.entries(parts).map(([name, wanted]): [string, LuaValue] => {
      texts.push(state, name)
      lua.lua_rawget(state, table)
      return [name, take(wanted)]
    })
    return Object.fromEntries(fields.filter(([, value]) => value !== null))
  }
  return { readParts }
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new LuaValueError(`${number} is no number of JSON`)
  return number
}

/** A table while it is read: nobody knows yet whether it is a list. */
interface Table {
  readonly list: LuaValue[]
  readonly fields: Record<string, LuaValue>
  numbers: number
  names: number
  last: number
}

function add(table: Table, key: number | string, value: LuaValue): void {
  if (typeof key === 'number') {
    table.numbers += 1
    table.last = Math.max(table.last, key)
    if (Number.isInteger(key) && key >= 1 && key <= MOST_ELEMENTS) table.list[key - 1] = value
    return
  }
  table.names += 1
  if (key === '__proto__') Object.defineProperty(table.fields, key, { ...PLAIN, value })
  else table.fields[key] = value
}

/** A list when all keys are numbers, or when there are none; an object when all are strings, `__proto__` among them. */
function toJson({ list, fields, numbers, names, last }: Table): LuaValue {
  if (numbers === 0 && names > 0) return fields
  if (names > 0) throw new LuaValueError('a table with both numbers and names as keys is no JSON')
  if (list.length !== numbers || last !== numbers) throw new LuaValueError('a list with gaps is no JSON')
  return list
}

const PLAIN = { writable: true, enumerable: true, configurable: true } as const
