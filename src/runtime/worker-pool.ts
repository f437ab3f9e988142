import { startWorkerThread, type WorkerThread, WorkerThreadError, type WorkerThreadOptions } from './worker-thread.ts'

export interface WorkerPoolOptions extends WorkerThreadOptions {
  /** Most threads at a time. They are started when they are needed. */
  readonly maxThreads: number
}

export interface WorkerPool {
  /** @throws WorkerThreadError when the thread took too long, died or could not be started, and after {@link close} */
  run(message: unknown): Promise<unknown>
  /** Ends all threads. What is under way fails. */
  close(): Promise<void>
}

interface Task {
  readonly message: unknown
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Threads for code that may hang or take all memory: one message at a time each, so that a thread that has to be ended takes
 * nothing of others with it.
 */
export function newWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const waiting: Task[] = []
  const idle = new Set<WorkerThread>()
  const all = new Set<WorkerThread>()
  let starting = 0
  let closed = false

  const next = (): void => {
    for (const thread of idle) {
      const task = waiting.shift()
      if (task === undefined) return
      idle.delete(thread)
      give(thread, task)
    }
    if (!closed && waiting.length > starting && all.size < options.maxThreads) add()
  }
  const give = (thread: WorkerThread, { message, resolve, reject }: Task): void => {
    const rest = (answer: unknown): void => {
      if (all.has(thread)) idle.add(thread)
      resolve(answer)
      next()
    }
    const drop = (error: unknown): void => {
      all.delete(thread)
      reject(error)
      next()
    }
    thread.run(message).then(rest, drop)
  }
  const add = (): void => {
    const thread = startWorkerThread(options)
    all.add(thread)
    starting += 1
    const begin = (): void => {
      starting -= 1
      if (all.has(thread)) idle.add(thread)
      next()
    }
    const fail = (error: unknown): void => {
      starting -= 1
      all.delete(thread)
      waiting.shift()?.reject(error)
      next()
    }
    thread.ready.then(begin, fail)
    const forget = (): void => {
      all.delete(thread)
      idle.delete(thread)
      next()
    }
    thread.gone.then(forget, forget)
  }
  return {
    run(message) {
      if (closed) return Promise.reject(new WorkerThreadError('closed', 'it is closed'))
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      waiting.push({ message, resolve, reject })
      next()
      return promise
    },
    async close() {
      closed = true
      for (const { reject } of waiting.splice(0)) reject(new WorkerThreadError('closed', 'it is closed'))
      await Promise.all([...all].map(thread => thread.end()))
    },
  }
}
