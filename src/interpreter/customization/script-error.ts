import { ReconcileError } from '../../runtime/reconcile-error.ts'
import type { PlacedScript } from './script-index.ts'

/**
 * A customization's script that failed, or gave something else than it must. It is tried again: what it is given may change,
 * and so may the script.
 */
export function newScriptError(
  { customization, field }: PlacedScript,
  problem: string,
  cause?: unknown,
): ReconcileError {
  const where = `ResourceInterpreterCustomization ${customization}, ${field}`
  return new ReconcileError('ScriptFailed', `${where}: ${problem}`, { retry: 'backoff', cause })
}
