import { describe, expect, it } from '@jest/globals'
import { API_VERSION } from '../../api/generated/crds.ts'
import type { Condition } from '../../object/condition.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ParkingMode } from '../../parking/decide.ts'
import { formatParkingState, type ParkedBy } from '../../parking/parking-state.ts'
import { a } from '../../testing/builders.ts'
import { type ExamineOptions, examine } from './examine.ts'
import { CRD_NAMES, type Observed, type Served } from './observe.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')
const LEASE = 'flotilla-system/flotilla'

function crd(name: string, version: string | undefined = API_VERSION, established = 'True'): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, annotations: version === '' ? {} : { 'flotilla.dev/api-version': version } },
    status: { conditions: [{ type: 'Established', status: established }] },
  }
}

function policy(kind: string, name: string): KubeObject {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name } }
}

const VALIDATING = 'ValidatingAdmissionPolicy'
const MUTATING = 'MutatingAdmissionPolicy'
const POLICIES = [policy(VALIDATING, 'flotilla-a'), policy(`${VALIDATING}Binding`, 'flotilla-a')]
const PARKING = [policy(MUTATING, 'flotilla-parking'), policy(MUTATING, 'flotilla-guard')]

const condition = (
  type: string,
  status: 'True' | 'False',
  said: { readonly reason?: string; readonly message?: string } = {},
): Condition => ({
  type,
  status,
  lastTransitionTime: '2026-01-01T00:00:00Z',
  reason: 'Because',
  message: '',
  ...said,
})
const cluster = (name: string, ...conditions: readonly Condition[]): KubeObject =>
  a.cluster({ name, status: { kubernetesVersion: 'v1.36.3', conditions } })

const WELL: Observed = {
  facts: {
    version: 'v1.36.3',
    mutatingPolicies: { found: true },
    workloadAccounts: { found: ['job-controller'] },
    runDeployments: { found: [] },
    hasNodes: { found: true },
    karmadaLeases: { found: [] },
    karmadaApiService: { found: undefined },
  },
  lease: { found: { lease: LEASE, holder: 'pod-1', renewTime: '2026-01-01T11:59:58.000000Z', live: true } },
  crds: { found: CRD_NAMES.map(name => crd(name)) },
  admission: new Map<string, Served>([
    ...POLICIES.map(object => [object.kind, { found: [object] }] as const),
    [MUTATING, { found: PARKING }],
  ]),
  clusters: { found: [cluster('m1', condition('Ready', 'True'), condition('Connected', 'True'))] },
}
const OPTIONS: ExamineOptions = {
  nowMs: NOW_MS,
  lease: LEASE,
  admission: parks => (parks ? [...POLICIES, ...PARKING] : POLICIES),
}

const look = (seen: Partial<Observed> = {}) => examine({ ...WELL, ...seen }, OPTIONS)
/** What the operator that leads tells of parking. */
const told = (mode: ParkingMode, by: ParkedBy, live = true): Partial<Observed> => {
  const annotations = { 'flotilla.dev/parking': formatParkingState({ mode, by, why: 'Because.' }) }
  return { lease: { found: { lease: LEASE, holder: 'pod-1', renewTime: '2026-01-01T11:59:58Z', live, annotations } } }
}
const gone = (renewTime: string) => ({ found: { lease: LEASE, holder: 'pod-1', renewTime, live: false } })

describe('examine', () => {
  it('finds nothing where all is well', () => {
    const report = look()
    expect(report).toMatchObject({ healthy: true, host: { kind: 'ordinary', level: 'ok', unread: [] } })
    expect([report.operator, report.api, report.admission, report.members].map(({ message }) => message)).toEqual([
      `pod-1 leads: it holds the Lease ${LEASE}, renewed 2 s ago.`,
      `${CRD_NAMES.length} CRDs are served, of version ${API_VERSION}.`,
      'All 4 admission policies and bindings are there.',
      '1 of 1 are ready.',
    ])
  })

  it.each<{ name: string; seen: Partial<Observed>; level: string; message: string }>([
    {
      name: 'nobody holds the Lease',
      seen: { lease: { found: undefined } },
      level: 'problem',
      message: 'Nobody holds',
    },
    {
      name: 'it ended minutes ago',
      seen: { lease: gone('2026-01-01T11:50:00.000000Z') },
      level: 'problem',
      message: 'pod-1 led until it renewed the Lease flotilla-system/flotilla for the last time, 10 min ago.',
    },
    { name: 'hours ago', seen: { lease: gone('2026-01-01T09:00:00Z') }, level: 'problem', message: '3 h ago' },
    { name: 'days ago', seen: { lease: gone('2025-12-20T12:00:00Z') }, level: 'problem', message: '12 days ago' },
    { name: 'it may not be read', seen: { lease: { unread: 'forbidden' } }, level: 'unread', message: 'forbidden' },
  ])('operator: $name', ({ seen, level, message }) => {
    const { operator, healthy } = look(seen)
    expect(operator).toEqual({ level, message: expect.stringContaining(message) })
    expect(healthy).toBe(level !== 'problem')
  })

  it.each<{ name: string; crds: readonly KubeObject[]; level: string; message: string }>([
    { name: 'none', crds: [], level: 'problem', message: 'CRDs are missing' },
    { name: 'one is missing', crds: CRD_NAMES.slice(1).map(name => crd(name)), level: 'problem', message: '1 of' },
    {
      name: 'one is not served',
      crds: CRD_NAMES.map((name, index) => crd(name, API_VERSION, index === 0 ? 'False' : 'True')),
      level: 'problem',
      message: `not served: ${CRD_NAMES[0]}`,
    },
    {
      name: 'another release',
      crds: CRD_NAMES.map(name => crd(name, '99.0.0')),
      level: 'warning',
      message: 'of version 99.0.0. This command belongs to',
    },
    {
      name: 'a Karmada registered them',
      crds: CRD_NAMES.map(name => crd(name, '')),
      level: 'warning',
      message: 'of version another installation.',
    },
  ])('API: $name', ({ crds, level, message }) => {
    expect(look({ crds: { found: crds } }).api).toEqual({ level, message: expect.stringContaining(message) })
  })

  it.each<{ name: string; admission: Observed['admission']; level: string; message: string }>([
    {
      name: 'a binding is missing',
      admission: new Map([...WELL.admission, [`${VALIDATING}Binding`, { found: [] }]]),
      level: 'problem',
      message: 'Missing: ValidatingAdmissionPolicyBinding flotilla-a.',
    },
    {
      name: 'nothing parks',
      admission: new Map([...WELL.admission, [MUTATING, { found: [] }]]),
      level: 'warning',
      message: 'The apiserver parks nothing here: none of the 2 policies',
    },
    {
      name: 'half of what parks is missing',
      admission: new Map([...WELL.admission, [MUTATING, { found: PARKING.slice(1) }]]),
      level: 'problem',
      message: 'Missing: MutatingAdmissionPolicy flotilla-parking.',
    },
    {
      name: 'an old apiserver',
      admission: new Map([...WELL.admission, [VALIDATING, { found: undefined }]]),
      level: 'warning',
      message: 'does not serve ValidatingAdmissionPolicy:',
    },
    {
      name: 'it may not be read',
      admission: new Map([...WELL.admission, [VALIDATING, { unread: 'forbidden' }]]),
      level: 'unread',
      message: 'forbidden',
    },
  ])('admission: $name', ({ admission, level, message }) => {
    expect(look({ admission }).admission).toEqual({ level, message: expect.stringContaining(message) })
  })

  it('asks for no policies that park where nothing is parked by the apiserver', () => {
    const facts = { ...WELL.facts, mutatingPolicies: { found: false } }
    const admission = new Map([...WELL.admission, [MUTATING, { found: undefined }]])
    expect(look({ facts, admission }).admission).toMatchObject({ level: 'ok' })
  })

  it.each<{ mode: ParkingMode; by: ParkedBy; level: string; message: string; follows: string }>([
    {
      mode: 'policies',
      by: 'apiserver',
      level: 'ok',
      message: 'The apiserver parks',
      follows: 'parked by the apiserver',
    },
    {
      mode: 'policies',
      by: 'operator',
      level: 'warning',
      message: 'The operator parks',
      follows: 'The operator parks',
    },
    {
      mode: 'operator',
      by: 'operator',
      level: 'warning',
      message: 'The operator parks',
      follows: 'The operator parks',
    },
    {
      mode: 'off',
      by: 'nobody',
      level: 'warning',
      message: 'Nobody parks',
      follows: 'controllers of the host run templates',
    },
  ])('parking: $mode, by $by', ({ mode, by, level, message, follows }) => {
    const { parking, host } = look(told(mode, by))
    expect(parking).toEqual({ level, message: expect.stringMatching(`^${message} templates.* Because.$`) })
    expect(host.consequences.join(' ')).toContain(follows)
  })

  it('parking: nobody, on a host where nobody runs anything', () => {
    const facts = { ...WELL.facts, workloadAccounts: { found: [] }, hasNodes: { found: false } }
    const { parking, host } = look({ facts, ...told('off', 'nobody') })
    expect([parking?.level, host.kind]).toEqual(['ok', 'dedicated'])
  })

  it('parking: what an operator said that is gone does not count', () => {
    const report = look(told('off', 'nobody', false))
    expect(report.parking).toBeUndefined()
    expect(report.host.consequences.join(' ')).toContain('parked by the apiserver')
  })

  it('asks for the policies that park where the operator does, and only there', () => {
    const without = new Map([...WELL.admission, [MUTATING, { found: [] }]])
    expect(look({ admission: without, ...told('operator', 'operator') }).admission.level).toBe('ok')
    expect(look({ admission: without, ...told('policies', 'operator') }).admission.level).toBe('problem')
  })

  it.each<{ name: string; object: KubeObject; level: string; cause: string }>([
    {
      name: 'ready and connected',
      object: cluster('m', condition('Ready', 'True'), condition('Connected', 'True')),
      level: 'ok',
      cause: '',
    },
    {
      name: 'of a Karmada, which knows no Connected',
      object: cluster('m', condition('Ready', 'True')),
      level: 'ok',
      cause: '',
    },
    {
      name: 'not connected, and for that reason not ready',
      object: cluster(
        'm',
        condition('Ready', 'False', { reason: 'ClusterNotReachable', message: 'down' }),
        condition('Connected', 'False', { reason: 'ConnectionRefused', message: 'nobody listens there' }),
      ),
      level: 'problem',
      cause: 'ConnectionRefused: nobody listens there',
    },
    {
      name: 'connected, and not ready',
      object: cluster(
        'm',
        condition('Ready', 'False', { reason: 'ClusterNotReady', message: 'sick' }),
        condition('Connected', 'True'),
      ),
      level: 'problem',
      cause: 'ClusterNotReady: sick',
    },
    {
      name: 'not looked at',
      object: cluster('m'),
      level: 'problem',
      cause: 'Nobody has looked at it yet: is the operator running?',
    },
    {
      name: 'leaving',
      object: a.cluster({ name: 'm', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      level: 'warning',
      cause: 'It is being removed.',
    },
  ])('member: $name', ({ object, level, cause }) => {
    expect(look({ clusters: { found: [object] } }).members.clusters).toMatchObject([{ name: 'm', level, cause }])
  })

  it.each<{ name: string; clusters: Observed['clusters']; level: string; message: string }>([
    { name: 'none yet', clusters: { found: [] }, level: 'ok', message: 'No member has joined yet.' },
    {
      name: 'no such kind',
      clusters: { found: undefined },
      level: 'problem',
      message: 'the operator has never started',
    },
    { name: 'no right', clusters: { unread: 'forbidden' }, level: 'unread', message: 'forbidden' },
  ])('members: $name', ({ clusters, level, message }) => {
    expect(look({ clusters }).members).toMatchObject({ level, message: expect.stringContaining(message) })
  })

  it('tells what it could not read of the host, and takes a Karmada for a problem', () => {
    const facts = { ...WELL.facts, hasNodes: { unread: 'Nodes: forbidden' } }
    expect(look({ facts }).host).toMatchObject({ level: 'ok', unread: ['Nodes: forbidden'] })
    const karmada = { ...WELL.facts, karmadaApiService: { found: 'karmada-system/karmada-aggregated-apiserver' } }
    expect(look({ facts: karmada })).toMatchObject({ healthy: false, host: { kind: 'karmada', level: 'problem' } })
  })
})
