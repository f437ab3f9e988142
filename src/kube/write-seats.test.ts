import { describe, expect, it } from '@jest/globals'
import { WriteSeats } from './write-seats.ts'

const tick = () => new Promise<void>(resolve => setImmediate(resolve))

/** Asks for seats by name, and remembers who was seated, in order. */
function newRoom() {
  const seats = new WriteSeats()
  const seated: string[] = []
  const leave = new Map<string, () => void>()
  const hurry = new Map<string, () => void>()
  const ask = (name: string, isAwaited = false): void => {
    void seats.take({ isAwaited, parked: now => hurry.set(name, now) }).then(left => {
      seated.push(name)
      leave.set(name, left)
    })
  }
  const names = (count: number, prefix = 's'): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  return { seats, seated, leave, hurry, ask, names }
}

describe('seats', () => {
  it('are 64 where nothing else is written', async () => {
    const { seated, ask, names } = newRoom()
    for (const name of names(70)) ask(name)
    await tick()
    expect(seated).toEqual(names(64))
  })

  it('are those that other writes leave, and never fewer than 8', async () => {
    const { seats, seated, ask, names } = newRoom()
    const ended = names(50).map(() => seats.begin())
    for (const name of names(70)) ask(name)
    await tick()
    expect(seated).toEqual(names(14))
    for (const _ of names(50)) ended.push(seats.begin())
    for (const name of names(8, 'late')) ask(name)
    await tick()
    expect(seated).toHaveLength(14)
    for (const end of ended) end()
    await tick()
    expect(seated).toHaveLength(64)
  })

  it('are given to the next in line as others leave, though everything else is busy', async () => {
    const { seats, seated, leave, ask, names } = newRoom()
    for (const _ of names(200)) seats.begin()
    for (const name of names(10)) ask(name)
    await tick()
    expect(seated).toEqual(names(8))
    leave.get('s3')?.()
    await tick()
    expect(seated).toEqual([...names(8), 's8'])
  })

  it('are given at once to who is hurried, once, and those in line lose none by it', async () => {
    const { seats, seated, leave, hurry, ask, names } = newRoom()
    for (const _ of names(100)) seats.begin()
    for (const name of names(30)) ask(name)
    await tick()
    for (const name of ['s20', 's21', 's20']) hurry.get(name)?.()
    await tick()
    expect(seated).toEqual([...names(8), 's20', 's21'])
    leave.get('s0')?.()
    await tick()
    expect(seated.at(-1)).toBe('s8')
    leave.get('s20')?.()
    await tick()
    expect(seated).toHaveLength(11)
  })

  it('are given first to those that somebody waits for', async () => {
    const { seats, seated, leave, ask, names } = newRoom()
    for (const _ of names(100)) seats.begin()
    for (const name of names(10)) ask(name)
    ask('awaited', true)
    await tick()
    leave.get('s0')?.()
    leave.get('s1')?.()
    await tick()
    expect(seated).toEqual([...names(8), 'awaited', 's8'])
  })

  it('are not waited for where thousands do already', async () => {
    const { seats, seated, ask, names } = newRoom()
    for (const _ of names(100)) seats.begin()
    for (const name of names(5010)) ask(name)
    await tick()
    expect(seated).toEqual([...names(8), 's5008', 's5009'])
  })

  it('are no way around for thousands that are hurried: those go as others end', async () => {
    const { seats, seated, leave, hurry, ask, names } = newRoom()
    for (const _ of names(250)) seats.begin()
    for (const name of names(30)) ask(name)
    await tick()
    for (const end of hurry.values()) end()
    await tick()
    expect(seated).toEqual(names(14))
    leave.get('s8')?.()
    await tick()
    expect(seated).toEqual(names(15))
  })
})
