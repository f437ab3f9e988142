import { describe, expect, it } from '@jest/globals'
import { ANNOTATION, executionNamespace } from '../../api/names.ts'
import type { Condition } from '../../object/condition.ts'
import type { Binding, Cluster, Policy, Work } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import type { ToldEvent } from '../read-events.ts'
import { diagnose } from './diagnose.ts'
import type { Observed } from './observed.ts'
import { printDiagnosis } from './print.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')
const AT = '2026-01-01T11:00:00Z'
const ID = 'propagationpolicy.karmada.io/permanent-id'
const WIDE_ID = 'clusterpropagationpolicy.karmada.io/permanent-id'
const CLAIM = {
  labels: { [ID]: 'p-1' },
  annotations: {
    'propagationpolicy.karmada.io/namespace': 'default',
    'propagationpolicy.karmada.io/name': 'policy',
  },
}
const NGINX = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx' }

const condition = (type: string, status: 'True' | 'False', said: string | Partial<Condition> = ''): Condition => ({
  type,
  status,
  reason: 'Because',
  message: '',
  ...(typeof said === 'string' ? { message: said } : said),
  lastTransitionTime: AT,
})
const policy = (wanted: { name?: string; labels?: Record<string, string>; spec?: object } = {}): Policy =>
  a.policy({
    name: 'policy',
    labels: { [ID]: 'p-1' },
    ...wanted,
    spec: { resourceSelectors: [NGINX], placement: {}, ...wanted.spec },
  })
const work = (cluster: string, status: object = {}, spec: object = {}): Work =>
  a.work({
    name: 'nginx-work',
    namespace: executionNamespace(cluster),
    manifests: [{ ...NGINX, metadata: { name: 'nginx', namespace: 'default' } }],
    spec,
    status: {
      conditions: [condition('Applied', 'True')],
      manifestStatuses: [
        {
          identifier: { ordinal: 0, version: 'v1', kind: 'Deployment', resource: 'deployments', name: 'nginx' },
          health: 'Healthy',
        },
      ],
      ...status,
    },
  })
const refused = (cluster: string, message: string): Work =>
  work(cluster, { conditions: [condition('Applied', 'False', message)], manifestStatuses: [] })
const decision = (value: object): Record<string, string> => ({ [ANNOTATION.decision]: JSON.stringify(value) })
const rejected = (name: string, filter: string, reason: string): object => ({ name, rejected: { [filter]: reason } })
const unplaced = (reason: string, message: string, clusters: readonly object[] = []): Binding =>
  a.binding({
    annotations: decision({ result: reason, message, clusters }),
    spec: { clusters: [] },
    status: { conditions: [condition('Scheduled', 'False', { message, reason })] },
  })
const event = (reason: string, message: string, about: Partial<ToldEvent['about']> = {}): ToldEvent => ({
  about: { kind: 'Deployment', namespace: 'default', name: 'nginx', ...about },
  type: 'Warning',
  reason,
  message,
  count: 1,
  atMs: NOW_MS - 60_000,
})
const down = (name: string): Cluster =>
  a.cluster({
    name,
    status: {
      conditions: [
        condition('Ready', 'False', { message: 'cluster is not reachable', reason: 'ClusterNotReachable' }),
        condition('Connected', 'False', { message: 'nobody listens at 10.0.0.7:6443', reason: 'ConnectionRefused' }),
      ],
    },
  })
const targets = (...names: readonly string[]) => names.map(name => ({ name, replicas: 1 }))

const WELL: Observed = {
  subject: { gvk: { group: 'apps', version: 'v1', kind: 'Deployment' }, key: { namespace: 'default', name: 'nginx' } },
  nowMs: NOW_MS,
  template: { found: a.deployment({ name: 'nginx', ...CLAIM }) },
  operator: { found: { lease: 'flotilla-system/flotilla', holder: 'pod-1', renewTime: AT, live: true } },
  lease: 'flotilla-system/flotilla',
  policies: { found: [policy()] },
  clusterPolicies: { found: [] },
  overrides: { found: { namespaced: [], cluster: [] } },
  binding: {
    found: a.binding({
      annotations: decision({
        result: 'Success',
        division: 'duplicated',
        clusters: [{ name: 'member1', replicas: 1 }],
      }),
      spec: { clusters: targets('member1', 'member2') },
      status: {
        conditions: [
          condition('Scheduled', 'True', { message: 'Binding has been scheduled successfully.', reason: 'Success' }),
        ],
      },
    }),
  },
  attached: { found: [] },
  works: { found: [work('member1'), work('member2')] },
  clusters: { found: [a.cluster({ name: 'member1' }), a.cluster({ name: 'member2' })] },
  events: [],
}
const UNCLAIMED = { template: { found: a.deployment({ name: 'nginx' }) } }
const NOTHING: Partial<Observed> = { binding: { found: undefined }, works: { found: [] } }

const look = (seen: Partial<Observed> = {}) => diagnose({ ...WELL, ...seen })
const firstLine = (seen: Partial<Observed>): string => printDiagnosis(look(seen), NOW_MS).split('\n')[0] ?? ''

describe('diagnose', () => {
  it('says that nothing is wrong', () => {
    expect(firstLine({})).toBe(
      'Nothing is wrong with Deployment default/nginx: it is in member1 and member2 as declared, by PropagationPolicy default/policy.',
    )
    expect(look().headline.code).toBe('AllWell')
  })

  it.each<{ name: string; seen: Partial<Observed>; code: string; line: string | RegExp }>([
    {
      name: 'no policy',
      seen: { ...UNCLAIMED, ...NOTHING, policies: { found: [] } },
      code: 'NoPolicy',
      line: 'No policy selects Deployment default/nginx, so it goes nowhere.',
    },
    {
      name: 'two policies, and the one that ranks above came later',
      seen: {
        policies: { found: [policy(), policy({ name: 'urgent', labels: { [ID]: 'p-2' }, spec: { priority: 10 } })] },
      },
      code: 'TwoPolicies',
      line: 'Two policies select it: PropagationPolicy default/policy claimed it first and keeps it, although PropagationPolicy default/urgent ranks above.',
    },
    {
      name: 'two policies, in their order',
      seen: {
        clusterPolicies: {
          found: [a.clusterPolicy({ name: 'all', labels: { [WIDE_ID]: 'c-1' }, spec: { resourceSelectors: [NGINX] } })],
        },
      },
      code: 'AllWell',
      line: /by PropagationPolicy default\/policy, which comes before ClusterPropagationPolicy all \(a PropagationPolicy comes before/,
    },
    {
      name: 'no cluster matches',
      seen: {
        binding: {
          found: unplaced('NoClusterFit', '0/2 clusters are available', [
            rejected('member1', 'ClusterAffinity', 'did not match'),
            rejected('member2', 'ClusterAffinity', 'did not match'),
          ]),
        },
        works: { found: [] },
      },
      code: 'NoClusterMatches',
      line: 'No cluster matches the placement of Deployment default/nginx: its cluster affinity means none of the 2.',
    },
    {
      name: 'a taint, on the one that the placement means',
      seen: {
        binding: {
          found: unplaced('NoClusterFit', '0/2 clusters are available', [
            rejected('member1', 'TaintToleration', 'cluster(s) had untolerated taint {gpu:NoSchedule}'),
            rejected('member2', 'ClusterAffinity', 'did not match'),
          ]),
        },
        works: { found: [] },
      },
      code: 'Taint',
      line: 'No cluster takes Deployment default/nginx: member1 has a taint that the placement does not tolerate (member1: cluster(s) had untolerated taint {gpu:NoSchedule}).',
    },
    {
      name: 'a kind that no cluster serves',
      seen: {
        binding: {
          found: unplaced('NoClusterFit', '0/1', [
            rejected('member1', 'APIEnablement', 'cluster(s) did not have the API resource'),
          ]),
        },
        works: { found: [] },
      },
      code: 'MissingApi',
      line: /member1 does not serve its kind/,
    },
    {
      name: 'a kind that a member does not serve',
      seen: {
        works: {
          found: [
            work('member1'),
            refused(
              'member2',
              'Failed to apply all manifests (0/1): cluster member2 does not serve apps/v1/Deployment; install its CRD there',
            ),
          ],
        },
      },
      code: 'MissingApi',
      line: /^Member member2 does not serve its kind: /,
    },
    {
      name: 'no room',
      seen: {
        binding: { found: unplaced('Unschedulable', 'Clusters available replicas 0 are not enough.') },
        works: { found: [] },
      },
      code: 'NoRoom',
      line: 'Deployment default/nginx cannot be placed: Clusters available replicas 0 are not enough.',
    },
    {
      name: 'a right that the credential lacks',
      seen: {
        works: {
          found: [
            work('member1'),
            refused(
              'member2',
              'deployments.apps "nginx" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments" in API group "apps" in the namespace "default"',
            ),
          ],
        },
      },
      code: 'MissingRight',
      line: /^Member member2 refuses it: the credential of the member lacks a right: /,
    },
    {
      name: 'a quota that is used up',
      seen: {
        works: {
          found: [
            refused('member1', 'pods "x" is forbidden: exceeded quota: small, requested: pods=1'),
            work('member2'),
          ],
        },
      },
      code: 'Quota',
      line: /^Member member1 refuses it: a ResourceQuota is used up: /,
    },
    {
      name: 'suspended dispatching',
      seen: { works: { found: [work('member1', {}, { suspendDispatching: true }), work('member2')] } },
      code: 'Suspended',
      line: 'Its dispatching to member1 is suspended: the member keeps what it has.',
    },
    {
      name: 'suspended scheduling',
      seen: { binding: { found: a.binding({ spec: { suspension: { scheduling: true } } }) }, works: { found: [] } },
      code: 'Suspended',
      line: /^Its scheduling is suspended/,
    },
    {
      name: 'an object in the member that is not ours',
      seen: {
        works: {
          found: [
            refused(
              'member1',
              'Deployment default/nginx already exists in the cluster member1 and is not managed by this system; the',
            ),
            work('member2'),
          ],
        },
      },
      code: 'Conflict',
      line: /^Member member1 has an object of that name that is not ours: /,
    },
    {
      name: 'a member that is down',
      seen: { clusters: { found: [a.cluster({ name: 'member1' }), down('member2')] } },
      code: 'MemberDown',
      line: /^Member member2 is not ready: ConnectionRefused: nobody listens at 10\.0\.0\.7:6443\. What it has stays there/,
    },
    {
      name: 'an override that cannot be applied',
      seen: {
        overrides: {
          found: {
            namespaced: [
              a.overridePolicy({
                name: 'bad',
                spec: {
                  overrideRules: [
                    { overriders: { plaintext: [{ path: '/spec/nothing/here', operator: 'replace', value: 1 }] } },
                  ],
                },
              }),
            ],
            cluster: [],
          },
        },
        works: { found: [] },
      },
      code: 'OverrideError',
      line: /^OverridePolicy default\/bad cannot be applied for member1, so member1 gets nothing new: spec\.overrideRules\[0\].*\(and 1 more, below\)$/,
    },
    {
      name: 'an interpreter that fails to count replicas',
      seen: { ...NOTHING, events: [event('GetReplicasFailed', 'farm: InterpretReplica: line 3: nil')] },
      code: 'InterpreterError',
      line: 'Its replicas cannot be read: farm: InterpretReplica: line 3: nil',
    },
    {
      name: 'an interpreter that fails to judge health',
      seen: {
        works: { found: [work('member1', { manifestStatuses: [] }), work('member2')] },
        events: [
          event('InterpretHealthFailed', 'farm: line 3: nil', {
            kind: 'Work',
            namespace: executionNamespace('member1'),
          }),
        ],
      },
      code: 'InterpreterError',
      line: /^Member member1 has it, and its state there cannot be read: farm/,
    },
    {
      name: 'a kind that the operator may not watch',
      seen: {
        ...UNCLAIMED,
        ...NOTHING,
        events: [
          event('ListTemplatesFailed', 'cannot list deployments', { kind: 'PropagationPolicy', name: 'policy' }),
        ],
      },
      code: 'KindNotPermitted',
      line: 'PropagationPolicy default/policy selects it, and the operator cannot watch Deployment: cannot list deployments',
    },
    {
      name: 'an operator that does not run',
      seen: { operator: { found: undefined } },
      code: 'OperatorNotRunning',
      line: 'The operator does not run: nobody holds the Lease flotilla-system/flotilla.',
    },
    {
      name: 'an operator that has ended',
      seen: { operator: { found: { lease: '', holder: 'pod-1', renewTime: '2026-01-01T11:30:00Z', live: false } } },
      code: 'OperatorNotRunning',
      line: /pod-1 renewed the Lease flotilla-system\/flotilla for the last time 30m ago\.$/,
    },
    {
      name: 'a copy that runs on the host',
      seen: {
        binding: {
          found: a.binding({
            spec: { clusters: targets('member1') },
            status: {
              conditions: [
                condition('Scheduled', 'True', { message: '', reason: 'Success' }),
                condition('HostWorkloadRunning', 'True', 'it has 2 Pods.'),
              ],
            },
          }),
        },
      },
      code: 'HostCopy',
      line: 'It runs on the host as well: it has 2 Pods.',
    },
    {
      name: 'an eviction that the brake keeps back',
      seen: {
        binding: {
          found: a.binding({
            spec: { clusters: targets('member1') },
            status: { conditions: [condition('Scheduled', 'True'), condition('EvictionHalted', 'True', 'too many.')] },
          }),
        },
      },
      code: 'EvictionHalted',
      line: 'It should leave a member, and the brake keeps it: too many.',
    },
    {
      name: 'an eviction that is under way',
      seen: {
        binding: {
          found: a.binding({
            spec: {
              clusters: targets('member2'),
              gracefulEvictionTasks: [{ fromCluster: 'member1', reason: 'TaintUntolerated', producer: 'x' }],
            },
            status: { conditions: [condition('Scheduled', 'True', { message: '', reason: 'Success' })] },
          }),
        },
      },
      code: 'Evicting',
      line: /^It is being evicted from member1: TaintUntolerated/,
    },
    {
      name: 'something that it needs and the host lacks',
      seen: {
        binding: {
          found: a.binding({
            annotations: {
              [ANNOTATION.dependencies]: JSON.stringify([
                { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'key' },
              ]),
            },
            spec: { propagateDeps: true, clusters: targets('member1') },
            status: { conditions: [condition('Scheduled', 'True', { message: '', reason: 'Success' })] },
          }),
        },
      },
      code: 'DependencyMissing',
      line: 'It needs Secret default/key, which is not sent along: the host does not have it.',
    },
    {
      name: 'a copy in a member that is not healthy',
      seen: {
        works: {
          found: [
            work('member1', {
              manifestStatuses: [{ identifier: {}, health: 'Unhealthy', status: { replicas: 2, readyReplicas: 0 } }],
            }),
            work('member2'),
          ],
        },
      },
      code: 'Unhealthy',
      line: 'Member member1 has it, and it is not healthy there (replicas 2, readyReplicas 0).',
    },
    {
      name: 'a Work that has not been tried',
      seen: { works: { found: [work('member1', { conditions: [] }), work('member2')] } },
      code: 'NotTried',
      line: 'The Work for member1 has not been tried since it was changed last.',
    },
    {
      name: 'a target without a Cluster',
      seen: { clusters: { found: [a.cluster({ name: 'member1' })] } },
      code: 'NoSuchCluster',
      line: 'It is to be in member2, and there is no Cluster of that name.',
    },
    {
      name: 'an object that is not there',
      seen: { template: { found: undefined } },
      code: 'NotFound',
      line: 'There is no Deployment default/nginx on the host.',
    },
    {
      name: 'an object that may not be read',
      seen: { template: { unread: 'forbidden' } },
      code: 'NotRead',
      line: 'You may not read Deployment default/nginx: forbidden.',
    },
    {
      name: 'an object that is kept for the host',
      seen: {
        template: { found: a.deployment({ name: 'nginx', labels: { 'flotilla.dev/local': 'true' } }) },
        ...NOTHING,
      },
      code: 'KeptLocal',
      line: /is kept for the host alone/,
    },
    {
      name: 'a lazy policy',
      seen: { ...NOTHING, policies: { found: [policy({ spec: { activationPreference: 'Lazy' } })] } },
      code: 'Lazy',
      line: /is lazy: it waits for the next change/,
    },
    {
      name: 'a policy that has not claimed it yet',
      seen: { ...UNCLAIMED, ...NOTHING },
      code: 'NotClaimed',
      line: 'PropagationPolicy default/policy selects it, and the operator has not claimed it yet.',
    },
    {
      name: 'an override policy that is waited for',
      seen: { ...UNCLAIMED, ...NOTHING, events: [event('ApplyPolicyFailed', 'waiting for dependent overrides')] },
      code: 'PolicyNotApplied',
      line: 'The policy could not be applied: waiting for dependent overrides',
    },
  ])('$name', ({ seen, code, line }) => {
    expect(look(seen).headline.code).toBe(code)
    if (typeof line === 'string') expect(firstLine(seen)).toBe(line)
    else expect(firstLine(seen)).toMatch(line)
  })

  it('counts no failure that is over', () => {
    const told = [
      { ...event('ApplyPolicySucceed', 'done'), type: 'Normal' },
      { ...event('ApplyPolicyFailed', 'no'), atMs: 1 },
    ]
    expect(look({ events: told }).headline.code).toBe('AllWell')
    expect(look({ events: told }).lastWarning?.message).toBe('no')
  })

  it.each([
    { name: 'the template, where both were told at once', beforeMs: 1000, message: 'no', kind: 'Deployment' },
    { name: 'the binding, where it was told later', beforeMs: 2000, message: 'no', kind: 'ResourceBinding' },
    { name: 'the binding, where it was told something else', beforeMs: 0, message: 'nay', kind: 'ResourceBinding' },
  ])('shows the last warning about $name', ({ beforeMs, message, kind }) => {
    const ofBinding = event('ScheduleBindingFailed', 'no', { kind: 'ResourceBinding', name: 'nginx-deployment' })
    const ofTemplate = event('ScheduleBindingFailed', message)
    const told = [ofBinding, { ...ofTemplate, atMs: ofTemplate.atMs - beforeMs }]
    expect(look({ events: told }).lastWarning?.about.kind).toBe(kind)
  })

  it('names the rule that a member lacks', () => {
    const message =
      'x is forbidden: User "u" cannot create resource "jobs" in API group "batch" in the namespace "shop"'
    const { headline } = look({ works: { found: [refused('member1', message), work('member2')] } })
    expect(headline.remedy).toBe(
      'Add the rule {apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"]} to a Role in namespace shop, or a ClusterRole that is bound to u in the member.',
    )
  })

  it('tells near misses of policies', () => {
    const others = [
      policy({ name: 'other', spec: { resourceSelectors: [{ ...NGINX, name: 'web' }] } }),
      policy({
        name: 'by-label',
        spec: {
          resourceSelectors: [
            { apiVersion: 'apps/v1', kind: 'Deployment', labelSelector: { matchLabels: { a: 'b' } } },
          ],
        },
      }),
      policy({ name: 'settings', spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap' }] } }),
    ]
    expect(look({ ...UNCLAIMED, ...NOTHING, policies: { found: others } }).choice?.misses).toEqual([
      'PropagationPolicy default/other: it selects web',
      'PropagationPolicy default/by-label: its labelSelector {"matchLabels":{"a":"b"}} does not match the labels',
    ])
  })

  it('prints everything that is known', () => {
    const seen = {
      binding: {
        found: a.binding({
          annotations: decision({
            result: 'Success',
            division: '2 replicas by weight',
            clusters: [{ name: 'member2', replicas: 2 }, rejected('member3', 'TaintToleration', 'tainted')],
          }),
          spec: { clusters: targets('member1', 'member2') },
          status: { conditions: [condition('Scheduled', 'True', { message: '', reason: 'Success' })] },
        }),
      },
      works: { found: [refused('member1', 'a is invalid'), work('member2', {}, { suspendDispatching: true })] },
      events: [event('SyncFailed', 'a is invalid')],
    }
    expect(
      printDiagnosis(look(seen), NOW_MS),
    ).toBe(`Member member1 refuses it as invalid: a is invalid (and 1 more, below)
-> Correct the field that is named, in the template or by an OverridePolicy for this member.

Besides:
  cause  Its dispatching to member2 is suspended: the member keeps what it has.
         -> Take spec.suspension out of the policy, or spec.suspendDispatching out of the Work.

Policies:
  1. PropagationPolicy default/policy, which has claimed it

Scheduling:
  Success
  Division: 2 replicas by weight

CLUSTER   VERDICT   REPLICAS   APPLIED     HEALTH    REASON
member1   target    1          no          -         a is invalid
member2   target    1          suspended   Healthy   dispatching is suspended
member3   unfit     -          -           -         tainted

Last warning, 60s ago: SyncFailed of Deployment default/nginx: a is invalid
`)
  })
})
