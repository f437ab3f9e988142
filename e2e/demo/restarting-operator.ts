// Runs the operator with the arguments it was given and, as a kubelet would, starts it again when it ends: losing its lease
// (a laptop that slept, a machine without a moment for it) is an orderly end. SIGTERM ends both: the whole process group
// receives it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './place.ts'

const PAUSE_MS = 2_000
/** Ending sooner after the first start means that something is wrong for good: the log says what. */
const HOPELESS_MS = 10_000

const started = Date.now()
let ending = false

function start(): void {
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
  child.once('exit', code => {
    if (ending) return
    if (Date.now() - started < HOPELESS_MS) process.exitCode = code ?? 1
    else setTimeout(startAgain, PAUSE_MS)
  })
}

function startAgain(): void {
  if (!ending) start()
}

process.once('SIGTERM', () => {
  ending = true
})
start()
