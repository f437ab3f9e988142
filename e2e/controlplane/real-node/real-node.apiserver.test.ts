import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Fleet } from '../fleet.ts'
import { startLocalFleet } from '../local-fleet.ts'
import { silent } from '../progress.ts'
import { START_TIMEOUT_MS } from '../start-apiserver.ts'
import { waitFor } from '../wait.ts'
import { WORKLOAD_IMAGE } from './node-files.ts'
import { realNodeObstacle } from './requirements.ts'

jest.setTimeout(START_TIMEOUT_MS)

const obstacle = realNodeObstacle()
const describeReal = obstacle === undefined ? describe : describe.skip
const reason = obstacle === undefined ? '' : ` [${obstacle}]`

const pod = (name: string, nodeName: string, container: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName, containers: [{ name: 'only', image: WORKLOAD_IMAGE, ...container }] },
  })

/** What of nodes is on this machine, by the mark that each leaves: cgroups, links, and processes that have files there. */
function tracesOf(mark: string): readonly string[] {
  const found = (program: string, ...args: string[]): readonly string[] =>
    (spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '').split('\n').filter(line => line.includes(mark))
  return [
    ...found('find', '/sys/fs/cgroup', '-maxdepth', '2', '-type', 'd'),
    ...found('ip', '-oneline', 'link'),
    ...found('ps', '-e', '-o', 'args'),
    ...readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter(line => line.includes(mark)),
  ]
}

async function noTraces(mark: string): Promise<void> {
  const look = async (): Promise<true | undefined> => tracesOf(mark).length === 0 || undefined
  await waitFor(look, { until: `nothing is left of ${mark}`, timeoutMs: 30_000 })
}

describeReal(`real nodes${reason}`, () => {
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startLocalFleet({
      host: { kind: 'ordinary', realNodes: 1, nodes: { count: 1 } },
      members: [{ name: 'east', realNodes: 1, nodes: { count: 0 } }],
      reporter: silent,
    })
  })

  afterAll(() => fleet?.stop())

  it('run containers of two clusters side by side, each with its own addresses', async () => {
    const addresses = await Promise.all(
      [fleet.host, fleet.member('east')].map(async cluster => {
        await cluster.kubectl(['apply', '-f', '-'], pod('web', `${cluster.name}-1`))
        await cluster.kubectl(['wait', '--for=condition=Ready', 'pod/web', '--timeout=60s'])
        return cluster.kubectl(['get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}'])
      }),
    )
    expect(new Set(addresses).size).toBe(2)
    expect(addresses.every(address => /^10\.\d+\.\d+\.\d+$/.test(address))).toBe(true)
  })

  it('answer for logs and commands in a container', async () => {
    // A container runs before it has said anything.
    const said = async (): Promise<true | undefined> =>
      (await fleet.host.kubectl(['logs', 'web'])).includes('workload pause') || undefined
    await waitFor(said, { until: 'the log tells of the workload', timeoutMs: 60_000, everyMs: 200 })
    const ended = fleet.host.kubectl(['exec', 'web', '--', '/workload', 'exit', '7'])
    await expect(ended).rejects.toThrow('command terminated with exit code 7')
  })

  it('leave the fake nodes to kwok', async () => {
    await fleet.host.kubectl(['apply', '-f', '-'], pod('fake', 'node-1'))
    await fleet.host.kubectl(['wait', '--for=condition=Ready', 'pod/fake', '--timeout=60s'])
    expect(await fleet.host.kubectl(['get', 'pod', 'fake', '-o', 'jsonpath={.status.podIP}'])).not.toBe('')
    await expect(fleet.host.kubectl(['logs', 'fake', '--request-timeout=2s'])).rejects.toThrow()
  })

  it('know why a container ended', async () => {
    const hog = { args: ['hog', '200'], resources: { limits: { memory: '32Mi' } } }
    await fleet.host.kubectl(['apply', '-f', '-'], pod('hog', 'host-1', hog))
    await fleet.host.kubectl(['apply', '-f', '-'], pod('crash', 'host-1', { args: ['exit', '3'] }))
    const reasonOf = (name: string): Promise<string> => {
      const path = '{.status.containerStatuses[0].lastState.terminated.reason}'
      return fleet.host.kubectl(['get', 'pod', name, '-o', `jsonpath=${path}`])
    }
    for (const [name, want] of [
      ['hog', 'OOMKilled'],
      ['crash', 'Error'],
    ] as const) {
      const look = async (): Promise<true | undefined> => (await reasonOf(name)) === want || undefined
      await waitFor(look, { until: `${name} ended with ${want}`, timeoutMs: 60_000, everyMs: 200 })
    }
  })
})

describeReal(`what real nodes leave behind${reason}`, () => {
  it.each([
    { name: 'an orderly end', how: 'SIGTERM' },
    { name: 'a killed process', how: 'SIGKILL' },
  ] as const)('is nothing, after $name', async ({ how }) => {
    const root = mkdtempSync(join(tmpdir(), 'leftovers-'))
    const module = (path: string): string => JSON.stringify(join(import.meta.dirname, path))
    const script = `import { startLocalFleet } from ${module('../local-fleet.ts')}
      const members = []
      const host = { kind: 'ordinary', realNodes: 1, nodes: { count: 0 } }
      const fleet = await startLocalFleet({ host, members })
      await fleet.host.kubectl(['apply', '-f', '-'], ${JSON.stringify(pod('web', 'host-1'))})
      await fleet.host.kubectl(['wait', '--for=condition=Ready', 'pod/web', '--timeout=60s'])
      process.once('SIGTERM', () => fleet.stop().then(() => process.exit(0)))
      process.stdout.write(fleet.host.endpoint.url)
      setInterval(() => undefined, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: root },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.once('data', (text: Buffer) => resolve(text.toString()))
        child.once('exit', code => reject(new Error(`the fleet ended with ${code}`)))
      })
      const mark = `flotilla${/^https:\/\/10\.(\d+)\./.exec(url)?.[1]}`
      // What is looked for is found while it runs.
      expect(tracesOf(mark).length).toBeGreaterThan(2)
      expect(tracesOf(root).length).toBeGreaterThan(2)
      child.kill(how)
      await noTraces(mark)
      await noTraces(root)
      const empty = async (): Promise<true | undefined> => readdirSync(root).length === 0 || undefined
      await waitFor(empty, { until: `${root} is empty`, timeoutMs: 30_000 })
    } finally {
      child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true })
    }
    expect(existsSync(root)).toBe(false)
  })
})
