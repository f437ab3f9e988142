import { expect, it } from '@jest/globals'
import { StatusError, TransportError } from '../kube/status-error.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { isPassing, persevere } from './persevere.ts'

const status = (code: number, reason = '') => new StatusError({ code, reason, message: String(code) })
const transport = (kind: ConstructorParameters<typeof TransportError>[0]) => new TransportError(kind, kind)

it.each([
  { name: 'a server that starts', error: transport('refused'), want: true },
  { name: 'a connection that broke', error: transport('reset'), want: true },
  { name: 'a conflict', error: status(409), want: true },
  { name: 'somebody who was first', error: status(409, 'AlreadyExists'), want: true },
  { name: 'too many requests', error: status(429), want: true },
  { name: 'an overloaded server', error: status(503), want: true },
  { name: 'a wrong CA', error: transport('tls-ca'), want: false },
  { name: 'a request that its caller ended', error: transport('aborted'), want: false },
  { name: 'a missing right', error: status(403), want: false },
  { name: 'a token that is not accepted', error: status(401), want: false },
  { name: 'an object that is refused', error: status(422), want: false },
  { name: 'a mistake of ours', error: new Error('boom'), want: false },
])('$name passes: $want', ({ error, want }) => expect(isPassing(error)).toBe(want))

function attempt(failures: readonly Error[]) {
  const clock = newFakeClock()
  const aborted = new AbortController()
  const delays: number[] = []
  let tries = 0
  const done = persevere(
    () => {
      const failure = failures[tries++]
      return failure === undefined ? Promise.resolve('done') : Promise.reject(failure)
    },
    { clock, random: () => 0, onFailure: (_error, delayMs) => void delays.push(delayMs), signal: aborted.signal },
  )
  done.catch(() => undefined)
  return { clock, aborted, delays, done, tries: () => tries }
}

it('it is tried again, waiting longer each time and never longer than half a minute', async () => {
  const { clock, delays, done } = attempt(Array(9).fill(status(503)))
  await clock.advance(300_000)
  expect(await done).toBe('done')
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

it('what does not pass is thrown at once', async () => {
  const { done, tries, clock } = attempt([status(503), status(403)])
  await clock.advance(500)
  await expect(done).rejects.toThrow('403')
  expect(tries()).toBe(2)
})

it('it ends with its signal', async () => {
  const { done, aborted, clock, tries } = attempt([status(503)])
  await clock.advance(100)
  aborted.abort(new Error('stopping'))
  await expect(done).rejects.toThrow('stopping')
  expect(tries()).toBe(1)
})
