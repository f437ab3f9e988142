/** A function of ours for scripts. What it throws becomes an error in the script, at the line that called it. */
export interface LibraryFunction {
  (...args: readonly unknown[]): unknown
  /** What it looks at in its first argument; default: all of it. The rest is not brought out of the script. */
  readonly reads?: Parts
}

/** Fields by name, each with what of it counts; a list is its elements. */
export type Parts = true | { readonly [name: string]: Parts }

export type ScriptLibrary = Readonly<Record<string, LibraryFunction>>
