import { describe, expect, it } from '@jest/globals'
import { decodeResponse, statusError } from './decode-response.ts'
import {
  isAlreadyExists,
  isConflict,
  isExpired,
  isNotFound,
  isServerFailure,
  isTooManyRequests,
  isTransportError,
  TransportError,
} from './status-error.ts'

interface Answer {
  readonly code: number
  readonly body: string
  readonly type?: string
  readonly retryAfter?: string
}

function failure({ code, body, type = 'application/json', retryAfter }: Answer): unknown {
  const response = {
    statusCode: code,
    contentType: type,
    retryAfter,
    etag: undefined,
    date: undefined,
    body: Buffer.from(body),
  }
  try {
    return decodeResponse(response, 'm')
  } catch (error) {
    return error
  }
}

const status = (code: number, reason: string, more = {}): string =>
  JSON.stringify({ kind: 'Status', code, reason, message: 'words', ...more })

describe('decodeResponse', () => {
  it.each([
    { name: 'NotFound', answer: { code: 404, body: status(404, 'NotFound') }, is: isNotFound },
    { name: 'Conflict', answer: { code: 409, body: status(409, 'Conflict') }, is: isConflict },
    { name: 'AlreadyExists', answer: { code: 409, body: status(409, 'AlreadyExists') }, is: isAlreadyExists },
    { name: 'Expired', answer: { code: 410, body: status(410, 'Expired') }, is: isExpired },
    { name: 'a 429 in plain text', answer: { code: 429, body: 'Too many', type: 'text/plain' }, is: isTooManyRequests },
    {
      name: 'the web page of an overloaded proxy',
      answer: { code: 503, body: '<html>', type: 'text/html' },
      is: isServerFailure,
    },
    { name: 'a Status that is a list', answer: { code: 500, body: '[]' }, is: isServerFailure },
    {
      name: 'a Status of wrong types',
      answer: { code: 404, body: status(404, 'x', { reason: {}, message: 1, details: 2 }) },
      is: isNotFound,
    },
    { name: 'a cut-off Status', answer: { code: 404, body: '{"kind":' }, is: isNotFound },
  ])('tells $name', ({ answer, is }) => expect(is(failure(answer))).toBe(true))

  it.each([
    { name: 'a Status', answer: { code: 500, body: status(500, 'x', { message: 'a\u001b[2Jb\r\nc\u0000' }) } },
    { name: 'a text', answer: { code: 500, body: 'a\u001b[2Jb\r\nc\u0000', type: 'text/plain' } },
  ])('leaves out of the words of $name what would move a cursor', ({ answer }) =>
    expect(failure(answer)).toMatchObject({ message: expect.stringMatching(/a\\u001b\[2Jb\\r\\nc\\u0000$/) }),
  )

  it('does not call AlreadyExists a conflict', () => {
    expect(isConflict(failure({ code: 409, body: status(409, 'AlreadyExists') }))).toBe(false)
  })

  it.each([
    { name: 'a web page', answer: { code: 200, body: '<html>', type: 'text/html' } },
    { name: 'a web page that says 404', answer: { code: 404, body: '<html>', type: 'text/html' } },
    { name: 'nothing', answer: { code: 200, body: '' } },
  ])('says of $name that it is no apiserver', ({ answer }) => {
    expect(failure(answer)).toMatchObject({ kind: 'not-kubernetes' })
    expect(isTransportError(failure(answer))).toBe(true)
  })

  it.each([
    { name: 'the header', answer: { code: 429, body: '', retryAfter: '3' }, want: 3000 },
    {
      name: 'the details of the Status',
      answer: { code: 429, body: status(429, 'x', { details: { retryAfterSeconds: 2 } }) },
      want: 2000,
    },
    {
      name: 'nothing when the header is no number',
      answer: { code: 429, body: '', retryAfter: 'soon' },
      want: undefined,
    },
  ])('takes the time to wait from $name', ({ answer, want }) => {
    expect(failure(answer)).toMatchObject({ retryAfterMs: want })
  })

  it('cuts long words of a stranger short', () => {
    const error = failure({ code: 500, body: 'x'.repeat(100_000), type: 'text/plain' })
    expect(error instanceof Error && error.message.length).toBeLessThan(1200)
  })
})

describe('statusError', () => {
  it('takes code and reason from the answer when the Status has none', () => {
    expect(statusError({}, { statusCode: 403, retryAfter: undefined })).toMatchObject({
      code: 403,
      reason: 'Forbidden',
    })
  })
})

describe('TransportError', () => {
  it('is sent again only when it says so', () => expect(new TransportError('reset', 'm').unprocessed).toBe(false))
})
