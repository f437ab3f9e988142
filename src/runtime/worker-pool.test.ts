import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from '@jest/globals'
import { newWorkerPool, type WorkerPool } from './worker-pool.ts'

/** Answers with what it is sent; other words make it hang, die, or tell which thread it is. */
const ECHO = `
const { parentPort, threadId } = require('node:worker_threads')
parentPort.on('message', message => {
  if (message === 'hang') while (true);
  if (message === 'slow start') {
    parentPort.postMessage('preparing')
    setTimeout(() => { parentPort.postMessage('prepared'); parentPort.postMessage('done') }, 2000)
    return
  }
  if (message === 'die') throw new Error('it died')
  if (message === 'exit') process.exit(3)
  parentPort.postMessage(message === 'who' ? threadId : message)
})
parentPort.postMessage('ready')`

let pool: WorkerPool
afterEach(() => pool.close())

function open(source = ECHO, options: { maxThreads?: number; deadlineMs?: number } = {}): WorkerPool {
  const { maxThreads = 2, deadlineMs = 30_000 } = options
  const start = () => new Worker(source, { eval: true })
  pool = newWorkerPool({ start, maxThreads, deadlineMs, startLimitMs: 30_000 })
  return pool
}

describe('a pool of threads', () => {
  it('answers each message, one thread after the other', async () => {
    open()
    const messages = Array.from({ length: 50 }, (_, index) => index)
    expect(await Promise.all(messages.map(message => pool.run(message)))).toEqual(messages)
  })

  it('uses a thread again', async () => {
    open()
    expect(await pool.run('who')).toBe(await pool.run('who'))
  })

  it('has no more threads than it may', async () => {
    open(ECHO, { maxThreads: 2 })
    const threads = await Promise.all(Array.from({ length: 50 }, () => pool.run('who')))
    expect(new Set(threads).size).toBeLessThanOrEqual(2)
  })

  it('ends one that hangs, and others are served meanwhile', async () => {
    open(ECHO, { deadlineMs: 1_000 })
    const late = expect(pool.run('hang')).rejects.toMatchObject({ reason: 'late', message: 'no answer within 1000 ms' })
    expect(await pool.run('b')).toBe('b')
    await late
    expect(await pool.run('c')).toBe('c')
  })

  it('does not count the time that a thread needs to get ready', async () => {
    open(ECHO, { maxThreads: 1, deadlineMs: 1_000 })
    await expect(pool.run('slow start')).resolves.toBe('done')
  })

  it.each([
    ['die', 'it died'],
    ['exit', 'the thread has ended'],
  ])('tells of one that dies: %s', async (message, told) => {
    open()
    await expect(pool.run(message)).rejects.toMatchObject({ reason: 'died', message: told })
    expect(await pool.run('after')).toBe('after')
  })

  it('tells of one that cannot be started', async () => {
    open("throw new Error('no way')")
    await expect(pool.run('a')).rejects.toMatchObject({ reason: 'died', message: 'no way' })
  })

  it('goes on when one dies with nothing to do', async () => {
    open(`${ECHO}; setTimeout(() => { throw new Error('bored') }, 50)`, { maxThreads: 1 })
    const first = await pool.run('who')
    const another = async (): Promise<unknown> => {
      for (;;) {
        const answer = await pool.run('who').catch(() => first)
        if (answer !== first) return answer
        // It has nothing to do for a while, however busy the machine is.
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
    expect(await another()).not.toBe(first)
  })

  it('refuses when it is closed, and ends what waits', async () => {
    open()
    const under = [pool.run('hang'), pool.run('hang'), pool.run('waits')].map(run => run.catch(({ reason }) => reason))
    await pool.close()
    expect(await Promise.all(under)).toEqual(expect.arrayContaining(['closed']))
    await expect(pool.run('a')).rejects.toMatchObject({ reason: 'closed' })
  })
})
