import { existsSync, writeFileSync } from 'node:fs'
import { printableMessage } from '../object/printable.ts'

/** Where a kubelet looks for the reason why a container ended, unless its Pod says otherwise. */
const TERMINATION_LOG = '/dev/termination-log'

/** A kubelet takes no more. */
const MAX_LENGTH = 4096

/**
 * Leaves the reason of the end where `kubectl describe pod` shows it; does nothing outside a container. Never throws:
 * there is nobody left to tell.
 */
export function leaveTerminationMessage(message: string, path = TERMINATION_LOG): void {
  try {
    if (existsSync(path)) writeFileSync(path, printableMessage(message, MAX_LENGTH))
  } catch {
    // The log has it too.
  }
}
