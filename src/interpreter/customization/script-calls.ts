import type { Clock } from '../../runtime/clock.ts'
import type { WorkerPool } from '../../runtime/worker-pool.ts'
import { WorkerThreadError } from '../../runtime/worker-thread.ts'
import { SCRIPT_FUNCTIONS } from './operations.ts'
import { newScriptError } from './script-error.ts'
import type { PlacedScript } from './script-index.ts'
import type { ScriptAnswer, ScriptRequest } from './script-request.ts'
import { ResultError } from './script-results.ts'

/** How long one call of a script may take. @source spec/behaviour/status.md §6.1 */
export const SCRIPT_LIMIT_MS = 1_000
/** A script that took longer is not tried again for this long: its objects would take the others' turns. */
const REST_MS = 10_000
/** The same for all calls meanwhile: one event with a count. */
const TOO_LONG = `it ran longer than ${SCRIPT_LIMIT_MS} ms, and rests for ${REST_MS / 1_000} s`

export interface ScriptCall<T> {
  readonly args: readonly unknown[]
  /** How many values the function gives. */
  readonly results: number
  /** @throws ResultError when they are not what they must be */
  readonly read: (results: readonly unknown[]) => T
}

/** Calls scripts in threads of their own. */
export interface ScriptCalls {
  /** @throws ReconcileError ScriptFailed */
  call<T>(script: PlacedScript, call: ScriptCall<T>): Promise<T>
  /** Runs a script without calling its function. @throws ReconcileError ScriptFailed when it is no Lua, fails, or lacks the function */
  check(script: PlacedScript): Promise<void>
}

export function newScriptCalls(pool: Pick<WorkerPool, 'run'>, clock: Pick<Clock, 'monotonicMs'>): ScriptCalls {
  const restingUntil = new Map<string, number>()
  const run = async <T>(script: PlacedScript, request: ScriptRequest, read: ScriptCall<T>['read']): Promise<T> => {
    const rested = restingUntil.get(script.text) ?? 0
    if (clock.monotonicMs() < rested) throw newScriptError(script, TOO_LONG)
    restingUntil.delete(script.text)
    try {
      return read(resultsOf(await pool.run(request)))
    } catch (error) {
      if (error instanceof WorkerThreadError) restingUntil.set(script.text, clock.monotonicMs() + REST_MS)
      throw newScriptError(script, problemOf(error), error)
    }
  }
  return {
    call: (script, { args, results, read }) => run(script, requestOf(script, args, results), read),
    check: script => run(script, { ...requestOf(script, [], 0), check: true }, () => undefined),
  }
}

function requestOf(script: PlacedScript, args: readonly unknown[], results: number): ScriptRequest {
  return {
    script: script.text,
    name: script.field,
    function: SCRIPT_FUNCTIONS[script.field],
    args: JSON.stringify(args),
    results,
  }
}

class AnsweredError extends Error {}

function resultsOf(answer: unknown): readonly unknown[] {
  if (!isAnswer(answer)) throw new AnsweredError('the thread gave no answer')
  if ('error' in answer) throw new AnsweredError(answer.error)
  return JSON.parse(answer.results)
}

function isAnswer(answer: unknown): answer is ScriptAnswer {
  return typeof answer === 'object' && answer !== null && ('error' in answer || 'results' in answer)
}

function problemOf(error: unknown): string {
  if (error instanceof AnsweredError || error instanceof ResultError) return error.message
  if (error instanceof WorkerThreadError && error.reason === 'late') return TOO_LONG
  return error instanceof Error ? error.message : String(error)
}
