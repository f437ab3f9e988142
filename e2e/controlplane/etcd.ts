import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { freePorts } from './ports.ts'
import type { SupervisedProcess, Supervisor } from './supervisor.ts'
import { waitFor } from './wait.ts'

const READY_MS = 180_000

/** The one etcd of a fleet; every cluster has its own prefix in it. */
export interface Etcd {
  readonly url: string
  readonly process: SupervisedProcess
  /** Starts it on the same port with the same data and waits until it serves. */
  start(): Promise<void>
  /** Forgets all history up to now, so that old resource versions are gone (410) once an apiserver asks etcd for them. */
  compact(): Promise<void>
  /** As when its quota is used up: alarm NOSPACE stands, and it refuses whatever would need room. */
  fill(): Promise<void>
  /** What its administrator does then: compacts, defragments, and takes the alarm back. */
  makeRoom(): Promise<void>
}

/** The name under which a supervisor knows it. */
const ETCD = 'etcd'

/** Declares a new etcd and starts it. Nothing is flushed to disk: the data need not survive the machine. */
export async function launchEtcd(directory: string, supervisor: Supervisor, binaries: Binaries): Promise<Etcd> {
  const [client, peer] = await freePorts(2)
  const url = `http://127.0.0.1:${client}`
  const peerUrl = `http://127.0.0.1:${peer}`
  supervisor.declare({
    name: ETCD,
    command: binaries.path('etcd'),
    args: [
      `--data-dir=${join(directory, 'etcd')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // Alone in its cluster it elects itself: no reason to wait a second for that.
      '--heartbeat-interval=50',
      '--election-timeout=500',
      '--log-level=warn',
    ],
    logFile: join(directory, 'etcd.log'),
  })
  const etcd = openEtcd(url, supervisor)
  await etcd.start()
  return etcd
}

/** The handle of an etcd that the supervisor knows already. */
export function openEtcd(url: string, supervisor: Supervisor): Etcd {
  const process = supervisor.get(ETCD)
  const alarm = (action: 'ACTIVATE' | 'DEACTIVATE'): Promise<unknown> =>
    post(`${url}/v3/maintenance/alarm`, { action, memberID: 0, alarm: 'NOSPACE' })
  const compact = async (): Promise<void> => {
    const { header } = (await post(`${url}/v3/kv/range`, { key: btoa('/') })) as { header: { revision: string } }
    await post(`${url}/v3/kv/compaction`, { revision: header.revision, physical: true })
  }
  return {
    url,
    process,
    start: async () => {
      process.start()
      const healthy = async (): Promise<true | undefined> => (await fetch(`${url}/health`)).ok || undefined
      await waitFor(healthy, { until: 'etcd', timeoutMs: READY_MS, hopeless: () => process.whyNotRunning() })
    },
    compact,
    fill: async () => void (await alarm('ACTIVATE')),
    makeRoom: async () => {
      await compact()
      await post(`${url}/v3/maintenance/defragment`, {})
      await alarm('DEACTIVATE')
    },
  }
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`etcd ${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
