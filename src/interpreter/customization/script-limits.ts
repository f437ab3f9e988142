/** How long one call of a script may take. @source spec/behaviour/status.md §6.1 */
export const SCRIPT_LIMIT_MS = 1_000
/** A thread that does not heed the limit by then is ended. */
export const THREAD_LIMIT_MS = 1_250
/** Of all scripts of a language in one thread together. */
export const MAX_MEMORY_BYTES = 64 * 2 ** 20
/** WebAssembly's memory never shrinks: when scripts have made it this large, a new machine takes its place. */
export const RENEW_ABOVE_BYTES = 32 * 2 ** 20
/** Of one result. No object in a cluster is larger. */
export const MAX_RESULT_BYTES = 2 ** 20
/** Of one result: objects within objects. */
export const MAX_DEPTH = 100
/** Loaded scripts of a language in one thread. */
export const MAX_SCRIPTS = 200
/** Of what a script says of its own failure. */
export const MAX_MESSAGE_CHARACTERS = 2_048

/** What is told of a script that took too long. */
export const TOO_LONG = `it ran longer than ${SCRIPT_LIMIT_MS} ms`
