import { describe, expect, it } from '@jest/globals'
import { useApiserver } from '../../../e2e/test-apiserver.ts'
import { CONFIG_MAP } from '../../api/kinds.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { systemClock } from '../../runtime/clock.ts'
import { type CheckDeps, claimedOnHost, hostAsMember, missingRights, readOperator } from './checks.ts'
import type { Source } from './read-source.ts'
import type { Scope } from './scope.ts'

const apiserver = useApiserver()
const deps = (): CheckDeps => ({
  host: apiserver.client,
  discovery: newDiscovery(apiserver.client),
  clock: systemClock,
  signal: AbortSignal.timeout(30_000),
})
const configMap = (name: string, labels: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
})
const EMPTY: Scope = {
  ...{ namespaces: [], definitions: [], rules: [], bindings: [], works: [], templates: [], members: [], findings: [] },
}
const everyConfigMap: KubeObject = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name: 'all', namespace: 'default' },
  spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap' }] },
}

it('an object that only the host has is told of, when a policy would take it', async () => {
  for (const object of [configMap('brought'), configMap('kept', { 'flotilla.dev/local': 'true' }), configMap('hosts')])
    await apiserver.client.create(CONFIG_MAP, object)
  const found = await claimedOnHost(deps(), { ...EMPTY, rules: [everyConfigMap], templates: [configMap('brought')] })
  expect(found.map(({ code, message }) => [code, message.replace(/ of the host.*/, '')])).toEqual([
    ['HostClaimed', 'ConfigMap default/hosts'],
  ])
})

describe('missingRights', () => {
  const scope = { ...EMPTY, templates: [configMap('a'), { ...configMap('b'), kind: 'Secret' }] }
  it('gives the value of the chart for kinds that the operator may not propagate', async () => {
    const [finding, ...others] = await missingRights(deps(), scope, 'system:serviceaccount:flotilla-system:flotilla')
    expect(others).toEqual([])
    expect(finding?.code).toBe('NotPermitted')
    expect(finding?.message).toContain('templates.kinds: {core: {configmaps: propagate, secrets: propagate}}')
  })
})

it('nobody holds the Lease of an operator that is not there', async () => {
  expect(await readOperator(deps(), { namespace: 'flotilla-system', name: 'flotilla' })).toEqual({
    live: false,
    parkedBy: 'apiserver',
  })
})

it('the host is no member of its own, and no Karmada either', async () => {
  const system = await apiserver.client.get(
    { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
    { namespace: '', name: 'kube-system' },
  )
  const id = system.metadata.uid ?? ''
  const none = { secrets: [], bindings: [], works: [], rules: [], unsupported: [], templates: [], extras: [] }
  const cluster = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name: 'm' } }
  const source = (own: string): Source => ({
    ...none,
    id: own,
    clusters: [{ ...cluster, spec: { syncMode: 'Push', id } }],
    namespaces: [],
    leases: [],
  })
  expect((await hostAsMember(deps(), source('karmada'))).map(({ code }) => code)).toEqual(['HostIsMember'])
  await expect(hostAsMember(deps(), source(id))).rejects.toThrow('--from is the host itself')
})
