/** What a script did wrong, with its line. */
export class LuaError extends Error {
  /** It took too long. */
  readonly late: boolean
  constructor(message: string, { late = false }: { readonly late?: boolean } = {}) {
    super(message)
    this.late = late
    this.name = 'LuaError'
  }
}

/** A value of a script that JSON cannot hold, or that is too large. */
export class LuaValueError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LuaValueError'
  }
}
