import { describe, expect, it } from '@jest/globals'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import {
  hostTraces,
  initialParking,
  isReadableByApiserver,
  newStatusOwner,
  parkingMode,
  registrationOptions,
} from './host-parking.ts'
import { a } from './testing/builders.ts'

describe('who parks', () => {
  it.each([
    { host: 'ordinary', mode: 'auto', want: 'policies' },
    { host: 'ordinary-without-policies', mode: 'auto', want: 'operator' },
    { host: 'dedicated', mode: 'auto', want: 'off' },
    { host: 'dedicated', mode: 'policies', want: 'policies' },
    { host: 'ordinary', mode: 'off', want: 'off' },
  ] as const)('$mode on a host that is $host: $want', ({ host, mode, want }) => {
    const configuration = { ...DEFAULT_CONFIGURATION, parking: { mode, installPolicies: true } }
    expect(parkingMode(configuration, { kind: host })).toBe(want)
  })
})

describe('who parks, before anybody has looked', () => {
  it.each([
    { mode: 'auto', found: 'off', mutating: true, by: 'nobody', why: 'No controller of workloads runs here.' },
    { mode: 'off', found: 'off', mutating: true, by: 'nobody', why: 'parking.mode is off.' },
    { mode: 'operator', found: 'operator', mutating: true, by: 'operator', why: 'parking.mode is operator.' },
    { mode: 'auto', found: 'operator', mutating: false, by: 'operator', why: 'does not serve' },
    { mode: 'policies', found: 'policies', mutating: false, by: 'operator', why: 'does not serve' },
    { mode: 'auto', found: 'policies', mutating: true, by: 'operator', why: 'being found out' },
  ] as const)('$mode, $found, served $mutating: $by, $why', ({ mode, found, mutating, by, why }) => {
    const configuration = { ...DEFAULT_CONFIGURATION, parking: { mode, installPolicies: true } }
    const state = initialParking(configuration, found, { mutating })
    expect(state).toEqual({ mode: found, by, why: expect.stringContaining(why) })
  })
})

describe('whose the status of a template is', () => {
  const parked = a.deployment({ labels: { 'flotilla.dev/parked': 'true' } })
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x' } }
  it.each([
    { name: 'parked', template: parked, mode: 'policies', by: 'apiserver', want: 'fleet' },
    { name: 'parked, and the policies are gone', template: parked, mode: 'policies', by: 'operator', want: 'host' },
    { name: 'parked by the operator', template: parked, mode: 'operator', by: 'operator', want: 'host' },
    { name: 'running', template: a.deployment(), mode: 'policies', by: 'apiserver', want: 'host' },
    { name: 'of a kind that is not parked', template: claim, mode: 'policies', by: 'apiserver', want: 'anybody' },
    { name: 'where nobody runs anything', template: a.deployment(), mode: 'off', by: 'nobody', want: 'anybody' },
  ] as const)('$name: $want', ({ template, mode, by, want }) => {
    expect(newStatusOwner({ current: { mode, by, why: '' } })(template)).toBe(want)
  })
})

describe('what is registered', () => {
  it('are the policies where they park', () => {
    expect(registrationOptions(DEFAULT_CONFIGURATION, 'policies').parking).toEqual({
      namespace: 'flotilla-system',
      skippedNamespaces: ['kube-.*'],
    })
  })
  it('is none of them elsewhere, so that old ones go', () => {
    expect(registrationOptions(DEFAULT_CONFIGURATION, 'operator').parking).toBe('none')
  })
  it('is left to somebody else when that is wanted', () => {
    const configuration = { ...DEFAULT_CONFIGURATION, parking: { mode: 'auto', installPolicies: false } } as const
    expect(registrationOptions(configuration, 'policies').parking).toBeUndefined()
  })
})

it.each([
  { pattern: 'kube-.*', want: true },
  { pattern: '(a|b)+[0-9]{2,}', want: true },
  { pattern: '(?:x)', want: true },
  { pattern: '(?!prod-).*', want: false },
  { pattern: '(?<=a)b', want: false },
  { pattern: String.raw`(a)\1`, want: false },
])('$pattern can be read by the apiserver: $want', ({ pattern, want }) => {
  expect(isReadableByApiserver(pattern)).toBe(want)
})

describe('what a template does on the host', () => {
  const ran = a.deployment({ annotations: { 'deployment.kubernetes.io/revision': '1' } })
  const templates = { get: () => ran }

  it('is told of what runs there, with the ways out', () => {
    const { traces, ofBinding } = hostTraces('policies', templates)
    expect(traces(ran)).toContain('ReplicaSets')
    expect(ofBinding(a.binding())).toContain('flotilla.dev/promote=true')
  })

  it('is nothing where nobody runs anything, of a template that is gone, and of one that never ran', () => {
    expect(hostTraces('off', templates).traces(ran)).toBeUndefined()
    expect(hostTraces('off', templates).ofBinding(a.binding())).toBeUndefined()
    expect(hostTraces('policies', { get: () => undefined }).ofBinding(a.binding())).toBeUndefined()
    expect(hostTraces('policies', { get: () => a.deployment() }).ofBinding(a.binding())).toBeUndefined()
  })
})

describe('the status of a template', () => {
  const of = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'x' } })
  it.each([
    { name: 'PodDisruptionBudget', object: of('policy/v1', 'PodDisruptionBudget'), mode: 'policies', want: true },
    { name: 'autoscaler', object: of('autoscaling/v2', 'HorizontalPodAutoscaler'), mode: 'operator', want: true },
    { name: 'older autoscaler', object: of('autoscaling/v1', 'HorizontalPodAutoscaler'), mode: 'policies', want: true },
    {
      name: 'autoscaler where nothing runs',
      object: of('autoscaling/v2', 'HorizontalPodAutoscaler'),
      mode: 'off',
      want: false,
    },
    {
      name: 'kind of another group',
      object: of('example.com/v1', 'PodDisruptionBudget'),
      mode: 'policies',
      want: false,
    },
    { name: 'Deployment', object: a.deployment(), mode: 'policies', want: false },
    {
      name: 'Deployment that runs on the host',
      object: a.deployment({ annotations: { 'deployment.kubernetes.io/revision': '1' } }),
      mode: 'policies',
      want: true,
    },
  ] as const)('$name: of the host is $want', ({ object, mode, want }) => {
    expect(hostTraces(mode, { get: () => undefined }).ofStatus(object) !== undefined).toBe(want)
  })
})
