import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { valueAt } from '../../src/object/field.ts'
import { isRunning, type ProcessIdentity } from './process-identity.ts'
import { subtractRequestCounts, totalRequests } from './request-counts.ts'
import { call } from './rest.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from './start-apiserver.ts'
import { waitFor } from './wait.ts'

jest.setTimeout(START_TIMEOUT_MS)

let server: Apiserver

beforeAll(async () => {
  server = await startApiserver()
})

afterAll(() => server.stop())

const namespaces = '/api/v1/namespaces'

describe('an apiserver', () => {
  it('reports its version and is trusted by its own CA', async () => {
    expect(await server.cluster.request('/version')).toMatchObject({
      gitVersion: expect.stringMatching(/^v1\.\d+\.\d+$/),
    })
    const stranger = { ...server.cluster.endpoint, ca: '' }
    await expect(call({ ...stranger, url: stranger.url }, '/version')).rejects.toThrow(/certificate/)
  })

  it('takes Pods although there are no ServiceAccounts', async () => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const created = await server.cluster.request(`${namespaces}/default/pods`, { method: 'POST', body: pod })
    expect(created).toMatchObject({ metadata: { name: 'p' } })
  })

  it('counts requests by verb and resource', async () => {
    const before = await server.cluster.requestCounts()
    // Not of ConfigMaps: an apiserver makes some for itself when it has started.
    for (const name of ['a', 'b', 'c']) {
      await server.cluster.request(`${namespaces}/default/secrets`, { method: 'POST', body: { metadata: { name } } })
    }
    const added = subtractRequestCounts(await server.cluster.requestCounts(), before)
    expect(totalRequests(added, { verb: 'POST', resource: 'secrets', code: '201' })).toBe(3)
  })

  it('reads what is sent along with a DELETE', async () => {
    const path = `${namespaces}/default/configmaps/kept`
    const created = await server.cluster.request(`${namespaces}/default/configmaps`, {
      method: 'POST',
      body: { metadata: { name: 'kept' } },
    })
    const remove = (uid: unknown) =>
      server.cluster.request(path, { method: 'DELETE', body: { preconditions: { uid } } })
    await expect(remove('another')).rejects.toMatchObject({ statusCode: 409 })
    await expect(remove(valueAt(created, 'metadata', 'uid'))).resolves.toMatchObject({ status: 'Success' })
  })

  it('gives a ServiceAccount a kubeconfig with its own rights', async () => {
    await server.cluster.kubectl(['create', 'clusterrole', 'reader', '--verb=list', '--resource=configmaps'])
    const identity = { namespace: 'team', serviceAccount: 'reader', clusterRole: 'reader' }
    const reader = await server.cluster.kubeconfigFor(identity)
    // Rights that were just given take a moment to hold.
    const list = (): Promise<string> => call(reader, `${namespaces}/team/configmaps`)
    expect(await waitFor(list, { until: 'the reader may list', timeoutMs: 30_000 })).toContain('ConfigMapList')
    await expect(call(reader, `${namespaces}/team/secrets`)).rejects.toThrow('system:serviceaccount:team:reader')
    expect(await server.cluster.kubectl(['--kubeconfig', reader.path, 'auth', 'whoami'])).toContain('reader')
  })

  it('is silent while paused and answers after', async () => {
    await server.cluster.pause()
    await expect(call(server.cluster.endpoint, '/readyz', { timeoutMs: 1_000 })).rejects.toThrow()
    await server.cluster.resume()
    expect(await call(server.cluster.endpoint, '/version')).toContain('gitVersion')
  })

  it(
    'keeps address, certificate and data over a kill and a restart',
    async () => {
      const { url, ca } = server.cluster.endpoint
      await server.cluster.kill('apiserver')
      expect(server.cluster.isRunning()).toBe(false)
      await expect(call({ url, ca, token: 'any' }, '/readyz')).rejects.toThrow('ECONNREFUSED')
      await server.cluster.start()
      expect(server.cluster.endpoint).toMatchObject({ url, ca })
      expect(await server.cluster.request(`${namespaces}/default/secrets/a`)).toMatchObject({
        metadata: { name: 'a' },
      })
    },
    START_TIMEOUT_MS,
  )

  it(
    'forgets old resource versions after a compaction and a restart',
    async () => {
      const list = (await server.cluster.request(`${namespaces}/default/configmaps`)) as {
        metadata: { resourceVersion: string }
      }
      await server.cluster.request(`${namespaces}/default/configmaps`, {
        method: 'POST',
        body: { metadata: { name: 'd' } },
      })
      await server.cluster.kill()
      await server.etcd.compact()
      await server.cluster.start()
      const watch = `?watch=true&timeoutSeconds=1&resourceVersion=${list.metadata.resourceVersion}`
      // A cache that is not filled yet refuses for another reason.
      const expired = async (): Promise<true | undefined> => {
        const said = await call(server.cluster.endpoint, `${namespaces}/default/configmaps${watch}`).catch(String)
        return /410|Expired/.test(said) || undefined
      }
      await waitFor(expired, { until: 'the version has expired', timeoutMs: 60_000 })
    },
    START_TIMEOUT_MS,
  )
})

describe('a parent that is killed', () => {
  it(
    'leaves nothing behind',
    async () => {
      const module = join(import.meta.dirname, 'start-apiserver.ts')
      const script = `import { startApiserver } from ${JSON.stringify(module)}
      const { cluster, etcd } = await startApiserver()
      console.log(JSON.stringify({ identity: etcd.process.identity, log: cluster.logFile('apiserver') }))
      setInterval(() => undefined, 1000)`
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const line = await new Promise<string>(resolve =>
        parent.stdout.once('data', (data: Buffer) => resolve(data.toString())),
      )
      const started = JSON.parse(line) as { readonly identity: ProcessIdentity; readonly log: string }
      const directory = dirname(dirname(started.log))
      expect([isRunning(started.identity), existsSync(directory)]).toEqual([true, true])
      parent.kill('SIGKILL')
      const gone = async (): Promise<true | undefined> =>
        !(isRunning(started.identity) || existsSync(directory)) || undefined
      await waitFor(gone, { until: 'nothing left', timeoutMs: 30_000 })
    },
    START_TIMEOUT_MS,
  )
})
