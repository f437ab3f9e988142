import { describe, expect, it } from '@jest/globals'
import { formatParkingState, newParkingState, type ParkingState, parseParkingState } from './parking-state.ts'

const STATE: ParkingState = { mode: 'policies', by: 'operator', why: 'The policies are missing.' }

describe('the state of parking', () => {
  it('tells of changes only, until nobody listens any more', () => {
    const seen: ParkingState[] = []
    const holder = newParkingState(STATE)
    const stop = holder.onChange(state => void seen.push(state))
    holder.set('operator', STATE.why)
    holder.set('apiserver', 'They are there.')
    stop()
    holder.set('operator', STATE.why)
    expect(seen).toEqual([{ mode: 'policies', by: 'apiserver', why: 'They are there.' }])
    expect(holder.current).toEqual(STATE)
  })

  it('comes back from its text', () => expect(parseParkingState(formatParkingState(STATE))).toEqual(STATE))

  it.each([
    undefined,
    '',
    'null',
    '[]',
    '{}',
    '{"mode":"policies","by":"somebody","why":""}',
    '{"mode":"off","by":"nobody"}',
  ])('is not in %s', text => expect(parseParkingState(text)).toBeUndefined())
})
