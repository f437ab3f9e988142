import { StatusError } from '../kube/status-error.ts'

/**
 * What apply cannot take and an update can: keys of a list that stand there twice, fields that a member older than the host
 * does not know (an update drops these), and what is no YAML, as names of fields beyond 1024 characters.
 */
export function isUnappliable(error: unknown): boolean {
  return error instanceof StatusError && UNAPPLIABLE.some(words => error.message.includes(words))
}

const UNAPPLIABLE: readonly string[] = [
  'duplicate entries for key',
  'field not declared in schema',
  'error decoding YAML',
]
