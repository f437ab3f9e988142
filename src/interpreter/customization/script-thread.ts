import { parentPort, workerData } from 'node:worker_threads'
import type { ScriptRequest } from './script-request.ts'
import { newScriptRunner } from './script-runner.ts'

/** What runs in a thread of its own: the first message says that it is ready, then each is the outcome of a call. */
const runner = newScriptRunner(workerData.lua)
parentPort?.on('message', (request: ScriptRequest) => parentPort?.postMessage(runner.run(request)))
parentPort?.postMessage('ready')
