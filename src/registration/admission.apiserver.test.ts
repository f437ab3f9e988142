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
import { sleep, systemClock } from '../runtime/clock.ts'
import { type AdmissionCase, NAMESPACE, newObject } from '../testing/admission-cases/admission-case.ts'
import { CLUSTER_CASES } from '../testing/admission-cases/cluster.ts'
import { CLUSTER_TAINT_POLICY_CASES } from '../testing/admission-cases/cluster-taint-policy.ts'
import { OVERRIDE_POLICY_CASES } from '../testing/admission-cases/override-policy.ts'
import { OWN_NAMESPACE_CASES, PROPAGATION_POLICY_CASES } from '../testing/admission-cases/propagation-policy.ts'
import { REMEDY_CASES } from '../testing/admission-cases/remedy.ts'
import { WORKLOAD_REBALANCER_CASES } from '../testing/admission-cases/workload-rebalancer.ts'
import { silentLog } from '../testing/silent-log.ts'
import { registerApi } from './register-api.ts'

jest.setTimeout(120_000)

/** An idle machine takes a second. */
const ENFORCED_MS = 60_000

let apiserver: Apiserver
let client: Client

beforeAll(async () => {
  apiserver = await startApiserver()
  const { url, ca, token } = apiserver.cluster.endpoint
  client = newClient({ name: 'host', server: url, caPem: ca, token: { type: 'static', token } })
  const { signal } = new AbortController()
  await registerApi({ client, clock: systemClock, log: silentLog }, { installCrds: true }, signal)
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  // The apiserver takes a moment to enforce new policies, each for itself: wait until all that must be refused is.
  await Promise.all(CASES.map(awaitRefusals))
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

interface KindCases {
  readonly resource: Resource
  readonly cases: readonly AdmissionCase[]
}

/** What is not refused in the end, or in other words, has a test of its own that says so. */
async function awaitRefusals({ resource, cases }: KindCases): Promise<void> {
  const deadlineMs = performance.now() + ENFORCED_MS
  for (const one of cases) {
    const isAsWanted = async () => one.want === undefined || (await judge(resource, one)).includes(one.want)
    while (performance.now() < deadlineMs && !(await isAsWanted())) await sleep(systemClock, 100)
  }
}

const CASES: readonly KindCases[] = [
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
