import type { ScriptRequest } from './script-request.ts'

/** Runs scripts of one language, one call after the other. Those that it has seen before are loaded already. */
export interface ScriptEngine {
  /**
   * @returns the results, as a JSON list
   * @throws ScriptFailure for what the script did; anything else means that the engine is broken, until {@link recover} has ended
   */
  run(request: ScriptRequest): string
  /** To be called after a run, and waited for: what is broken or has grown too large is replaced. */
  recover(): Promise<void> | undefined
}

/** Something that a script did wrong, as it is told: with its line, where there is one. */
export class ScriptFailure extends Error {
  /** It took too long. */
  readonly late: boolean
  constructor(message: string, { late = false }: { readonly late?: boolean } = {}) {
    super(message)
    this.name = 'ScriptFailure'
    this.late = late
  }
}
