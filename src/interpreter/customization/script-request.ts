import type { Language } from './script-language.ts'

/** A call of a function in a script, as it goes to the thread that runs it. */
export interface ScriptRequest {
  readonly language: Language
  readonly script: string
  /** What errors call the script. */
  readonly name: string
  readonly function: string
  /** A list, as JSON: text costs less than a structured clone. */
  readonly args: string
  /** Only to find out whether the function is there. */
  readonly check?: boolean
}

/** What comes back: the results as JSON, or what went wrong. */
export type ScriptAnswer = { readonly results: string } | { readonly error: string; readonly late: boolean }
