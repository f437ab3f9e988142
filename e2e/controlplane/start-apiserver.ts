import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBinaries } from './binaries.ts'
import { planMember, toClusterConfig } from './cluster-config.ts'
import type { ControlPlane } from './control-plane.ts'
import { type Etcd, launchEtcd } from './etcd.ts'
import { launchCluster } from './local-control-plane.ts'
import { freePort } from './ports.ts'
import { Supervisor } from './supervisor.ts'
import { waitFor } from './wait.ts'

/** An apiserver with an etcd and nothing else: no controllers, so no garbage collection and no namespace ever goes away. */
export interface Apiserver {
  readonly cluster: ControlPlane
  readonly etcd: Etcd
  /** Ends both and removes their data. */
  stop(): Promise<void>
}

export interface ApiserverOptions {
  /** Default `host`. */
  readonly name?: string
  /** Adds flags to the apiserver's. */
  readonly apiserverFlags?: readonly string[]
}

/** For `beforeAll(…, START_TIMEOUT_MS)`: three seconds when the machine is idle, more while it compiles. */
export const START_TIMEOUT_MS = 360_000

/** Starts what `*.apiserver.test.ts` needs, about three seconds. Ends with this process even if `stop` is not called. */
export async function startApiserver({
  name = 'host',
  apiserverFlags = [],
}: ApiserverOptions = {}): Promise<Apiserver> {
  const binaries = await ensureBinaries(['etcd', 'kube-apiserver', 'kubectl'])
  const directory = mkdtempSync(join(tmpdir(), 'flotilla-'))
  const supervisor = new Supervisor({ temporaryDirectory: directory })
  try {
    const etcd = await launchEtcd(directory, supervisor, binaries)
    const plan = planMember({ name, components: ['apiserver'], apiserverFlags }, undefined)
    const config = toClusterConfig(plan, { directory, etcdUrl: etcd.url, port: await freePort(), index: 0 })
    const cluster = await launchCluster(config, supervisor, binaries)
    await namespacesAppear(cluster)
    return { cluster, etcd, stop: () => supervisor.stop() }
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

/** An apiserver is ready before it has made the namespaces that every cluster has. */
async function namespacesAppear(cluster: ControlPlane): Promise<void> {
  for (const name of ['default', 'kube-system']) {
    const look = (): Promise<unknown> => cluster.request(`/api/v1/namespaces/${name}`)
    await waitFor(look, { until: `namespace ${name} of ${cluster.name}`, timeoutMs: START_TIMEOUT_MS })
  }
}
