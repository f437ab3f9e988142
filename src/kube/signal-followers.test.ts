import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { SignalFollowers } from './signal-followers.ts'

describe('requests that follow a signal', () => {
  const start = () => {
    const abort = new AbortController()
    const followers = new SignalFollowers()
    const ended: string[] = []
    const follow = (name: string) => followers.add(abort.signal, () => ended.push(name))
    return { abort, ended, follow }
  }

  it('end with it, those that are done aside', () => {
    const { abort, ended, follow } = start()
    follow('a')
    follow('b')()
    follow('c')
    abort.abort()
    expect(ended).toEqual(['a', 'c'])
  })

  it('end at once when it has aborted before', () => {
    const { abort, ended, follow } = start()
    abort.abort()
    follow('a')
    expect(ended).toEqual(['a'])
  })

  it('share a listener, and leave none when all are done', () => {
    const { abort, ended, follow } = start()
    const listeners = () => getEventListeners(abort.signal, 'abort').length
    const [first, second] = [follow('a'), follow('b')]
    expect(listeners()).toBe(1)
    first()
    first()
    expect(listeners()).toBe(1)
    second()
    expect(listeners()).toBe(0)
    follow('c')
    abort.abort()
    expect(ended).toEqual(['c'])
  })
})
