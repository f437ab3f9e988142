import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals'
import { CallError, callJson } from '../controlplane/rest.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../controlplane/start-apiserver.ts'
import { waitFor } from '../controlplane/wait.ts'
import { type Credentials, newCredentials } from './credentials.ts'

jest.setTimeout(START_TIMEOUT_MS)

let server: Apiserver
let credentials: Credentials
let tokens: string[]

beforeAll(async () => {
  server = await startApiserver()
})

afterAll(() => server.stop())

beforeEach(() => {
  credentials = newCredentials(server.cluster)
  tokens = []
})

const use = async (token: string): Promise<void> => {
  tokens.push(token)
}

const answerTo = async (token: string): Promise<number> => {
  try {
    await callJson({ ...server.cluster.endpoint, token }, '/api/v1/namespaces/default/configmaps')
    return 200
  } catch (error) {
    return error instanceof CallError ? error.statusCode : 0
  }
}

/** An apiserver believes a token for ten seconds that it has seen. */
const answers = (want: readonly number[]): Promise<true> => {
  const look = async (): Promise<true | undefined> => {
    const found = await Promise.all(tokens.map(answerTo))
    return found.join() === want.join() ? true : undefined
  }
  return waitFor(look, { until: `answers are ${want}`, timeoutMs: 60_000, everyMs: 500 })
}

it('the last token is good, and those before are not', async () => {
  await credentials.replace(use)
  await answers([200])
  await Promise.all([credentials.replace(use), credentials.replace(use)])
  await answers([401, 401, 200])
})

it('what nobody came to use leaves the former good, and is not good afterwards', async () => {
  await credentials.replace(use)
  const failed = credentials.replace(async token => {
    await use(token)
    throw new Error('not written')
  })
  await expect(failed).rejects.toThrow('not written')
  // Rights that were just given take a moment to hold.
  await answers([200, 200])
  await credentials.replace(use)
  await answers([401, 401, 200])
})
