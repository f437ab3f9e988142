import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { waitFor } from '../../e2e/controlplane/wait.ts'
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE, WORK } from '../api/kinds.ts'
import { FINALIZER } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { listCustomResources } from '../registration/custom-resources.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { planFinalizerRemoval } from './finalizer.ts'

let server: Apiserver
let client: Client

beforeAll(async () => {
  server = await startApiserver()
  client = newTestClient(server.cluster.endpoint)
  const definition = listCustomResources().find(({ metadata }) => metadata.name.startsWith('works.'))
  if (definition === undefined) throw new Error('no CRD of works')
  await client.create(CUSTOM_RESOURCE_DEFINITION, definition)
  await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karmada-es-m1' } })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await server?.stop()
}, START_TIMEOUT_MS)

/** Its kind may not be served yet. */
function created(work: Work): Promise<KubeObject> {
  return waitFor(() => client.create(WORK, work).catch(() => undefined), {
    until: 'the Work is there',
    timeoutMs: 60_000,
    everyMs: 200,
  })
}

it('a finalizer is taken off nobody who has got the name of one that is gone', async () => {
  const key = { namespace: 'karmada-es-m1', name: 'again' }
  const work: Work = {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: { ...key, finalizers: [FINALIZER.work] },
    spec: { workload: { manifests: [] } },
  }
  const first = await created(work)
  await client.delete(WORK, key)
  const removal = { type: 'json', body: planFinalizerRemoval(first, FINALIZER.work) ?? [] } as const
  await client.patch(WORK, key, removal)
  const second = await created(work)
  await expect(client.patch(WORK, key, removal)).rejects.toMatchObject({ code: 422 })
  expect((await client.get(WORK, key)).metadata).toMatchObject({
    uid: second.metadata.uid,
    finalizers: [FINALIZER.work],
  })
})
