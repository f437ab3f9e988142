import { LuaValueError } from './lua-error.ts'
import type { LuaExports } from './lua-exports.ts'

const FIRST_BUFFER_BYTES = 65_536
const BYTES_PER_CHARACTER = 3

/** Strings as Lua has them: UTF-8 in its own memory, which moves when it grows. */
export interface LuaTexts {
  /** Pushes a string. */
  push(state: number, text: string): void
  /** @returns its beginning, when it has more than `maxBytes` */
  read(state: number, index: number, maxBytes: number): string
  /** Length of a string, in bytes. */
  bytesOf(state: number, index: number): number
  /** Copies text to memory of Lua's, where it stays until the next call. @returns where, and its length in bytes */
  place(text: string): { readonly pointer: number; readonly bytes: number }
}

/** One for a machine: its buffer is used again and again. */
export function newLuaTexts(lua: LuaExports): LuaTexts {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const length = lua.malloc(4)
  let buffer = { pointer: lua.malloc(FIRST_BUFFER_BYTES), bytes: FIRST_BUFFER_BYTES }
  const reserve = (bytes: number): void => {
    if (bytes <= buffer.bytes) return
    lua.free(buffer.pointer)
    buffer = { pointer: lua.malloc(bytes), bytes }
    if (buffer.pointer === 0) throw new LuaValueError('not enough memory')
  }
  const place = (text: string) => {
    reserve(text.length * BYTES_PER_CHARACTER)
    const target = new Uint8Array(lua.memory.buffer, buffer.pointer, buffer.bytes)
    return { pointer: buffer.pointer, bytes: encoder.encodeInto(text, target).written }
  }
  const locate = (state: number, index: number) => {
    const pointer = lua.lua_tolstring(state, index, length)
    return { pointer, bytes: new DataView(lua.memory.buffer).getUint32(length, true) }
  }
  return {
    place,
    push(state, text) {
      const { pointer, bytes } = place(text)
      lua.lua_pushlstring(state, pointer, bytes)
    },
    read(state, index, maxBytes) {
      const { pointer, bytes } = locate(state, index)
      return decoder.decode(new Uint8Array(lua.memory.buffer, pointer, Math.min(bytes, maxBytes)))
    },
    bytesOf: (state, index) => locate(state, index).bytes,
  }
}
