import { StatusError, TransportError } from '../kube/status-error.ts'
import { isError } from './failure.ts'
import { ReconcileError } from './reconcile-error.ts'

/** What is logged of an error: nothing but this, since errors of libraries may carry requests with credentials. */
export interface ErrorDescription {
  readonly message: string
  /** A ReconcileError's code, a Status reason, a TransportError's kind, or a system error's code. */
  readonly code?: string
  /** Messages of the causes, the nearest first. */
  readonly causes?: readonly string[]
  readonly stack?: string
}

const DEEPEST_CAUSE = 5

/** @param options.stack adds the stack: for mistakes of ours. */
export function describeError(error: Error, options: { readonly stack?: boolean } = {}): ErrorDescription {
  const code = codeOf(error)
  const causes = causesOf(error)
  return {
    message: error.message,
    ...(code !== undefined && { code }),
    ...(causes.length > 0 && { causes }),
    ...(options.stack && error.stack !== undefined && { stack: error.stack }),
  }
}

function codeOf(error: Error): string | undefined {
  if (error instanceof ReconcileError) return error.code
  if (error instanceof StatusError) return `${error.code} ${error.reason}`
  if (error instanceof TransportError) return error.kind
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = []
  for (let cause = error.cause; isError(cause) && causes.length < DEEPEST_CAUSE; cause = cause.cause) {
    const code = codeOf(cause)
    causes.push(code === undefined ? cause.message : `${code}: ${cause.message}`)
  }
  return causes
}
