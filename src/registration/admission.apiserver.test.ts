import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import {
  CLUSTER,
  CLUSTER_TAINT_POLICY,
  NAMESPACE as NAMESPACES,
  OVERRIDE_KINDS,
  POLICY_KINDS,
  REMEDY,
  type Resource,
  WORKLOAD_REBALANCER,
} from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { newClient } from '../kube/new-client.ts'
import { systemClock } from '../runtime/clock.ts'
import { type AdmissionCase, NAMESPACE, newObject } from '../testing/admission-cases/admission-case.ts'
import { CLUSTER_CASES } from '../testing/admission-cases/cluster.ts'
import { CLUSTER_TAINT_POLICY_CASES } from '../testing/admission-cases/cluster-taint-policy.ts'
import { OVERRIDE_POLICY_CASES } from '../testing/admission-cases/override-policy.ts'
import { OWN_NAMESPACE_CASES, PROPAGATION_POLICY_CASES } from '../testing/admission-cases/propagation-policy.ts'
import { REMEDY_CASES } from '../testing/admission-cases/remedy.ts'
import { WORKLOAD_REBALANCER_CASES } from '../testing/admission-cases/workload-rebalancer.ts'
import { silentLog } from '../testing/silent-log.ts'
import { registerApi } from './register-api.ts'

jest.setTimeout(60_000)

let apiserver: Apiserver
let client: Client

beforeAll(async () => {
  apiserver = await startApiserver()
  const { url, ca, token } = apiserver.cluster.endpoint
  client = newClient({ name: 'host', server: url, caPem: ca, token: { type: 'static', token } })
  const { signal } = new AbortController()
  await registerApi({ client, clock: systemClock, log: silentLog }, { installCrds: true }, signal)
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  // The apiserver takes a moment to enforce new policies: wait until each refuses what it must.
  await Promise.all(
    CASES.map(({ resource, cases }) =>
      awaitRefusal(
        resource,
        cases.findLast(one => one.want !== undefined),
      ),
    ),
  )
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

async function judge(resource: Resource, one: AdmissionCase): Promise<string> {
  try {
    await client.create(resource, newObject(resource, one), { dryRun: true })
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function awaitRefusal(resource: Resource, one: AdmissionCase | undefined): Promise<void> {
  if (one === undefined) return
  for (let tries = 0; tries < 100 && (await judge(resource, one)) === 'accepted'; tries++) {
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

const CASES: readonly { readonly resource: Resource; readonly cases: readonly AdmissionCase[] }[] = [
  ...POLICY_KINDS.map(resource => ({ resource, cases: PROPAGATION_POLICY_CASES })),
  ...OVERRIDE_KINDS.map(resource => ({ resource, cases: OVERRIDE_POLICY_CASES })),
  ...[...POLICY_KINDS, ...OVERRIDE_KINDS]
    .filter(resource => resource.namespaced)
    .map(resource => ({ resource, cases: OWN_NAMESPACE_CASES })),
  { resource: CLUSTER, cases: CLUSTER_CASES },
  { resource: CLUSTER_TAINT_POLICY, cases: CLUSTER_TAINT_POLICY_CASES },
  { resource: REMEDY, cases: REMEDY_CASES },
  { resource: WORKLOAD_REBALANCER, cases: WORKLOAD_REBALANCER_CASES },
]

describe.each(CASES)('$resource.kind', ({ resource, cases }) => {
  it.each(cases.filter(one => one.want === undefined))('accepts $rule', async one => {
    expect(await judge(resource, one)).toBe('accepted')
  })
  it.each(cases.filter(one => one.want !== undefined))('refuses $rule', async one => {
    expect(await judge(resource, one)).toContain(one.want)
  })
})
