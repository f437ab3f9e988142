import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../e2e/controlplane/start-apiserver.ts'
import { CUSTOM_RESOURCE_DEFINITION } from './api/kinds.ts'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import { startReplicaInformers } from './host-informers.ts'
import type { Client } from './kube/client.ts'
import { listCustomResources } from './registration/custom-resources.ts'
import { systemClock } from './runtime/clock.ts'
import { newMetrics } from './runtime/metrics.ts'
import { eventually, newTestClient } from './testing/apiserver-client.ts'
import { silentLog } from './testing/silent-log.ts'

let apiserver: Apiserver
let admin: Client

beforeAll(async () => {
  apiserver = await startApiserver()
  admin = newTestClient(apiserver.cluster.endpoint)
  await Promise.all(listCustomResources().map(crd => admin.create(CUSTOM_RESOURCE_DEFINITION, crd)))
}, START_TIMEOUT_MS)

afterAll(async () => {
  await admin?.close()
  await apiserver?.stop()
}, START_TIMEOUT_MS)

it('a right that is missing ends a start, and counts for no later one when it is there', async () => {
  const identity = { serviceAccount: 'late', namespace: 'default' }
  const { token } = await apiserver.cluster.kubeconfigFor(identity)
  const host = newTestClient({ ...apiserver.cluster.endpoint, token })
  const metrics = newMetrics({ process: false })
  const given = { host, configuration: DEFAULT_CONFIGURATION, clock: systemClock, log: silentLog, metrics }
  // Those of a replica begin long before it leads, and go on for all of its starts.
  const informers = startReplicaInformers(given)
  const first = informers.refused()
  await eventually(() => first.aborted)
  await apiserver.cluster.kubeconfigFor({ ...identity, clusterRole: 'cluster-admin' })
  await Promise.all(informers.all.map(informer => informer.waitForSync(AbortSignal.timeout(60_000))))
  expect(informers.refused().aborted).toBe(false)
  for (const informer of informers.all) informer.stop()
  await host.close()
}, 120_000)
