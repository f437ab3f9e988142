/** Lua 5.1's own C functions, as the WebAssembly module exports them. Pointers and sizes are bytes in its memory. */
export interface LuaExports {
  readonly memory: WebAssembly.Memory
  readonly __indirect_function_table: WebAssembly.Table
  __wasm_call_ctors(): void
  stackSave(): number
  stackRestore(stack: number): void
  setThrew(threw: number, value: number): void
  malloc(bytes: number): number
  free(pointer: number): void
  luaL_newstate(): number
  lua_close(state: number): void
  luaopen_base(state: number): number
  luaopen_table(state: number): number
  luaopen_string(state: number): number
  luaopen_math(state: number): number
  luaL_where(state: number, level: number): void
  luaL_loadbuffer(state: number, text: number, bytes: number, name: number): number
  lua_sethook(state: number, callable: number, mask: number, count: number): number
  lua_pcall(state: number, parameters: number, results: number, handler: number): number
  lua_error(state: number): number
  lua_checkstack(state: number, slots: number): number
  lua_gettop(state: number): number
  lua_settop(state: number, index: number): void
  lua_type(state: number, index: number): number
  lua_toboolean(state: number, index: number): number
  lua_tonumber(state: number, index: number): number
  lua_tolstring(state: number, index: number, bytes: number): number
  lua_pushnil(state: number): void
  lua_pushboolean(state: number, value: number): void
  lua_pushnumber(state: number, value: number): void
  lua_pushlstring(state: number, text: number, bytes: number): void
  lua_pushcclosure(state: number, callable: number, upvalues: number): void
  lua_createtable(state: number, elements: number, fields: number): void
  lua_gettable(state: number, index: number): void
  lua_settable(state: number, index: number): void
  lua_objlen(state: number, index: number): number
  lua_rawget(state: number, index: number): void
  lua_rawgeti(state: number, index: number, position: number): void
  lua_rawset(state: number, index: number): void
  lua_rawseti(state: number, index: number, position: number): void
  lua_concat(state: number, values: number): void
  lua_next(state: number, index: number): number
}
