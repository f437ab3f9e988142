import { describe, expect, it } from '@jest/globals'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { type Interpreter, newInterpreter } from './interpreter.ts'
import { interpretManifest, isSameIdentifier, manifestIdentifier } from './manifest-status.ts'

const deployment = frozenObject('apps/v1 Deployment')
const identifier = {
  ordinal: 0,
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: '',
  namespace: 'default',
  name: 'nginx',
}

describe('the identifier of a manifest (status.md §1)', () => {
  it('names group, version, kind, namespace and name, with an empty resource', () =>
    expect(manifestIdentifier(deployment, 0)).toEqual(identifier))
  it('leaves out an empty group and namespace', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }
    expect(manifestIdentifier(namespace, 1)).toEqual({
      ordinal: 1,
      version: 'v1',
      kind: 'Namespace',
      resource: '',
      name: 'a',
    })
  })
  it.each([
    { name: 'equal', other: {}, want: true },
    { name: 'an explicit resource does not count', other: { resource: 'deployments' }, want: true },
    { name: 'another ordinal', other: { ordinal: 1 }, want: false },
    { name: 'another group', other: { group: '' }, want: false },
    { name: 'another version', other: { version: 'v2' }, want: false },
    { name: 'another kind', other: { kind: 'x' }, want: false },
    { name: 'another namespace', other: { namespace: '' }, want: false },
    { name: 'another name', other: { name: 'x' }, want: false },
  ])('compared with: $name', ({ other, want }) =>
    expect(isSameIdentifier(identifier, { ...identifier, ...other })).toBe(want),
  )
})

describe('the status of a manifest (status.md §1)', () => {
  it('beyond 512 KiB is not taken', async () => {
    const pod = frozenObject('v1 Pod', { status: { message: 'x'.repeat(600 * 1024) } })
    const taking = interpretManifest(newInterpreter(), { manifest: pod, ordinal: 0 }, pod)
    await expect(taking).rejects.toThrow('its status is larger than 512 KiB, which is not taken to the host')
  })

  const maps = (levels: number): string => `${'{"in":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
  const lists = (levels: number): string => `{"list":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
  const none = () => undefined
  it.each([
    { name: '100 levels of maps', status: maps(100), isTaken: true },
    { name: '101 levels of maps', status: maps(101), isTaken: false },
    { name: '100 levels of lists', status: lists(100), isTaken: true },
    { name: '101 levels of lists', status: lists(101), isTaken: false },
    { name: 'what nests deeper than any stack', status: `{"list":${lists(100_000)}}`, isTaken: false },
    { name: 'many that stand beside each other', status: `{"list":[${'{},'.repeat(999)}[]]}`, isTaken: true },
  ])('nested deeper than 100 levels is not taken: $name', async ({ status: text, isTaken }) => {
    const taking = async (interpreter: Pick<Interpreter, 'reflectStatus' | 'interpretHealth'>, object: KubeObject) =>
      interpretManifest(interpreter, { manifest: object, ordinal: 0 }, object).then(none, (error: Error) => error)
    const status: JsonObject = JSON.parse(text)
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }
    const told = 'its status is nested deeper than 100 levels, which is not taken to the host'
    const wanted = isTaken ? undefined : new Error(told)
    expect(await taking(newInterpreter(), { ...pod, status })).toEqual(wanted)
    // What a script or a server made of it goes the same way.
    expect(await taking({ ...newInterpreter(), reflectStatus: async () => status }, pod)).toEqual(wanted)
  })

  it('has no null members, which a merge patch cannot carry', async () => {
    const text = '{"conditions":[{"type":"Ready","lastProbeTime":null}],"none":null,"list":[null,1],"empty":{"a":null}}'
    const pod = frozenObject('v1 Pod', { status: JSON.parse(text) })
    const { status } = await interpretManifest(newInterpreter(), { manifest: pod, ordinal: 0 }, pod)
    expect(status.status).toEqual({ conditions: [{ type: 'Ready' }], list: [null, 1], empty: {} })
  })
  const observed = frozenObject('apps/v1 Deployment', { status: { readyReplicas: 1 }, metadata: { generation: 1 } })
  it('is identifier, reflected status and health', async () =>
    expect(await interpretManifest(newInterpreter(), { manifest: deployment, ordinal: 0 }, observed)).toEqual({
      status: { identifier, status: { readyReplicas: 1, generation: 1 }, health: 'Unhealthy' },
    }))
  it('has no status where nothing is reflected', async () => {
    const configMap = frozenObject('v1 ConfigMap')
    const { status } = await interpretManifest(newInterpreter(), { manifest: configMap, ordinal: 0 }, configMap)
    expect(Object.keys(status)).toEqual(['identifier', 'health'])
    expect(status.health).toBe('Healthy')
  })
  it('is of unknown health when judging it fails', async () => {
    const interpreter = { ...newInterpreter(), interpretHealth: () => Promise.reject(new Error('no')) }
    expect(await interpretManifest(interpreter, { manifest: deployment, ordinal: 0 }, observed)).toMatchObject({
      status: { status: { readyReplicas: 1 }, health: 'Unknown' },
      healthFailure: new Error('no'),
    })
  })
  it('fails when reflecting fails', async () => {
    const interpreter = { ...newInterpreter(), reflectStatus: () => Promise.reject(new Error('no')) }
    await expect(interpretManifest(interpreter, { manifest: deployment, ordinal: 0 }, observed)).rejects.toThrow('no')
  })
})
