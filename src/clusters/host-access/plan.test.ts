import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../../object/kube-object.ts'
import { readHostAccess } from './plan.ts'

const encoded = (text: string): string => Buffer.from(text).toString('base64')
const NOW = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

const secret = (data: Readonly<Record<string, string>>, annotations = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'flotilla-host', namespace: 'flotilla-system', resourceVersion: '7', annotations },
  data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, encoded(text)])),
})

const RENEWED = {
  'flotilla.dev/token-service-account': 'karmada-cluster/flotilla-agent-m1',
  'flotilla.dev/token-lifetime': '604800',
  'flotilla.dev/token-expires': '2026-01-08T00:00:00Z',
}

describe("the agent's Secret", () => {
  it('tells address, CA and token of the host, and how the token is renewed', () => {
    const { connection, lease } = readHostAccess(
      secret({ server: 'https://host:6443', caBundle: 'PEM', token: 'abc' }, RENEWED),
    )
    expect(connection).toMatchObject({
      config: { name: 'host', server: 'https://host:6443', caPem: 'PEM' },
      token: 'abc',
    })
    expect(lease).toEqual({
      serviceAccount: { namespace: 'karmada-cluster', name: 'flotilla-agent-m1' },
      lifetimeMs: 7 * DAY_MS,
      expiresMs: NOW + 7 * DAY_MS,
    })
  })

  it('may hold credentials that somebody else renews', () => {
    expect(readHostAccess(secret({ server: 'https://host:6443', token: 'abc' })).lease).toBeUndefined()
  })

  it.each([
    { name: 'no address', data: { token: 'abc' }, says: /neither a key 'kubeconfig' nor a key 'server'/ },
    { name: 'no token', data: { server: 'https://host:6443' }, says: /neither a key 'kubeconfig' nor a key 'token'/ },
    { name: 'an address in the clear', data: { server: 'http://host', token: 'abc' }, says: /not encrypted/ },
  ])('that holds $name cannot be used', ({ data, says }) =>
    expect(() => readHostAccess(secret({ ...data }))).toThrow(says),
  )
})
