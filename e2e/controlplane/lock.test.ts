import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { withLock } from './lock.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(directory, 'deep', 'build.lock')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('withLock', () => {
  it('lets one run after the other', async () => {
    const steps: string[] = []
    const waits: number[] = []
    const work = (name: string) => async (): Promise<void> => {
      steps.push(`${name} begins`)
      await new Promise(resolve => setTimeout(resolve, 20))
      steps.push(`${name} ends`)
    }
    const onWait = ({ pid }: { pid: number }): void => void waits.push(pid)
    await Promise.all([withLock(path, work('a')), withLock(path, work('b'), { onWait })])
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(waits).toEqual([process.pid])
    expect(existsSync(path)).toBe(false)
  })

  it('gives the lock back when the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(path)).toBe(false)
  })

  it('takes over the lock of a dead process', async () => {
    const { pid } = spawnSync('true')
    const stale = join(directory, 'stale.lock')
    writeFileSync(stale, JSON.stringify({ pid, startTicks: 1 }))
    expect(await withLock(stale, async () => 'done')).toBe('done')
  })
})
