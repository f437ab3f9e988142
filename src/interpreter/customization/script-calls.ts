import { encodeJson } from '../../kube/json.ts'
import { restoreDigits } from '../../object/big-integers.ts'
import { valueAt } from '../../object/field.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { WorkerPool } from '../../runtime/worker-pool.ts'
import { WorkerThreadError } from '../../runtime/worker-thread.ts'
import { SCRIPT_FUNCTIONS } from './operations.ts'
import { ScriptFailure } from './script-engine.ts'
import { newScriptError } from './script-error.ts'
import type { PlacedScript } from './script-index.ts'
import { toLanguage, unknownLanguage } from './script-language.ts'
import { TOO_LONG } from './script-limits.ts'
import type { ScriptAnswer, ScriptRequest } from './script-request.ts'

/** A script that took longer is not tried again for this long: its objects would take the others' turns. */
const REST_MS = 10_000
const MS_PER_SECOND = 1_000

export interface ScriptCall<T> {
  readonly args: readonly unknown[]
  /** @throws ResultError when they are not what they must be */
  readonly read: (results: readonly unknown[]) => T
}

/** Calls scripts in threads of their own. */
export interface ScriptCalls {
  /** @throws ReconcileError ScriptFailed */
  call<T>(script: PlacedScript, call: ScriptCall<T>): Promise<T>
  /** Runs a script without calling its function. @throws ReconcileError ScriptFailed when its language does not exist, when it fails, or lacks the function */
  check(script: PlacedScript): Promise<void>
}

export function newScriptCalls(pool: Pick<WorkerPool, 'run'>, clock: Pick<Clock, 'monotonicMs'>): ScriptCalls {
  /** What was told of those that took too long: the same for all calls meanwhile, so that it is one event with a count. */
  const resting = new Map<string, { readonly untilMs: number; readonly problem: string }>()
  const run = async <T>(script: PlacedScript, part: Called, read: ScriptCall<T>['read']): Promise<T> => {
    const rest = resting.get(script.text)
    if (rest !== undefined && clock.monotonicMs() < rest.untilMs) throw newScriptError(script, rest.problem)
    resting.delete(script.text)
    try {
      return read(resultsOf(await pool.run(requestOf(script, part))))
    } catch (error) {
      const { problem, late } = problemOf(error)
      if (!late) throw newScriptError(script, problem, error)
      const told = `${problem}, and rests for ${REST_MS / MS_PER_SECOND} s`
      resting.set(script.text, { untilMs: clock.monotonicMs() + REST_MS, problem: told })
      throw newScriptError(script, told, error)
    }
  }
  return {
    call: (script, { args, read }) =>
      run(script, { args: encodeJson(args) }, results => read(withDigits(results, args))),
    check: script => run(script, { args: '[]', check: true }, () => undefined),
  }
}

/** Numbers of scripts are doubles. What a script hands on of its arguments is where it was, or has come up out of their status. */
function withDigits(results: readonly unknown[], args: readonly unknown[]): readonly unknown[] {
  const references = args.toReversed().flatMap(given => {
    if (Array.isArray(given)) return given.map(reported => ({ status: valueAt(reported, 'status') }))
    return [given, valueAt(given, 'status')]
  })
  return results.map(result => restoreDigits(result, references))
}

type Called = Pick<ScriptRequest, 'args' | 'check'>

/** @throws ScriptFailure for a language that nobody runs */
function requestOf(script: PlacedScript, called: Called): ScriptRequest {
  const language = toLanguage(script.language)
  if (language === undefined) throw new ScriptFailure(unknownLanguage(script.language))
  const { text, field } = script
  return { language, script: text, name: field, function: SCRIPT_FUNCTIONS[field], ...called }
}

function resultsOf(answer: unknown): readonly unknown[] {
  if (!isAnswer(answer)) throw new ScriptFailure('the thread gave no answer')
  if ('error' in answer) throw new ScriptFailure(answer.error, answer)
  return JSON.parse(answer.results)
}

function isAnswer(answer: unknown): answer is ScriptAnswer {
  return typeof answer === 'object' && answer !== null && ('error' in answer || 'results' in answer)
}

function problemOf(error: unknown): { readonly problem: string; readonly late: boolean } {
  if (error instanceof ScriptFailure) return { problem: error.message, late: error.late }
  if (error instanceof WorkerThreadError) {
    return { problem: error.reason === 'late' ? TOO_LONG : error.message, late: true }
  }
  return { problem: error instanceof Error ? error.message : String(error), late: false }
}
