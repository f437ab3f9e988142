import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from '@jest/globals'
import { type CertificateAuthority, newCertificate, newCertificateAuthority } from '../src/testing/certificates.ts'
import type { AnyObject } from './cluster-view.ts'
import { noteSecret } from './secrecy/canaries.ts'

const AUTHORITY = newCertificateAuthority('interpreters of lamps')

/** A server of users that knows the kind Lamp: `spec.bulbs` are its replicas, `status.lit` is how many of them shine. */
export interface InterpreterServer {
  /** Takes questions, and never answers. */
  isSilent: boolean
  /** @param authority whom the operator is told to trust; default: who signed the server's certificate */
  configuration(options?: { readonly timeoutSeconds?: number; readonly authority?: CertificateAuthority }): object
}

/** Runs from before the first test of a suite to after its last one. */
export function useInterpreterServer(): InterpreterServer {
  const { cert, key } = newCertificate({ name: 'lamps', issuer: AUTHORITY })
  noteSecret('the key of a server of interpreters', key)
  noteSecret('the key of its CA', AUTHORITY.key)
  const https = createServer({ cert, key }, async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    if (server.isSilent) return
    const { request }: AnyObject = JSON.parse(Buffer.concat(parts).toString())
    const response = { uid: request.uid, successful: true, ...ANSWERS[request.operation]?.(request) }
    outgoing.end(JSON.stringify({ response }))
  })
  beforeAll(() => new Promise<void>(resolve => https.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    https.closeAllConnections()
    https.close()
  })
  const server: InterpreterServer = {
    isSilent: false,
    configuration: ({ timeoutSeconds = 10, authority = AUTHORITY } = {}) => {
      const { port } = https.address() as AddressInfo
      const caBundle = Buffer.from(authority.cert).toString('base64')
      return {
        apiVersion: 'config.karmada.io/v1alpha1',
        kind: 'ResourceInterpreterWebhookConfiguration',
        metadata: { name: 'lamps' },
        webhooks: [
          {
            name: 'lamps.example.com',
            clientConfig: { url: `https://127.0.0.1:${port}/interpret`, caBundle },
            interpreterContextVersions: ['v1alpha1'],
            timeoutSeconds,
            rules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], kinds: ['Lamp'], operations: OPERATIONS }],
          },
        ],
      }
    },
  }
  return server
}

const ANSWERS: Readonly<Record<string, (request: AnyObject) => object>> = {
  InterpretReplica: ({ object }) => ({
    replicas: object.spec.bulbs,
    replicaRequirements: { resourceRequest: { cpu: '10m' } },
  }),
  ReviseReplica: ({ replicas }) => patch({ op: 'replace', path: '/spec/bulbs', value: replicas }),
  InterpretStatus: ({ object }) => ({ rawStatus: { lit: object.status?.lit ?? 0 } }),
  InterpretHealth: ({ object }) => ({ healthy: object.status?.lit === object.spec.bulbs }),
  AggregateStatus: ({ aggregatedStatus }) => {
    const lit = aggregatedStatus.reduce((sum: number, { status }: AnyObject) => sum + (status?.lit ?? 0), 0)
    return patch({ op: 'add', path: '/status', value: { lit } })
  },
}
const OPERATIONS = Object.keys(ANSWERS)

function patch(operation: object): object {
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify([operation])).toString('base64') }
}
