import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Supervisor } from './supervisor.ts'
import { waitFor } from './wait.ts'

let directory: string
let supervisor: Supervisor

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'supervisor-'))
  supervisor = new Supervisor({ temporaryDirectory: directory })
})

afterEach(async () => {
  await supervisor.stop()
  rmSync(directory, { recursive: true, force: true })
})

const shell = (name: string, script: string) => ({
  name,
  command: '/bin/sh',
  args: ['-c', script],
  logFile: join(directory, `${name}.log`),
})

describe('a supervised process', () => {
  it.each([
    { what: 'in order when it can', onTerm: 'echo bye; exit', withinMs: 10_000, want: 'in order', says: 'bye\n' },
    { what: 'by force when it cannot', onTerm: 'echo no', withinMs: 2_000, want: 'killed', says: 'no\n' },
  ])('ends $what, and tells so', async ({ onTerm, withinMs, want, says }) => {
    const asked = supervisor.declare(shell('asked', `trap "${onTerm}" TERM; echo up; while :; do sleep 0.05; done`))
    asked.start()
    await waitFor(async () => readFileSync(asked.spec.logFile, 'utf8').includes('up') || undefined, {
      until: 'up',
      timeoutMs: 30_000,
    })
    expect(await asked.end(withinMs)).toBe(want)
    expect(asked.running).toBe(false)
    expect(readFileSync(asked.spec.logFile, 'utf8')).toContain(says)
    expect(await asked.end()).toBe('in order')
  })

  it('runs where its log is, so that a dump that it leaves is found there', async () => {
    const lost = supervisor.declare(shell('lost', 'pwd'))
    lost.start()
    await waitFor(async () => !lost.running || undefined, { until: 'end', timeoutMs: 30_000 })
    expect(readFileSync(lost.spec.logFile, 'utf8')).toBe(`${realpathSync(directory)}\n`)
  })

  it('is ended together with its children while it is paused', async () => {
    const parent = supervisor.declare(shell('parent', 'sleep 100 & wait'))
    parent.start()
    parent.pause()
    await parent.kill()
    expect(parent.running).toBe(false)
  })

  it('can be started again and tells why it does not run', async () => {
    const once = supervisor.declare(shell('once', 'echo "cannot bind"; exit 1'))
    once.start()
    await waitFor(async () => !once.running || undefined, { until: 'end', timeoutMs: 30_000 })
    expect(once.whyNotRunning()).toContain('cannot bind')
    once.start()
    await waitFor(async () => (once.whyNotRunning()?.match(/cannot bind/g)?.length === 2 ? true : undefined), {
      until: 'second end',
      timeoutMs: 30_000,
    })
  })

  it('reports a program that does not exist', async () => {
    const missing = supervisor.declare({ ...shell('missing', ''), command: join(directory, 'nothing') })
    missing.start()
    await waitFor(async () => missing.whyNotRunning()?.includes('ENOENT') || undefined, {
      until: 'ENOENT',
      timeoutMs: 30_000,
    })
  })
})

describe('a supervisor', () => {
  it('ends everything and removes its directory', async () => {
    const sleeper = supervisor.declare(shell('sleeper', 'sleep 100'))
    sleeper.start()
    await supervisor.stop()
    expect([sleeper.running, existsSync(directory)]).toEqual([false, false])
  })

  it('takes over what an earlier one released', async () => {
    supervisor.declare(shell('survivor', 'sleep 100')).start()
    const successor = new Supervisor({ adopt: JSON.parse(JSON.stringify(supervisor.state())) })
    expect(successor.get('survivor').running).toBe(true)
    await successor.stop()
    expect(supervisor.get('survivor').running).toBe(false)
  })
})
