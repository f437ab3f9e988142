import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { identify, isRunning } from './process-identity.ts'
import { waitFor } from './wait.ts'
import { startWatchdog } from './watchdog.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watchdog-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const eventually = (until: string, look: () => boolean): Promise<unknown> =>
  waitFor(async () => look() || undefined, { until, timeoutMs: 15_000 })

function startSleeper() {
  const child = spawn('/bin/sh', ['-c', 'sleep 100 & wait'], { detached: true, stdio: 'ignore' })
  child.unref()
  return identify(child.pid ?? 0)
}

describe('a watchdog', () => {
  it('ends what it guards, removes its directory and runs the last commands when its parent goes', async () => {
    const directory = join(root, 'data')
    mkdirSync(directory)
    writeFileSync(join(directory, 'file'), '')
    const watchdog = startWatchdog(directory)
    const [guarded, dropped] = [startSleeper(), startSleeper()]
    watchdog.add(guarded.pid)
    watchdog.add(dropped.pid)
    watchdog.drop(dropped.pid)
    watchdog.atEnd(['touch', join(root, 'last')])
    watchdog.atEnd(['touch', join(root, 'very-last')])
    watchdog.close()
    await eventually('end', () => !isRunning(guarded))
    await eventually('directory', () => !existsSync(directory) && existsSync(join(root, 'very-last')))
    expect([existsSync(join(root, 'last')), isRunning(dropped)]).toEqual([true, true])
    process.kill(-dropped.pid, 'SIGKILL')
  })

  it('lets everything live on once released', async () => {
    const watchdog = startWatchdog(undefined)
    const sleeper = startSleeper()
    watchdog.add(sleeper.pid)
    watchdog.release()
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(isRunning(sleeper)).toBe(true)
    process.kill(-sleeper.pid, 'SIGKILL')
  })
})
