/** A function of ours for scripts. What it throws becomes an error in the script, at the line that called it. */
export type LibraryFunction = (...args: readonly unknown[]) => unknown

export type ScriptLibrary = Readonly<Record<string, LibraryFunction>>
