import { describe, expect, it } from '@jest/globals'
import { mayResend, retryDelayMs } from './retry.ts'
import { StatusError, TransportError } from './status-error.ts'

const reset = new TransportError('reset', 'm')
const refusedStream = new TransportError('reset', 'm', { unprocessed: true })

describe('mayResend', () => {
  it.each([
    { name: 'a read after a broken connection', error: reset, method: 'GET', resent: 0, want: true },
    { name: 'a read once only', error: reset, method: 'GET', resent: 1, want: false },
    { name: 'no write that the server may have done', error: reset, method: 'POST', resent: 0, want: false },
    { name: 'a write that the server did not see', error: refusedStream, method: 'PATCH', resent: 0, want: true },
    { name: 'nothing without end', error: refusedStream, method: 'GET', resent: 3, want: false },
    {
      name: 'nothing after a timeout',
      error: new TransportError('timeout', 'm'),
      method: 'GET',
      resent: 0,
      want: false,
    },
    {
      name: 'nothing to a closed door',
      error: new TransportError('refused', 'm', { unprocessed: true }),
      method: 'GET',
      resent: 0,
      want: false,
    },
    {
      name: 'nothing after an answer',
      error: new StatusError({ code: 500, reason: '', message: '' }),
      method: 'GET',
      resent: 0,
      want: false,
    },
  ] as const)('sends again $name', ({ error, method, resent, want }) => {
    expect(mayResend(error, { method, resent })).toBe(want)
  })
})

describe('retryDelayMs', () => {
  it.each([
    { name: '429 with seconds', head: { statusCode: 429, retryAfter: '1' }, want: 1000 },
    { name: '503 with seconds', head: { statusCode: 503, retryAfter: '2' }, want: 2000 },
    { name: '429 that asks for nothing', head: { statusCode: 429, retryAfter: undefined }, want: undefined },
    { name: '500 with seconds: it may have acted', head: { statusCode: 500, retryAfter: '1' }, want: undefined },
    { name: 'a date', head: { statusCode: 429, retryAfter: 'Fri, 31 Dec 1999 23:59:59 GMT' }, want: undefined },
    { name: 'a negative number', head: { statusCode: 429, retryAfter: '-1' }, want: undefined },
    { name: 'an hour', head: { statusCode: 429, retryAfter: '3600' }, want: undefined },
  ])('waits after $name: $want', ({ head, want }) => expect(retryDelayMs(head)).toBe(want))
})
