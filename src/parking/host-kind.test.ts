import { describe, expect, it } from '@jest/globals'
import { assessHost, type HostFacts } from './host-kind.ts'

const QUIET: HostFacts = {
  version: 'v1.36.3',
  mutatingPolicies: { found: true },
  workloadAccounts: { found: [] },
  runDeployments: { found: [] },
  hasNodes: { found: false },
  karmadaLeases: { found: [] },
  karmadaApiService: { found: undefined },
}
const ACCOUNTS = { found: ['deployment-controller', 'job-controller'] }
const LEASE = {
  lease: 'karmada-system/karmada-controller-manager',
  holder: 'pod-1_abc',
  renewTime: '2026-01-01T00:00:00.000000Z',
}
const refused = { unread: 'Nodes: nodes is forbidden' }

describe('assessHost', () => {
  it.each<{ name: string; facts: Partial<HostFacts>; kind: string; reason: string }>([
    { name: 'nothing runs: dedicated', facts: {}, kind: 'dedicated', reason: 'No controller of workloads runs here' },
    {
      name: 'a dedicated host needs no policies',
      facts: { mutatingPolicies: { found: false }, version: 'v1.30.0' },
      kind: 'dedicated',
      reason: 'No controller of workloads runs here',
    },
    {
      name: 'ServiceAccounts of the controllers: ordinary',
      facts: { workloadAccounts: ACCOUNTS },
      kind: 'ordinary',
      reason: 'ServiceAccounts deployment-controller, job-controller',
    },
    {
      name: 'a controller manager without credentials for each controller shows by what it writes',
      facts: { runDeployments: { found: ['kube-system/coredns'] } },
      kind: 'ordinary',
      reason: 'of kube-system/coredns among others',
    },
    { name: 'nodes are there for something', facts: { hasNodes: { found: true } }, kind: 'ordinary', reason: 'nodes' },
    {
      name: 'an older host has no policies',
      facts: { workloadAccounts: ACCOUNTS, mutatingPolicies: { found: false }, version: 'v1.33.2+k3s1' },
      kind: 'ordinary-without-policies',
      reason: 'Kubernetes v1.33.2+k3s1 has no MutatingAdmissionPolicy in v1; 1.36 and later do.',
    },
    {
      name: 'they can be switched off',
      facts: { workloadAccounts: ACCOUNTS, mutatingPolicies: { found: false } },
      kind: 'ordinary-without-policies',
      reason: 'it is switched off',
    },
    {
      name: 'a second digit is a number, not text',
      facts: { workloadAccounts: ACCOUNTS, mutatingPolicies: { found: false }, version: 'v1.100.0' },
      kind: 'ordinary-without-policies',
      reason: 'it is switched off',
    },
    {
      name: 'who could not look everywhere assumes that workloads run',
      facts: { hasNodes: refused },
      kind: 'ordinary',
      reason: 'Assumed, since not everything could be read: Nodes: nodes is forbidden.',
    },
    {
      name: 'what was found is enough, whatever else could not be read',
      facts: { workloadAccounts: ACCOUNTS, hasNodes: refused },
      kind: 'ordinary',
      reason: 'Controllers of workloads run here',
    },
    {
      name: 'unknown policies are none',
      facts: { workloadAccounts: ACCOUNTS, mutatingPolicies: { unread: 'forbidden' } },
      kind: 'ordinary-without-policies',
      reason: 'could not be read: forbidden',
    },
    {
      name: 'a live Lease of Karmada comes before everything',
      facts: { workloadAccounts: ACCOUNTS, karmadaLeases: { found: [{ ...LEASE, live: true }] } },
      kind: 'karmada',
      reason:
        'pod-1_abc holds the Lease karmada-system/karmada-controller-manager, renewed 2026-01-01T00:00:00.000000Z',
    },
    {
      name: 'a Lease that has expired does not count',
      facts: { karmadaLeases: { found: [{ ...LEASE, live: false }] } },
      kind: 'dedicated',
      reason: 'No controller of workloads runs here',
    },
    {
      name: 'an aggregated apiserver for Clusters',
      facts: { karmadaApiService: { found: 'karmada-system/karmada-aggregated-apiserver' } },
      kind: 'karmada',
      reason: 'points at karmada-system/karmada-aggregated-apiserver',
    },
  ])('$name', ({ facts, kind, reason }) => {
    const assessment = assessHost({ ...QUIET, ...facts })
    expect(assessment.kind).toBe(kind)
    expect(assessment.reasons.join('\n')).toContain(reason)
    expect(assessment.consequences.length).toBeGreaterThan(0)
  })

  it('tells what to stop', () => {
    const facts = { ...QUIET, karmadaLeases: { found: [{ ...LEASE, live: true }] } }
    expect(assessHost(facts).consequences.join('\n')).toContain('Stop karmada-controller-manager where it runs')
  })
})
