import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { noteSecret } from './canaries.ts'
import { METRICS_PAGE, REPORTS, type Sweep, searchAll, sweep } from './sweep.ts'

const TOKEN = randomBytes(100).toString('base64url')
const reportsBefore = process.env[REPORTS]
let logs: string
let options: Sweep

beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), 'sweep-'))
  // Whoever runs all suites must not count these.
  process.env[REPORTS] = join(logs, 'reports')
  options = { suite: 'a', clusters: [], logs, metricsUrls: [] }
  noteSecret('the token of a member', TOKEN)
})

afterEach(() => {
  if (reportsBefore === undefined) delete process.env[REPORTS]
  else process.env[REPORTS] = reportsBefore
  rmSync(logs, { recursive: true, force: true })
})

describe('a secret is found', () => {
  it.each([
    'operator.log',
    'core',
    'core.4711',
    'core-node.4711',
    'report.20260101.000000.4711.0.001.json',
    'Heap.20260101.000000.4711.0.001.heapsnapshot',
    'Heap.20260101.000000.4711.0.001.heapprofile',
    'CPU.20260101.000000.4711.0.001.cpuprofile',
    'tool-0/sync.transcript',
  ])('in %s', async file => {
    mkdirSync(join(logs, 'tool-0'))
    writeFileSync(join(logs, file), Buffer.from(`\0\0${TOKEN}\0`))
    const { leaks, texts } = await searchAll(options)
    expect({ leaks, texts }).toEqual({ leaks: [expect.stringMatching(/, byte 2: the token of a member$/)], texts: 1 })
  })

  it('in what a Secret of a cluster holds as well, and a list that others read says', async () => {
    const value = randomBytes(40).toString('base64url')
    const data = { password: Buffer.from(value).toString('base64') }
    const secrets = { items: [{ metadata: { namespace: 'n', name: 's' }, data }] }
    const events = { items: [{ message: `refused: ${value}` }] }
    const answers: Readonly<Record<string, unknown>> = { '/api/v1/secrets': secrets, '/api/v1/events': events }
    const request = async (path: string): Promise<unknown> => answers[path] ?? Promise.reject(new Error('not served'))
    const { leaks } = await searchAll({ ...options, clusters: [{ name: 'host', request }] })
    expect(leaks).toEqual([expect.stringMatching(/^\/api\/v1\/events of host, .*: password of Secret n\/s \(host\)$/)])
  })

  it('in what is handed over, which tells rights as a page does', async () => {
    const page = 'flotilla_client_requests_total{cluster="host",verb="list",resource="v1/pods",code="200"} 1\n'
    const texts = [{ where: METRICS_PAGE, text: Buffer.from(`${page}${TOKEN}`) }]
    const { leaks, rights } = await searchAll({ ...options, texts })
    expect({ leaks: leaks.length, rights }).toEqual({ leaks: 1, rights: ['list pods'] })
  })
})

describe('a suite that ends', () => {
  const counted = (): readonly unknown[] =>
    readdirSync(join(logs, 'reports')).map(file => JSON.parse(readFileSync(join(logs, 'reports', file), 'utf8')))

  it('fails with the place, and without the secret', async () => {
    writeFileSync(join(logs, 'operator.log'), TOKEN)
    const failure = await sweep(options).catch(String)
    expect(failure).toBe('Error: secrets were seen:\noperator.log, byte 0: the token of a member')
    expect(counted()).toMatchObject([{ suite: 'a', leaks: ['operator.log, byte 0: the token of a member'] }])
  })

  it('is counted when nothing was found too', async () => {
    writeFileSync(join(logs, 'operator.log'), 'nothing')
    await sweep(options)
    expect(counted()).toMatchObject([{ suite: 'a', texts: 1, leaks: [] }])
  })
})
