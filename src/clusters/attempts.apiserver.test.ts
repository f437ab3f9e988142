import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { POD, type Resource } from '../api/kinds.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import { type CertificateAuthority, newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import { type ClusterFixture, INTERVAL_MS, startClusterFixture, untilSome } from '../testing/cluster-fixture.ts'

const TEST_TIMEOUT_MS = 180_000
const WATCHED_MS = INTERVAL_MS * 12
/** Looks in that time, since an interval may be a tenth shorter; and as many again would still be no loop. */
const MOST_LOOKS = Math.ceil(WATCHED_MS / (INTERVAL_MS * 0.9)) + 1

// A member that cannot be reached is looked at once an interval and left alone in between, whoever waits for it.
describe('a member that fails', () => {
  let fixture: ClusterFixture
  let member: Apiserver
  let authority: CertificateAuthority
  const servers: { readonly server: Server; readonly sockets: Set<Socket> }[] = []

  beforeAll(async () => {
    ;[fixture, member] = await Promise.all([startClusterFixture(), startApiserver({ name: 'member' })])
    authority = newCertificateAuthority('the CA')
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await fixture?.stop()
    for (const { server, sockets } of servers) {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    await member?.stop()
  })

  /** Counts every connection that is made. */
  async function listen(server: Server): Promise<{ readonly port: number; count(): number; drop(): void }> {
    const sockets = new Set<Socket>()
    let connections = 0
    server.on('connection', (socket: Socket) => {
      connections++
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    })
    servers.push({ server, sockets })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return {
      port: (server.address() as AddressInfo).port,
      count: () => connections,
      drop: () => {
        for (const socket of sockets) socket.destroy()
      },
    }
  }

  const good = () => newCertificate({ name: 'apiserver', issuer: authority })
  const busy = (status: number) =>
    createHttps(good(), (_, response) => response.writeHead(status, { 'retry-after': '0' }).end())

  it.each<{ name: string; server: () => Server; reason: string }>([
    { name: 'hangs-up-on-tcp', server: () => createTcp(socket => socket.destroy()), reason: 'ConnectionBroken' },
    {
      name: 'hangs-up-on-tls',
      server: () => createTls(good(), socket => socket.destroy()),
      reason: 'ConnectionBroken',
    },
    { name: 'speaks-no-tls', server: () => createHttp((_, response) => response.end()), reason: 'NotTLS' },
    {
      name: 'has-another-ca',
      server: () => createTls(newCertificate({ name: 'x', issuer: newCertificateAuthority('y') })),
      reason: 'CertificateAuthorityUnknown',
    },
    { name: 'knows-us-not', server: () => busy(401), reason: 'Unauthorized' },
    { name: 'is-not-well', server: () => busy(500), reason: 'Unhealthy' },
  ])(
    '$name: is asked once an interval',
    async ({ name, server, reason }) => {
      const { port, count } = await listen(server())
      const data = { caBundle: authority.cert, token: 'x' }
      await fixture.joinWith(name, data, { apiEndpoint: `https://127.0.0.1:${port}` })
      const told = await fixture.untilCondition(name, 'Connected', `False/${reason}`)
      const before = count()
      await sleep(systemClock, WATCHED_MS)
      const made = count() - before
      process.stderr.write(`${name}: ${made} connections in ${WATCHED_MS} ms\n`)
      expect(made).toBeLessThanOrEqual(MOST_LOOKS)
      // The same cause in the same words: after the taint nothing more was written.
      const settled = await fixture.read(name)
      expect(settled.status?.conditions).toEqual(told.status?.conditions)
      await fixture.unjoin(name)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'has been in use: its watches wait for the next look, and it is found when it is back',
    async () => {
      let isUp = true
      const { url } = member.cluster.endpoint
      const front = await listen(
        createTcp(socket => {
          if (!isUp) return void socket.destroy()
          const upstream = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
          upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy())
          socket.on('close', () => upstream.destroy())
          socket.pipe(upstream).pipe(socket)
        }),
      )
      const { ca, token } = member.cluster.endpoint
      await fixture.joinWith('was-used', { caBundle: ca, token }, { apiEndpoint: `https://127.0.0.1:${front.port}` })
      await fixture.untilReady('was-used')
      const used = await untilSome(() => fixture.operator.members.get('was-used'))
      const plurals = { ConfigMap: 'configmaps', Secret: 'secrets', Service: 'services', Endpoints: 'endpoints' }
      const informers = Object.entries(plurals).map(([kind, plural]) =>
        used.informer({ ...POD, kind, plural } satisfies Resource),
      )
      await Promise.all(informers.map(informer => informer.waitForSync()))

      isUp = false
      front.drop()
      await fixture.untilReady('was-used', 'False/ClusterNotReachable')
      const before = front.count()
      await sleep(systemClock, WATCHED_MS)
      const made = front.count() - before
      process.stderr.write(`was-used: ${made} connections in ${WATCHED_MS} ms\n`)
      expect(made).toBeLessThanOrEqual(2 * MOST_LOOKS)

      isUp = true
      await fixture.untilReady('was-used')
      expect(fixture.operator.members.get('was-used')).toBe(used)
      const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'back' } }
      const labels = { 'karmada.io/managed': 'true' }
      const [configMaps] = informers
      if (configMaps !== undefined) {
        await used.client.apply(configMaps.resource, { ...configMap, metadata: { ...configMap.metadata, labels } })
        await untilSome(() => configMaps.get({ namespace: 'default', name: 'back' }))
      }
      await fixture.unjoin('was-used')
    },
    TEST_TIMEOUT_MS,
  )
})
