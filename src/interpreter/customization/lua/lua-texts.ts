import { LuaValueError } from './lua-error.ts'
import type { LuaExports } from './lua-exports.ts'

const FIRST_BUFFER_BYTES = 65_536
const BYTES_PER_CHARACTER = 3
const BYTES_PER_WORD = 4
/** Names of fields and most of their values: they are copied here, byte by byte, which costs less than an encoder. */
const SHORT = 64
const FIRST_BEYOND_ASCII = 0x80
const KNOWN_TEXTS = 1_024

/** Strings as Lua has them: UTF-8 in its own memory, which moves when it grows. */
export interface LuaTexts {
  /** Pushes a string. */
  push(state: number, text: string): void
  /** @returns its beginning, when it has more than `maxBytes` */
  read(state: number, index: number, maxBytes: number): string
  /** Length of the whole of what was read last, in bytes. */
  bytesRead(): number
  /** Copies text to memory of Lua's, where it stays until the next call. @returns where, and its length in bytes */
  place(text: string): { readonly pointer: number; readonly bytes: number }
}

/** One for a machine: its buffer is used again and again. */
export function newLuaTexts(lua: LuaExports): LuaTexts {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const length = lua.malloc(BYTES_PER_WORD)
  let buffer = { pointer: lua.malloc(FIRST_BUFFER_BYTES), bytes: FIRST_BUFFER_BYTES }
  const views = newViews(lua)
  const known = newKnownTexts()
  const reserve = (bytes: number): void => {
    if (bytes <= buffer.bytes) return
    lua.free(buffer.pointer)
    buffer = { pointer: lua.malloc(bytes), bytes }
    if (buffer.pointer === 0) throw new LuaValueError('not enough memory')
  }
  const place = (text: string) => {
    reserve(text.length * BYTES_PER_CHARACTER)
    const { pointer, bytes } = buffer
    return { pointer, bytes: encoder.encodeInto(text, views.bytes().subarray(pointer, pointer + bytes)).written }
  }
  const lengthOf = (): number => views.words()[length / BYTES_PER_WORD] ?? 0
  return {
    place,
    push(state, text) {
      if (text.length <= SHORT && copyAscii(text, views.bytes(), buffer.pointer)) {
        lua.lua_pushlstring(state, buffer.pointer, text.length)
        return
      }
      const { pointer, bytes } = place(text)
      lua.lua_pushlstring(state, pointer, bytes)
    },
    read(state, index, maxBytes) {
      const pointer = lua.lua_tolstring(state, index, length)
      const end = pointer + Math.min(lengthOf(), maxBytes)
      const memory = views.bytes()
      const short = end - pointer <= SHORT ? known.read(memory, pointer, end) : undefined
      return short ?? decoder.decode(memory.subarray(pointer, end))
    },
    bytesRead: lengthOf,
  }
}

/** Views of the memory, which are of no use any more when it has grown. */
function newViews({ memory }: LuaExports) {
  let bytes = new Uint8Array(memory.buffer)
  let words = new Uint32Array(memory.buffer)
  return {
    bytes() {
      if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer)
      return bytes
    },
    words() {
      if (words.buffer !== memory.buffer) words = new Uint32Array(memory.buffer)
      return words
    },
  }
}

/** @returns false for a text with other characters: what was written is of no use then. */
function copyAscii(text: string, memory: Uint8Array, pointer: number): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= FIRST_BEYOND_ASCII) return false
    memory[pointer + at] = code
  }
  return true
}

/** Objects say the same names over and over: those that were read last are not made again. */
function newKnownTexts() {
  const texts: string[] = Array.from({ length: KNOWN_TEXTS }, () => '')
  return {
    /** @returns undefined for a text with other characters than those of ASCII. */
    read(memory: Uint8Array, start: number, end: number): string | undefined {
      const slot = slotOf(memory, start, end)
      if (slot === undefined) return undefined
      const found = texts[slot] ?? ''
      if (isSame(found, memory, { start, end })) return found
      const text = String.fromCharCode(...memory.subarray(start, end))
      texts[slot] = text
      return text
    },
  }
}

function slotOf(memory: Uint8Array, start: number, end: number): number | undefined {
  let hash = end - start
  for (let at = start; at < end; at++) {
    const code = memory[at] ?? 0
    if (code >= FIRST_BEYOND_ASCII) return undefined
    hash = (Math.imul(hash, 31) + code) | 0
  }
  return (hash >>> 0) % KNOWN_TEXTS
}

function isSame(
  text: string,
  memory: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (text.length !== end - start) return false
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== memory[start + at]) return false
  return true
}
