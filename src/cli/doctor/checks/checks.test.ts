import { describe, expect, it } from '@jest/globals'
import { API_VERSION } from '../../../api/generated/crds.ts'
import { CLUSTER, SECRET } from '../../../api/kinds.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import { judgeClocks } from './clocks.ts'
import { judgeLeaving } from './leaving.ts'
import { judgeRelease } from './release.ts'
import { judgeReplicas } from './replicas.ts'
import { questionsOf } from './rights.ts'
import { judgeTokens } from './tokens.ts'
import { judgeVersions } from './versions.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')

const object = (kind: string, metadata: KubeObject['metadata']): KubeObject => ({ apiVersion: 'v1', kind, metadata })
const secret = (name: string, expires?: string): KubeObject =>
  object('Secret', {
    name,
    ...(expires !== undefined && {
      annotations: { 'flotilla.dev/token-expires': expires, 'flotilla.dev/token-lifetime': '36000' },
    }),
  })

describe('judgeTokens', () => {
  it.each([
    { name: 'tokens that live', expires: '2026-01-01T20:00:00Z', level: 'ok' },
    { name: 'one that nobody renews', expires: '2026-01-01T12:30:00Z', level: 'warning' },
    { name: 'one that has ended', expires: '2026-01-01T11:59:59Z', level: 'problem' },
    { name: 'one that says nothing that is a time', expires: 'soon', level: 'problem' },
  ])('$name', ({ expires, level }) => {
    expect(judgeTokens([secret('m1', expires), secret('m2')], NOW_MS)).toMatchObject({ level })
  })

  it('says nothing where no token ends', () => expect(judgeTokens([secret('m1')], NOW_MS)).toBeUndefined())
})

describe('judgeLeaving', () => {
  it('names what has been leaving for long, and what holds it', () => {
    const stuck = object('Work', {
      name: 'w',
      namespace: 'karmada-es-m1',
      deletionTimestamp: '2026-01-01T11:00:00Z',
      finalizers: ['karmada.io/execution-controller'],
    })
    const fresh = object('Work', { name: 'v', deletionTimestamp: '2026-01-01T11:59:00Z' })
    const { level, message } = judgeLeaving([stuck, fresh, object('Work', { name: 'u' })], NOW_MS)
    expect(level).toBe('warning')
    expect(message).toContain(
      'Work karmada-es-m1/w (since 2026-01-01T11:00:00Z, held by karmada.io/execution-controller)',
    )
    expect(message).not.toContain('/v')
  })

  it('is content with what has just begun', () => expect(judgeLeaving([], NOW_MS).level).toBe('ok'))
})

describe('judgeClocks', () => {
  it.each([
    { aheadMs: 800, level: 'ok' },
    { aheadMs: -60_000, level: 'warning' },
    { aheadMs: 60_000, level: 'warning' },
  ])('$aheadMs', ({ aheadMs, level }) => {
    expect(
      judgeClocks([
        { name: 'the host', aheadMs },
        { name: 'm1', aheadMs: undefined },
      ]),
    ).toMatchObject({ level })
  })
})

describe('judgeRelease', () => {
  const deployment = (version: string) =>
    object('Deployment', { name: 'flotilla', labels: { 'app.kubernetes.io/version': version } })
  it.each([
    { name: 'this release', deployments: [deployment(API_VERSION)], level: 'ok' },
    { name: 'another one', deployments: [deployment('9.9.9')], level: 'warning' },
    { name: 'two of them', deployments: [deployment(API_VERSION), deployment(API_VERSION)], level: 'warning' },
  ])('$name', ({ deployments, level }) => expect(judgeRelease(deployments, 'flotilla-system')).toMatchObject({ level }))
})

describe('questionsOf', () => {
  it('asks for each verb once, in its namespace, and for nothing that depends on a setting', () => {
    const asked = questionsOf(
      [
        { on: CLUSTER, verbs: ['get', 'patch'] },
        { on: CLUSTER, verbs: ['get'] },
        { on: SECRET, verbs: ['get'], within: 'clusters' },
        { on: SECRET, verbs: ['delete'], when: 'parking' },
        { on: 'templates', verbs: ['get'] },
      ],
      'flotilla-system',
    )
    expect(asked).toEqual([
      { verb: 'get', group: 'cluster.karmada.io', resource: 'clusters' },
      { verb: 'patch', group: 'cluster.karmada.io', resource: 'clusters' },
      { verb: 'get', group: '', resource: 'secrets', namespace: 'karmada-cluster' },
    ])
  })
})

describe('judgeVersions', () => {
  const host = (gitVersion: string) => ({ name: 'the host', gitVersion, oldestMinor: 30 })
  const member = (gitVersion: string) => ({ name: 'm1', gitVersion, oldestMinor: 22 })
  it.each([
    { name: 'both are fit', versions: [host('v1.30.0'), member('v1.22.17')], want: { level: 'ok' } },
    {
      name: 'an old host',
      versions: [host('v1.29.9-gke.1'), member('v1.36.3')],
      want: { level: 'problem', message: expect.stringContaining('the host runs v1.29.9-gke.1 and needs v1.30') },
    },
    { name: 'a member that says nothing', versions: [host('v1.36.3'), member('')], want: { level: 'ok' } },
  ])('$name', ({ versions, want }) => expect(judgeVersions(versions)).toMatchObject(want))
})

describe('judgeReplicas', () => {
  const replica = (name: string, members: readonly string[], renewTime = '2026-01-01T11:59:55.000000Z') => ({
    ...{ replica: name, identity: name, members, renewTime, durationMs: 10_000 },
    ...{ publication: 1, prepared: '', view: '' },
  })

  it('tells how many members each has', () =>
    expect(judgeReplicas([replica('a', ['m1', 'm2']), replica('b', ['m3'])], ['m1', 'm2', 'm3'], NOW_MS)).toEqual({
      level: 'ok',
      message: 'Members of each that shares them: a 2, b 1.',
    }))

  it('warns of a member that nobody has, that of one which ended among them', () => {
    const replicas = [replica('a', ['m1']), replica('b', ['m2'], '2026-01-01T11:59:00.000000Z')]
    const { level, message } = judgeReplicas(replicas, ['m1', 'm2'], NOW_MS)
    expect(level).toBe('warning')
    expect(message).toContain('No replica has looked at m2 yet (members of each: a 1)')
  })

  it('tells of one that ended when others have its members', () => {
    const replicas = [replica('a', ['m1', 'm2']), replica('b', ['m2'], '2026-01-01T11:59:00.000000Z')]
    expect(judgeReplicas(replicas, ['m1', 'm2'], NOW_MS)).toEqual({
      level: 'ok',
      message: 'Members of each that shares them: a 2. Ended without giving up its Lease: b.',
    })
  })
})
