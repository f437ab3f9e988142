import { expect, it } from '@jest/globals'
import { newFakeClock } from '../../testing/fake-clock.ts'
import { memberRoom } from '../../testing/member-room.ts'
import { newMemberRooms } from './member-rooms.ts'

it('a member is asked each time, until it is not watched any more', () => {
  const rooms = newMemberRooms(newFakeClock())
  const room = memberRoom([])
  let answer: typeof room | undefined = room
  rooms.set('m1', () => answer)
  expect(rooms.get('m1')).toBe(room)
  answer = undefined
  expect(rooms.get('m1')).toBeUndefined()
  answer = room
  rooms.delete('m1')
  expect(rooms.get('m1')).toBeUndefined()
})

it('what is gained within a moment is told once, and not again for a second', async () => {
  const clock = newFakeClock()
  const rooms = newMemberRooms(clock)
  let told = 0
  const remove = rooms.onGain(() => told++)
  for (let pods = 0; pods < 100; pods++) rooms.gained()
  expect(told).toBe(0)
  await clock.advance(100)
  expect(told).toBe(1)
  rooms.gained()
  await clock.advance(900)
  expect(told).toBe(1)
  await clock.advance(100)
  expect(told).toBe(2)
  await clock.advance(10_000)
  expect(told).toBe(2)
  remove()
  rooms.gained()
  await clock.advance(5_000)
  expect(told).toBe(2)
})
