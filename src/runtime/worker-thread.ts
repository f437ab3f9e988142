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
  worker.on('exit', () => gone.resolve())

  /** The next that it says. */
  const listen = (limitMs: number): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const end = (): void => {
      reject(new WorkerThreadError('late', `no answer within ${limitMs} ms`))
      worker.terminate().catch(() => undefined)
    }
    let timer = setTimeout(end, limitMs)
    const hear = (message: unknown): void => {
      const isAnswer = message !== PREPARING && message !== PREPARED
      if (isAnswer) resolve(message)
      clearTimeout(timer)
      if (!isAnswer) timer = setTimeout(end, message === PREPARING ? startLimitMs : limitMs)
    }
    const died = (): void => reject(new WorkerThreadError('died', problem))
    worker.on('message', hear).on('exit', died).ref()
    return promise.finally(() => {
      clearTimeout(timer)
      worker.off('message', hear).off('exit', died).unref()
    })
  }
  return {
    ready: listen(startLimitMs).then(() => undefined),
    gone: gone.promise,
    run(message) {
      const answer = listen(deadlineMs)
      worker.postMessage(message)
      return answer
    },
    async end() {
      await worker.terminate()
    },
  }
}
