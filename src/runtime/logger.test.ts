import { Writable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { StatusError } from '../kube/status-error.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { type LoggerOptions, newLogger } from './logger.ts'
import { ReconcileError } from './reconcile-error.ts'

function newSink(options: Partial<LoggerOptions> = {}) {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const log = newLogger({ format: 'json', level: 'info', stream, clock: newFakeClock(), ...options })
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
  }
}

const conflict = new StatusError({ code: 409, reason: 'Conflict', message: 'changed' })
const failure = new ReconcileError('MemberUnreachable', 'cluster m1', { retry: 'backoff', cause: conflict })

describe('JSON', () => {
  it('is one object a line, with the fields of all loggers in between', () => {
    const { log, lines } = newSink()
    log.with({ controller: 'binding' }).with({ cluster: 'm1' }).info('hello', { key: 'ns/x' })
    expect(lines()).toEqual([
      {
        time: '2026-01-01T00:00:00.000Z',
        level: 'info',
        message: 'hello',
        controller: 'binding',
        cluster: 'm1',
        key: 'ns/x',
      },
    ])
  })

  it('leaves out what is below the level', () => {
    const { log, text } = newSink({ level: 'warn' })
    log.info('no')
    log.debug('no')
    expect(text()).toBe('')
  })

  it('tells message, code and causes of an error, and nothing else that it carries', () => {
    const { log, text, lines } = newSink()
    log.warn('failed', { error: Object.assign(failure, { request: { headers: { authorization: 'Bearer secret' } } }) })
    expect(lines()[0].error).toEqual({
      message: 'cluster m1',
      code: 'MemberUnreachable',
      causes: ['409 Conflict: changed'],
    })
    expect(text()).not.toContain('secret')
  })

  it('adds the stack where the level is error', () => {
    const { log, lines } = newSink()
    log.error('bug', { error: new TypeError('x is undefined') })
    expect(lines()[0].error.stack).toContain('logger.test')
  })

  it('keeps its own names when a field has the same', () => {
    const { log, lines } = newSink()
    log.info('real', { message: 'field', level: 1 })
    expect(lines()[0]).toMatchObject({ message: 'real', level: 'info', message_: 'field', level_: 1 })
  })

  it('is the same JSON without what acts on a terminal', () => {
    const { log, text, lines } = newSink()
    log.info('a\u009b\u202eb')
    expect(text()).toContain('a\\u009b\\u202eb')
    expect(lines()[0].message).toBe('a\u009b\u202eb')
  })

  it('survives values that JSON cannot hold', () => {
    const { log, lines, text } = newSink()
    log.info('big', { number: 12345678901234567890n })
    expect(lines()[0].number).toBe('12345678901234567890')
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    log.info('circle', { circular })
    expect(text()).toContain('Circular')
  })
})

describe('text', () => {
  it('is one readable line', () => {
    const { log, text } = newSink({ format: 'text' })
    log
      .with({ controller: 'binding' })
      .warn('reconcile failed', { key: 'ns/x', attempt: 2, why: 'two words', error: failure })
    expect(text()).toBe(
      '00:00:00.000 WARN  reconcile failed controller=binding key=ns/x attempt=2 why="two words" ' +
        'error="MemberUnreachable: cluster m1; because 409 Conflict: changed"\n',
    )
  })

  it('does nothing to a terminal but colour it, whatever it quotes', () => {
    const { log, text } = newSink({ format: 'text' })
    log.with({ key: '\u001b[2J' }).warn('a\r\nb', { why: 'x \u009b \u202e', error: new Error('\u2028\u0007') })
    expect(text()).toBe('00:00:00.000 WARN  a\\r\\nb key=\\u001b[2J why="x \\u009b \\u202e" error="\\u2028\\u0007"\n')
  })

  it('has colours only where wanted', () => {
    const { log, text } = newSink({ format: 'text', colour: true })
    log.info('hello', { a: 1 })
    expect(text()).toContain('\u001b[36mINFO \u001b[0m hello')
  })
})
