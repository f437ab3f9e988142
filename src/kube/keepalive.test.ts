import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { watchSilence } from './keepalive.ts'

function newPeer() {
  const clock = newFakeClock()
  const peer = { bytes: 0, pings: 0, silent: 0, answer: () => {} }
  const stop = watchSilence({
    intervalMs: 1000,
    timeoutMs: 500,
    timing: clock,
    bytesReceived: () => peer.bytes,
    ping: answered => {
      peer.pings++
      peer.answer = answered
    },
    onSilent: () => {
      peer.silent++
    },
  })
  return { clock, peer, stop }
}

describe('watchSilence', () => {
  it('does not ping while something comes', async () => {
    const { clock, peer } = newPeer()
    for (let i = 0; i < 5; i++) {
      peer.bytes++
      await clock.advance(1000)
    }
    expect(peer).toMatchObject({ pings: 0, silent: 0 })
  })

  it('goes on after an answered ping', async () => {
    const { clock, peer } = newPeer()
    await clock.advance(1000)
    peer.answer()
    await clock.advance(999)
    expect(peer).toMatchObject({ pings: 1, silent: 0 })
    await clock.advance(1)
    expect(peer.pings).toBe(2)
  })

  it('tells once when a ping stays unanswered', async () => {
    const { clock, peer } = newPeer()
    await clock.advance(10_000)
    expect(peer).toMatchObject({ pings: 1, silent: 1 })
  })

  it('takes anything that came meanwhile as a sign of life', async () => {
    const { clock, peer } = newPeer()
    await clock.advance(1400)
    peer.bytes++
    await clock.advance(200)
    expect(peer.silent).toBe(0)
  })

  it('does nothing once stopped, even when an answer comes late', async () => {
    const { clock, peer, stop } = newPeer()
    await clock.advance(1000)
    stop()
    peer.answer()
    await clock.advance(10_000)
    expect(peer).toMatchObject({ pings: 1, silent: 0 })
    expect(clock.timers).toBe(0)
  })
})
