/** A function of ours for scripts. What it throws becomes an error at the line that called it. */
export type LuaFunction = (...args: readonly unknown[]) => unknown

export type LuaLibrary = Readonly<Record<string, LuaFunction>>
