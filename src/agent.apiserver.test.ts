import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { type FaultProxy, startFaultProxy } from '../e2e/controlplane/fault-proxy.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../e2e/controlplane/start-apiserver.ts'
import { type Agent, startAgent } from './agent.ts'
import { CLUSTER, CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, LEASE, NAMESPACE, SECRET, WORK } from './api/kinds.ts'
import { agentObjects } from './cli/register/agent-objects.ts'
import { agentAccountName } from './cli/token/agent-account.ts'
import { createToken } from './cli/token.ts'
import { configure } from './configuration.ts'
import type { Client } from './kube/client.ts'
import { serverConfigFromKubeconfig } from './kube/kubeconfig.ts'
import { isNotFound } from './kube/status-error.ts'
import { requestToken } from './kube/token-request.ts'
import { isConditionTrue } from './object/condition.ts'
import { stringAt } from './object/field.ts'
import type { Work } from './object/karmada-objects.ts'
import type { KubeObject } from './object/kube-object.ts'
import { sleep, systemClock } from './runtime/clock.ts'
import { newMetrics } from './runtime/metrics.ts'
import { adminOf, type ClusterFixture, startClusterFixture } from './testing/cluster-fixture.ts'
import { type FakeClock, newFakeClock } from './testing/fake-clock.ts'
import { newKeptLog } from './testing/silent-log.ts'

// What an agent does with a host that goes away for longer than every timeout: docs/reference/pull-mode.md.

const TEST_TIMEOUT_MS = 300_000
const PATIENCE_MS = 60_000
const SPACE = 'karmada-es-m1'
const HOUR_MS = 3_600_000

const settings = (name: string, version: string) => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name, namespace: SPACE, finalizers: ['karmada.io/execution-controller'] },
  spec: { workload: { manifests: [manifest(name, version)] } },
})

const manifest = (name: string, version: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    ...{ name, namespace: 'default', labels: { 'karmada.io/managed': 'true' } },
    annotations: { 'work.karmada.io/namespace': SPACE, 'work.karmada.io/name': name },
  },
  data: { version },
})

describe('an agent', () => {
  const configuration = configure({ mode: 'agent', agent: { clusterName: 'm1' } })
  let fixture: ClusterFixture
  let server: Apiserver
  let member: Client
  let clock: FakeClock
  let agent: Agent
  let proxy: FaultProxy | undefined
  const log = newKeptLog()

  const told = (): string => {
    const last = log.lines.slice(-12).map(({ message, fields }) => `${message} ${JSON.stringify(fields)}`)
    return [agent.unready() ?? 'ready', ...last].join('\n')
  }
  /** Lets the agent's time pass until something is so. */
  const until = async <T>(look: () => Promise<T | undefined | false>): Promise<T> => {
    const deadlineMs = performance.now() + PATIENCE_MS
    for (;;) {
      const found = await look()
      if (found !== undefined && found !== false) return found
      if (performance.now() > deadlineMs) throw new Error(`${look}: it did not happen; ${told()}`)
      await clock.advance(1000)
      await sleep(systemClock, 20)
    }
  }
  const held = async (name: string) => {
    try {
      return await member.get(CONFIG_MAP, { namespace: 'default', name })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
  const holds = (name: string, version: string) => async () => stringAt(await held(name), 'data', 'version') === version

  beforeAll(async () => {
    ;[fixture, server] = await Promise.all([startClusterFixture(), startApiserver({ name: 'member' })])
    member = adminOf(server)
    clock = newFakeClock(Date.now())
    for (const kind of ['customization', 'webhookconfiguration']) {
      const file = `config.karmada.io_resourceinterpreter${kind}s.yaml`
      const crd: KubeObject = parse(await readFile(new URL(`../crds/${file}`, import.meta.url), 'utf8'))
      await fixture.client.apply(CUSTOM_RESOURCE_DEFINITION, crd)
    }
    const { signal } = new AbortController()
    const { url, ca } = fixture.host.cluster.endpoint
    await createToken(
      { host: fixture.client, clock: systemClock, write: () => undefined, warn: () => undefined },
      {
        ...{ name: 'm1', ttlMs: HOUR_MS, topology: {}, printRegisterCommand: false },
        server: { server: url, caPem: ca },
      },
      signal,
    )
    const account = { namespace: 'karmada-cluster', name: agentAccountName('m1') }
    const granted = await requestToken(fixture.client, account, { lifetimeMs: HOUR_MS, signal })
    const wish = {
      cluster: 'm1',
      namespace: configuration.namespace,
      image: 'flotilla',
      permissions: 'workloads',
    } as const
    const expires = new Date(clock.nowMs() + HOUR_MS).toISOString()
    const made = agentObjects(
      { ...wish, propagate: [], namespaces: [] },
      { ...granted, server: url, caPem: ca, expires },
    )
    for (const each of made) {
      if (each.kind === 'Namespace') await member.create(NAMESPACE, each)
      if (each.kind === 'Secret') await member.create(SECRET, each)
    }
    const metrics = newMetrics({ process: false })
    agent = startAgent({
      ...{ home: member, configuration, clock, log, metrics, who: { identity: 'agent' } },
      server: serverConfigFromKubeconfig(server.cluster.kubeconfig, { name: 'm1' }),
      requestsOf: () => () => undefined,
      fence: () => undefined,
      ...{ lookups: 2, newUid: () => 'uid', random: () => 0.5 },
    })
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await agent?.stop()
    await proxy?.stop()
    await member?.close()
    await Promise.all([fixture?.stop(), server?.stop()])
  })

  it(
    'does its Works, tells of its Cluster and of its life',
    async () => {
      await until(async () => isConditionTrue((await fixture.read('m1')).status?.conditions, 'Ready'))
      await Promise.all(
        [settings('kept', '1'), settings('dropped', '1')].map(work => fixture.client.create(WORK, work)),
      )
      await until(holds('kept', '1'))
      await until(holds('dropped', '1'))
      await until(async () => {
        const work = (await fixture.client.get(WORK, { namespace: SPACE, name: 'kept' })) as Work
        return isConditionTrue(work.status?.conditions, 'Applied')
      })
      const lease = await until(() =>
        fixture.client.get(LEASE, { namespace: 'karmada-cluster', name: 'm1' }).catch(() => undefined),
      )
      expect(stringAt(lease, 'spec', 'holderIdentity')).toBe('m1')
      expect(agent.unready()).toBeUndefined()
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'changes nothing in the member while the host is away, restores what drifts, and catches up',
    async () => {
      const before = await Promise.all(['kept', 'dropped'].map(held))
      await fixture.host.cluster.stop('apiserver')
      // Leases, thresholds, back-offs, watches, and the token: all of them end.
      for (let passed = 0; passed < 3 * HOUR_MS; passed += 10_000) await clock.advance(10_000)
      expect(await Promise.all(['kept', 'dropped'].map(held))).toEqual(before)
      await member.patch(
        CONFIG_MAP,
        { namespace: 'default', name: 'kept' },
        { type: 'merge', body: { data: { version: 'drift' } } },
        { fieldManager: 'somebody' },
      )
      await until(holds('kept', '1'))
      await fixture.host.cluster.start('apiserver')
      await fixture.client.patch(
        WORK,
        { namespace: SPACE, name: 'kept' },
        { type: 'merge', body: { spec: { workload: { manifests: [manifest('kept', '2')] } } } },
      )
      await fixture.client.delete(WORK, { namespace: SPACE, name: 'dropped' })
      const renewed = () => fixture.client.get(LEASE, { namespace: 'karmada-cluster', name: 'm1' })
      const last = stringAt(await renewed(), 'spec', 'renewTime')
      await until(holds('kept', '2'))
      await until(async () => (await held('dropped')) === undefined)
      await until(async () => stringAt(await renewed(), 'spec', 'renewTime') !== last)
      expect((await held('kept'))?.metadata.uid).toBe(before[0]?.metadata.uid)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'has got itself another token, and keeps it where it found the first one',
    async () => {
      const key = { namespace: configuration.namespace, name: 'flotilla-host' }
      const tokenOf = async () => stringAt(await member.get(SECRET, key), 'data', 'token')
      const first = await tokenOf()
      await clock.advance(HOUR_MS)
      await until(async () => (await tokenOf()) !== first)
      await fixture.client.create(WORK, settings('later', '1'))
      await until(holds('later', '1'))
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'takes another address of the host from its Secret',
    async () => {
      proxy = await startFaultProxy(fixture.host.cluster.endpoint)
      const { url, ca } = proxy.endpoint
      const encoded = (text: string): string => Buffer.from(text).toString('base64')
      const body = { data: { server: encoded(url), caBundle: encoded(ca) } }
      await member.patch(SECRET, { namespace: configuration.namespace, name: 'flotilla-host' }, { type: 'merge', body })
      await fixture.client.create(WORK, settings('by-proxy', '1'))
      await until(holds('by-proxy', '1'))
      await until(async () => log.lines.filter(({ message }) => message === 'the agent works').length === 2)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'takes nothing out of a member that leaves and is to keep what it has',
    async () => {
      const m1 = { namespace: '', name: 'm1' }
      const body = { metadata: { annotations: { 'flotilla.dev/on-deletion': 'keep-resources' } } }
      await until(async () => isConditionTrue((await fixture.read('m1')).status?.conditions, 'Ready'))
      await fixture.client.patch(CLUSTER, m1, { type: 'merge', body })
      await fixture.client.delete(CLUSTER, m1)
      await until(async () => (await fixture.client.list(WORK, { namespace: SPACE })).items.length === 0)
      const kept = await held('kept')
      expect(stringAt(kept, 'data', 'version')).toBe('2')
      expect(kept?.metadata.labels ?? {}).toEqual({})
      await fixture.finalize(SPACE)
      await until(() => fixture.isGone('m1'))
      await until(async () => agent.unready()?.startsWith('the host has no Cluster m1'))
    },
    TEST_TIMEOUT_MS,
  )
})
