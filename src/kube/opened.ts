import type { Duplex } from 'node:stream'
import { type ConnectionErrorOptions, connectionError, transportError } from './connection-error.ts'

/** Waits for `event`; on failure or abort the socket is destroyed. */
export function opened(
  socket: Duplex,
  event: string,
  options: {
    readonly where: string
    readonly signal: AbortSignal
    readonly detail?: ConnectionErrorOptions['detail']
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      settle()
      socket.destroy()
      reject(connectionError(options.where, cause, { unprocessed: true, detail: options.detail }))
    }
    const onError = (cause: Error): void => fail(cause)
    const onClose = (): void => fail(transportError('reset', options.where, { unprocessed: true }))
    const onAbort = (): void => fail(options.signal.reason)
    const onOpen = (): void => {
      settle()
      resolve()
    }
    const settle = (): void => {
      socket.off('error', onError).off('close', onClose).off(event, onOpen)
      options.signal.removeEventListener('abort', onAbort)
    }
    // Errors that come before or after anybody else listens must not end the process.
    socket.on('error', () => undefined)
    if (options.signal.aborted) return onAbort()
    socket.on('error', onError).on('close', onClose).on(event, onOpen)
    options.signal.addEventListener('abort', onAbort)
  })
}
