import { parentPort, workerData } from 'node:worker_threads'
import { PREPARED, PREPARING } from '../../runtime/worker-thread.ts'
import type { ScriptRequest } from './script-request.ts'
import { newScriptRunner } from './script-runner.ts'

/** What runs in a thread of its own: the first message says that it is ready, then each is the outcome of a call. */
const runner = newScriptRunner(workerData.lua)
let turn: Promise<void> = Promise.resolve()
parentPort?.on('message', (request: ScriptRequest) => {
  turn = turn.then(async () => {
    const preparing = runner.prepare(request.language)
    if (preparing !== undefined) {
      parentPort?.postMessage(PREPARING)
      await preparing
      parentPort?.postMessage(PREPARED)
    }
    parentPort?.postMessage(runner.run(request))
    await runner.recover()
  })
})
parentPort?.postMessage('ready')
