import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ControlPlane } from './control-plane.ts'
import type { Fleet } from './fleet.ts'
import { openLocalFleet, startLocalFleet } from './local-fleet.ts'
import { silent } from './progress.ts'
import { START_TIMEOUT_MS } from './start-apiserver.ts'
import { waitFor } from './wait.ts'

jest.setTimeout(START_TIMEOUT_MS)

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
`

/** More than one look of a minute: controllers that have just started may be slow on a busy machine. */
const rolledOut = (cluster: ControlPlane, name: string): Promise<string> =>
  waitFor(() => cluster.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=55s']), {
    until: `${name} runs in ${cluster.name}`,
    timeoutMs: 180_000,
  })

describe('an ordinary host with one member', () => {
  let fleet: Fleet

  beforeAll(async () => {
    const nodes = { count: 1, pods: 500, labels: { zone: 'a' } }
    fleet = await startLocalFleet({ host: 'ordinary', members: ['east'], nodes, reporter: silent })
  })

  afterAll(() => fleet.stop())

  it('really runs a Deployment on both', async () => {
    for (const cluster of [fleet.host, fleet.member('east')]) {
      await cluster.kubectl(['apply', '-f', '-'], deployment)
      await rolledOut(cluster, 'web')
    }
  })

  it('has nodes of the size that was asked for', async () => {
    const nodes = await fleet.host.kubectl([
      'get',
      'nodes',
      '-l',
      'zone=a',
      '-o',
      'jsonpath={.items[*].status.capacity.pods}',
    ])
    expect(nodes).toBe('500')
    expect(await fleet.host.addNodes({ count: 2, cpu: '4' })).toEqual(['node-2', 'node-3'])
  })

  it('keeps clusters apart', async () => {
    expect(fleet.host.endpoint.url).not.toBe(fleet.member('east').endpoint.url)
    const path = '/api/v1/namespaces/default/configmaps'
    await fleet.host.request(path, { method: 'POST', body: { metadata: { name: 'only-here' } } })
    await expect(fleet.member('east').request(`${path}/only-here`)).rejects.toThrow('404')
  })

  it('pauses one component alone', async () => {
    const east = fleet.member('east')
    await east.pause('scheduler')
    await east.kubectl(['create', 'deployment', 'late', '--image=late'])
    await new Promise(resolve => setTimeout(resolve, 2_000))
    const running = ['get', 'deployment', 'late', '-o', 'jsonpath={.status.readyReplicas}']
    expect(await east.kubectl(running)).toBe('')
    await east.resume('scheduler')
    await rolledOut(east, 'late')
  })
})

describe('a detached fleet', () => {
  it(
    'is found again by another process, and ends for good',
    async () => {
      const root = mkdtempSync(join(tmpdir(), 'detached-'))
      const stateDir = join(root, 'fleet')
      const module = join(import.meta.dirname, 'local-fleet.ts')
      const script = `import { startLocalFleet } from ${JSON.stringify(module)}
      const members = [{ name: 'bare', components: ['apiserver'] }]
      const host = { kind: 'dedicated', components: ['apiserver'] }
      await startLocalFleet({ host, members, detached: { stateDir: ${JSON.stringify(stateDir)} } })`
      const started = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
      expect({ status: started.status, stderr: started.status === 0 ? '' : started.stderr }).toEqual({
        status: 0,
        stderr: '',
      })
      const fleet = await openLocalFleet({ detached: { stateDir }, reporter: silent })
      expect([fleet?.host.isRunning(), fleet?.member('bare').isRunning()]).toEqual([true, true])
      expect(await fleet?.host.request('/version')).toBeDefined()
      await fleet?.stop()
      expect([existsSync(stateDir), fleet?.host.isRunning()]).toEqual([false, false])
      rmSync(root, { recursive: true, force: true })
    },
    START_TIMEOUT_MS,
  )
})
