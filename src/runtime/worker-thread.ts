import type { Worker } from 'node:worker_threads'

/** Work in another thread that did not come back. */
export class WorkerThreadError extends Error {
  readonly reason: 'late' | 'died' | 'closed'
  constructor(reason: WorkerThreadError['reason'], message: string) {
    super(message)
    this.name = 'WorkerThreadError'
    this.reason = reason
  }
}

/** What a thread says instead of an answer: it gets something ready first, which does not count; and that it has. */
export const PREPARING = 'preparing'
export const PREPARED = 'prepared'

export interface WorkerThreadOptions {
  /**
   * Starts a thread that says something when it is ready, and then answers each message with one of its own, in turn; it may say
   * {@link PREPARING} and {@link PREPARED} before.
   */
  readonly start: () => Worker
  /** How long one message may take. A thread that takes longer is ended, whatever it is doing. */
  readonly deadlineMs: number
  /** How long it may take until it is ready, or has prepared something. */
  readonly startLimitMs: number
}

/** A thread for one message at a time. It keeps the process alive only while there is one. */
export interface WorkerThread {
  /** Settles when the thread has said that it is ready. */
  readonly ready: Promise<void>
  /** Settles when the thread is gone. */
  readonly gone: Promise<void>
  /** @throws WorkerThreadError when it took too long or died: the thread is gone then */
  run(message: unknown): Promise<unknown>
  end(): Promise<void>
}

export function startWorkerThread({ start, deadlineMs, startLimitMs }: WorkerThreadOptions): WorkerThread {
  const worker = start()
  const gone = Promise.withResolvers<void>()
  let problem = 'the thread has ended'
  worker.on('error', error => {
    problem = error.message
  })
  let waiting: Waiting | undefined
  const settle = (): Waiting | undefined => {
    const settled = waiting
    waiting = undefined
    if (settled !== undefined) worker.unref()
    return settled
  }
  // One timer for each limit, set back again and again: making one for every message costs more than the message.
  const newLimit = (ms: number): NodeJS.Timeout => {
    const end = (late: Waiting): void => {
      if (waiting !== late) return
      settle()?.reject(new WorkerThreadError('late', `no answer within ${ms} ms`))
      worker.terminate().catch(() => undefined)
    }
    // On a busy machine the answer may have come before this thread could take it: it does that first.
    const timer = setTimeout(() => {
      const late = waiting
      if (late?.limit === timer) setImmediate(end, late)
    }, ms)
    return timer.unref()
  }
  const [toAnswer, toPrepare] = [newLimit(deadlineMs), newLimit(startLimitMs)]
  /** The next that it says. */
  const listen = (limit: NodeJS.Timeout): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    waiting = { resolve, reject, limit }
    limit.refresh()
    worker.ref()
    return promise
  }
  worker.on('message', (message: unknown) => {
    if (message !== PREPARING && message !== PREPARED) return settle()?.resolve(message)
    const limit = message === PREPARING ? toPrepare : toAnswer
    if (waiting !== undefined) waiting = { ...waiting, limit }
    limit.refresh()
  })
  worker.on('exit', () => {
    for (const limit of [toAnswer, toPrepare]) clearTimeout(limit)
    settle()?.reject(new WorkerThreadError('died', problem))
    gone.resolve()
  })
  return {
    ready: listen(toPrepare).then(() => undefined),
    gone: gone.promise,
    run(message) {
      const answer = listen(toAnswer)
      worker.postMessage(message)
      return answer
    },
    async end() {
      await worker.terminate()
    },
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
  /** Which of the two limits counts for it. */
  readonly limit: NodeJS.Timeout
}
