import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { ResourceInterpreterWebhookConfiguration } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { newCertificate, newCertificateAuthority } from '../../testing/certificates.ts'
import { newInterpreter } from '../interpreter.ts'
import { newWebhookLayer } from './webhook-layer.ts'

/** A real server, whose answer each test says. */
let server: Server
let answer: (request: Record<string, unknown>) => unknown
let statusCode = 200
let asked: Record<string, unknown>[] = []
const authority = newCertificateAuthority('interpreters')

beforeAll(async () => {
  const { cert, key } = newCertificate({ name: 'webhook', issuer: authority })
  server = createServer({ cert, key }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const { request: question } = JSON.parse(Buffer.concat(parts).toString())
      asked.push(question)
      const reply = answer(question)
      if (reply === undefined) return
      response.statusCode = statusCode
      response.end(typeof reply === 'string' ? reply : JSON.stringify(reply))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  statusCode = 200
  asked = []
})

const ok = (uid: unknown, more: object): object => ({ response: { uid, successful: true, ...more } })

function configuration(
  name: string,
  operations: readonly string[],
  more: { readonly timeoutSeconds?: number; readonly ca?: string; readonly kinds?: readonly string[] } = {},
): ResourceInterpreterWebhookConfiguration {
  const { port } = server.address() as AddressInfo
  const { timeoutSeconds, ca = authority.cert, kinds = ['Shop'] } = more
  const clientConfig = { url: `https://127.0.0.1:${port}/interpret`, caBundle: Buffer.from(ca).toString('base64') }
  const rules = [{ apiGroups: ['example.com'], apiVersions: ['v1'], kinds, operations }]
  const webhook = { name: 'shops.example.com', clientConfig, interpreterContextVersions: ['v1alpha1'], rules }
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterWebhookConfiguration',
    metadata: { name },
    webhooks: [{ ...webhook, ...(timeoutSeconds !== undefined && { timeoutSeconds }) }],
  }
}

function interpreterOf(...configurations: readonly ResourceInterpreterWebhookConfiguration[]) {
  let uid = 0
  const layer = newWebhookLayer(() => `uid-${++uid}`)
  layer.replace(configurations)
  return newInterpreter([layer])
}

const shop: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Shop',
  metadata: { name: 'web', namespace: 'default' },
  spec: { size: 3 },
  status: { ready: 2 },
}
const all = () => interpreterOf(configuration('all', ['*']))
const patch = (...operations: readonly object[]) => ({
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})

describe('operations', () => {
  it('InterpretReplica', async () => {
    answer = ({ uid }) => ok(uid, { replicas: 3, replicaRequirements: { resourceRequest: { cpu: '1' } } })
    expect(await all().getReplicas(shop)).toEqual({ replicas: 3, requirements: { resourceRequest: { cpu: '1' } } })
    expect(asked).toEqual([
      {
        uid: 'uid-1',
        kind: { group: 'example.com', version: 'v1', kind: 'Shop' },
        name: 'web',
        namespace: 'default',
        operation: 'InterpretReplica',
        object: shop,
        replicas: 0,
      },
    ])
  })

  it('InterpretComponent', async () => {
    answer = ({ uid }) => ok(uid, { components: [{ name: 'a', replicas: 2 }] })
    expect(await all().getComponents(shop)).toEqual([{ name: 'a', replicas: 2 }])
  })

  it('ReviseReplica', async () => {
    answer = ({ uid, replicas }) => ok(uid, patch({ op: 'replace', path: '/spec/size', value: replicas }))
    expect(await all().reviseReplicas(shop, 7)).toEqual({ ...shop, spec: { size: 7 } })
  })

  it('Retain, without a change', async () => {
    answer = ({ uid }) => ok(uid, {})
    expect(await all().retain(shop, { ...shop, spec: { size: 9 } })).toEqual(shop)
    expect(asked[0]).toMatchObject({ operation: 'Retain', observedObject: { spec: { size: 9 } } })
  })

  it('AggregateStatus', async () => {
    answer = ({ uid }) => ok(uid, patch({ op: 'replace', path: '/status/ready', value: 5 }))
    const items = [{ clusterName: 'member1', status: { ready: 5 } }]
    expect(await all().aggregateStatus(shop, items)).toEqual({ ...shop, status: { ready: 5 } })
    expect(asked[0]).toMatchObject({ aggregatedStatus: items })
  })

  it('InterpretStatus', async () => {
    answer = ({ uid }) => ok(uid, { rawStatus: { ready: 2 } })
    expect(await all().reflectStatus(shop)).toEqual({ ready: 2 })
  })

  it('InterpretHealth', async () => {
    answer = ({ uid }) => ok(uid, { healthy: false })
    expect(await all().interpretHealth(shop)).toBe('Unhealthy')
  })

  it('InterpretDependency', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'keys' }
    answer = ({ uid }) => ok(uid, { dependencies: [secret] })
    expect(await all().getDependencies(shop)).toEqual([secret])
  })
})

describe('who is asked', () => {
  it('nobody, for kinds and operations that no rule names', () => {
    const interpreter = interpreterOf(configuration('a', ['InterpretHealth']))
    const gvk = { group: 'example.com', version: 'v1', kind: 'Shop' }
    expect(interpreter.has(gvk, 'isHealthy')).toBe(true)
    expect(interpreter.has(gvk, 'getReplicas')).toBe(false)
    expect(interpreter.has({ ...gvk, version: 'v2' }, 'isHealthy')).toBe(false)
    expect(interpreter.has({ ...gvk, kind: 'Other' }, 'isHealthy')).toBe(false)
  })

  it('the first by name', async () => {
    answer = ({ uid }) => ok(uid, {})
    const late = interpreterOf(configuration('b', ['*'], { ca: 'none' }), configuration('a', ['InterpretHealth']))
    await expect(late.interpretHealth(shop)).rejects.toThrow('a/shops.example.com, InterpretHealth')
  })
})

describe('what goes wrong', () => {
  it.each([
    ['another uid', () => ok('other', { healthy: true }), 'its response is to another request'],
    ['no response', () => ({}), 'its answer has no response'],
    ['no JSON', () => 'hello', 'its answer is no JSON'],
    ['nothing that is needed', ({ uid }: { uid?: unknown }) => ok(uid, {}), 'its response has no healthy'],
    [
      'a failure',
      ({ uid }: { uid?: unknown }) => ({
        response: { uid, successful: false, status: { code: 422, message: 'no idea' } },
      }),
      'status code: 422, msg: no idea',
    ],
    [
      'a failure without a reason',
      ({ uid }: { uid?: unknown }) => ({ response: { uid, successful: false } }),
      'it failed, and its response has no status',
    ],
  ])('%s', async (_, reply, problem) => {
    answer = reply
    await expect(all().interpretHealth(shop)).rejects.toMatchObject({
      code: 'WebhookFailed',
      retry: 'backoff',
      message: expect.stringContaining(problem),
    })
  })

  it.each([
    [{ patch: 'x' }, 'one of patch and patchType'],
    [{ patch: 'x', patchType: 'Merge' }, 'a patch of type Merge'],
    [{ patch: 'x', patchType: 'JSONPatch' }, 'no JSON in base64'],
    [patch({ op: 'move', path: '/a' }), 'operation 0 of its patch is none of add, remove and replace'],
    [patch({ op: 'replace', path: '/spec/none/x', value: 1 }), 'its patch does not fit: replace /spec/none/x'],
    [patch({ op: 'replace', path: '/metadata/name', value: 'other' }), 'must return the object that it was given'],
  ])('a patch: %j', async (more, problem) => {
    answer = ({ uid }) => ok(uid, more)
    await expect(all().reviseReplicas(shop, 1)).rejects.toThrow(problem)
  })

  it('a status that is not 200', async () => {
    statusCode = 500
    answer = () => 'oops'
    await expect(all().interpretHealth(shop)).rejects.toThrow('it answers with status 500')
  })

  it('no answer', async () => {
    answer = () => undefined
    const interpreter = interpreterOf(configuration('slow', ['*'], { timeoutSeconds: 1 }))
    await expect(interpreter.interpretHealth(shop)).rejects.toThrow('no answer within 1000 ms')
  })

  it('a certificate that nobody vouches for', async () => {
    answer = ({ uid }) => ok(uid, { healthy: true })
    const other = newCertificateAuthority('others').cert
    const interpreter = interpreterOf(configuration('foreign', ['*'], { ca: other }))
    await expect(interpreter.interpretHealth(shop)).rejects.toThrow(/certificate/)
    expect(asked).toEqual([])
  })

  it('an answer that is too large', async () => {
    answer = () => 'x'.repeat(5 * 2 ** 20)
    await expect(all().interpretHealth(shop)).rejects.toThrow('its answer is larger than 4194304 bytes')
  })
})

it('asks and answers with integers beyond 2^53, digit by digit', async () => {
  answer = ({ uid }) => {
    const text = '[{"op":"add","path":"/spec/most","value":9223372036854775807}]'
    return ok(uid, { patchType: 'JSONPatch', patch: Buffer.from(text).toString('base64') })
  }
  const big = { ...shop, spec: { least: JSON.rawJSON('9007199254740993') } }
  const revised = await all().reviseReplicas(big, 1)
  expect(JSON.stringify(revised['spec'])).toBe('{"least":9007199254740993,"most":9223372036854775807}')
  answer = ({ uid }) => `{"response":{"uid":"${uid}","successful":true,"rawStatus":{"last":9007199254740993}}}`
  expect(JSON.stringify(await all().reflectStatus(big))).toBe('{"last":9007199254740993}')
})

describe('connections', () => {
  it('stay open for the next question', async () => {
    answer = ({ uid }) => ok(uid, { healthy: true })
    await all().interpretHealth(shop)
    let made = 0
    const count = (): void => {
      made += 1
    }
    server.on('secureConnection', count)
    for (let calls = 0; calls < 5; calls++) await all().interpretHealth(shop)
    server.off('secureConnection', count)
    expect(made).toBe(0)
  })

  it('are made anew when the server has closed them', async () => {
    answer = ({ uid }) => ok(uid, { healthy: true })
    for (let calls = 0; calls < 5; calls++) {
      expect(await all().interpretHealth(shop)).toBe('Healthy')
      server.closeAllConnections()
    }
  })
})

it('tells of the kinds whose server is another by now, and of no others', () => {
  const layer = newWebhookLayer(() => 'uid')
  const told: string[][] = []
  newInterpreter([layer]).onChange(concerns => {
    told.push(['Shop', 'Farm'].filter(kind => concerns({ group: 'example.com', version: 'v1', kind })))
  })
  const shops = configuration('a', ['InterpretHealth'])
  const all = configuration('b', ['*'], { kinds: ['*'] })
  layer.replace([shops])
  layer.replace([shops])
  layer.replace([shops, all])
  layer.replace([configuration('a', ['InterpretHealth'], { timeoutSeconds: 3 }), all])
  layer.replace([])
  expect(told).toEqual([['Shop'], ['Shop', 'Farm'], ['Shop'], ['Shop', 'Farm']])
})
