import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newKeptLog } from '../testing/silent-log.ts'
import { newLifecycle } from './lifecycle.ts'

function newCase() {
  const clock = newFakeClock()
  const log = newKeptLog()
  const ended: string[] = []
  return { clock, log, ended, lifecycle: newLifecycle({ clock, log }) }
}

describe('the stop', () => {
  it('ends the last started first, each once', async () => {
    const { lifecycle, ended } = newCase()
    for (const name of ['client', 'lease', 'controllers']) lifecycle.onStop(name, 100, () => void ended.push(name))
    await Promise.all([lifecycle.stop(), lifecycle.stop()])
    expect(ended).toEqual(['controllers', 'lease', 'client'])
  })

  it('goes on when a part fails or hangs, and says so', async () => {
    const { lifecycle, ended, clock, log } = newCase()
    lifecycle.onStop('last', 100, () => void ended.push('last'))
    lifecycle.onStop('hangs', 500, () => new Promise<void>(() => {}))
    lifecycle.onStop('throws', 100, () => {
      throw new Error('boom')
    })
    const stopped = lifecycle.stop()
    await clock.advance(499)
    expect(ended).toEqual([])
    await clock.advance(1)
    await stopped
    expect(ended).toEqual(['last'])
    expect(log.lines.map(({ message, fields }) => [message, fields['part']])).toEqual([
      ['failed to end', 'throws'],
      ['not ended in time, going on', 'hangs'],
    ])
    expect(clock.timers).toBe(0)
  })

  it('ends at once what is started too late', async () => {
    const { lifecycle, ended } = newCase()
    await lifecycle.stop()
    lifecycle.onStop('late', 100, () => void ended.push('late'))
    expect(ended).toEqual(['late'])
  })
})
