import { Worker } from 'node:worker_threads'
import { newWorkerPool, type WorkerPool } from '../../runtime/worker-pool.ts'
import { readLuaModule } from './lua/lua-module.ts'
import { THREAD_LIMIT_MS } from './script-limits.ts'

/** One that hangs leaves the other to everybody else. */
const THREADS = 2
/** A machine that is busy starts a thread in a second rather than in 50 ms. */
const START_LIMIT_MS = 30_000
/** Of JavaScript, beside Lua's own memory: objects on their way in and out. */
const MAX_HEAP_MB = 128

/** Threads for scripts: none is started before the first script is called. */
export function newScriptThreads(): WorkerPool {
  let lua: WebAssembly.Module | undefined
  return newWorkerPool({
    start() {
      lua ??= readLuaModule()
      const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB }
      return new Worker(threadFile(), { workerData: { lua }, resourceLimits, env: {}, execArgv: [] })
    },
    maxThreads: THREADS,
    deadlineMs: THREAD_LIMIT_MS,
    startLimitMs: START_LIMIT_MS,
  })
}

/** A checkout runs TypeScript; in the bundle each program is one file. */
function threadFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './script-thread.ts' : './script-thread.mjs', import.meta.url)
}
