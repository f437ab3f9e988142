import { afterAll, beforeAll } from '@jest/globals'
import type { Client } from '../src/kube/client.ts'
import { newTestClient } from '../src/testing/apiserver-client.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from './controlplane/start-apiserver.ts'

/** Has an apiserver for all tests of a file, which ends after them. @returns a client of it, from the first test on */
export function useApiserver(): { readonly client: Client } {
  let server: Apiserver | undefined
  let client: Client | undefined
  beforeAll(async () => {
    server = await startApiserver()
    client = newTestClient(server.cluster.endpoint)
  }, START_TIMEOUT_MS)
  afterAll(async () => {
    await client?.close()
    await server?.stop()
  }, START_TIMEOUT_MS)
  return {
    get client() {
      if (client === undefined) throw new Error('the apiserver has not started: only tests may use it')
      return client
    },
  }
}
