import { describe, expect, it } from '@jest/globals'
import { compareTold, toldEvent } from './read-events.ts'

const SECOND = '2026-01-01T00:00:05Z'
const NANOS = 0x18aabbccddee0000

function told(message: string, name: string, lastTimestamp = SECOND): ReturnType<typeof toldEvent> {
  return toldEvent({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    message,
    lastTimestamp,
  })
}

const inOrder = (...events: readonly ReturnType<typeof toldEvent>[]): readonly string[] =>
  events.toSorted(compareTold).map(({ message }) => message)

describe('the order of events', () => {
  const suffix = (nanos: number): string => nanos.toString(16)

  it('is that of when they were told last', () => {
    const late = told('late', `a.${suffix(NANOS)}`, '2026-01-01T00:00:06Z')
    expect(inOrder(late, told('early', `a.${suffix(NANOS + 4096)}`))).toEqual(['early', 'late'])
  })

  it('within one second is that of when they were told first, whatever their objects are called', () => {
    const second = told('second', `a.${suffix(NANOS + 1_000_000)}`)
    const first = told('first', `b.${suffix(NANOS)}`)
    expect(inOrder(second, first)).toEqual(['first', 'second'])
    expect(inOrder(first, second)).toEqual(['first', 'second'])
  })

  it.each(['nginx', 'nginx.v2', 'nginx.18aabbccddee001g', 'nginx.18AABBCCDDEE0011', '18aabbccddee0011'])(
    'takes no time from the name %s',
    name => {
      expect(told('', name).firstNanos).toBeUndefined()
    },
  )
})
