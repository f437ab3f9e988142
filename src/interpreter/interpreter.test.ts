import { describe, expect, it } from '@jest/globals'
import { frozenObject, reports } from '../testing/frozen-object.ts'
import { type InterpreterLayer, nativeLayer, newInterpreter } from './interpreter.ts'
import type { KindHooks } from './kind-interpreter.ts'

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' }
const WIDGET = { group: 'example.com', version: 'v1', kind: 'Widget' }
const widget = frozenObject('example.com/v1 Widget', { status: { ready: true } })
const deployment = frozenObject('apps/v1 Deployment', { spec: { replicas: 2 }, status: { replicas: 1 } })

describe('a kind without special knowledge', () => {
  const interpreter = newInterpreter()
  it('is no workload', () => {
    expect(interpreter.has(WIDGET, 'getReplicas')).toBe(false)
    expect(interpreter.getReplicas(widget)).toBeUndefined()
  })
  it('stays as it is', () => {
    expect(interpreter.reviseReplicas(widget, 3)).toBe(widget)
    expect(interpreter.retain(widget, frozenObject('example.com/v1 Widget', { spec: {} }))).toBe(widget)
  })
  it('reflects its whole status', () => {
    expect(interpreter.has(WIDGET, 'reflectStatus')).toBe(true)
    expect(interpreter.reflectStatus(widget)).toEqual({ ready: true })
    expect(interpreter.reflectStatus(frozenObject('v1 ConfigMap'))).toBeUndefined()
  })
  it('is healthy', () => expect(interpreter.interpretHealth(widget)).toBe('Healthy'))
  it('leaves the status of its template alone', () =>
    expect(interpreter.aggregateStatus(widget, reports({ a: { ready: false } }))).toBeUndefined())
})

describe('a kind that is built in', () => {
  const interpreter = newInterpreter()
  it('is interpreted by its file', () => {
    expect(interpreter.has(DEPLOYMENT, 'getReplicas')).toBe(true)
    expect(interpreter.getReplicas(deployment)).toEqual({ replicas: 2 })
    expect(interpreter.interpretHealth(deployment)).toBe('Unhealthy')
  })
  it('is known by its exact group and version only', () => {
    expect(interpreter.has({ ...DEPLOYMENT, version: 'v1beta1' }, 'getReplicas')).toBe(false)
    expect(interpreter.has({ ...DEPLOYMENT, group: 'example.com' }, 'getReplicas')).toBe(false)
  })
})

describe('the chain (status.md §6)', () => {
  const layer = (hooks: KindHooks): InterpreterLayer => ({
    hooksOf: gvk => (gvk.kind === 'Deployment' ? hooks : undefined),
  })
  it('asks the first layer that has the operation', async () => {
    const interpreter = newInterpreter([layer({ getReplicas: async () => ({ replicas: 9 }) }), nativeLayer])
    expect(await interpreter.getReplicas(deployment)).toEqual({ replicas: 9 })
    expect(await interpreter.reviseReplicas(deployment, 5)).toMatchObject({ spec: { replicas: 5 } })
  })
  it('takes an answer of false for an answer', async () => {
    const interpreter = newInterpreter([layer({ isHealthy: async () => false }), layer({ isHealthy: () => true })])
    expect(await interpreter.interpretHealth(deployment)).toBe('Unhealthy')
  })
  it('takes a status of nothing for an answer', () =>
    expect(
      newInterpreter([layer({ reflectStatus: () => undefined }), nativeLayer]).reflectStatus(deployment),
    ).toBeUndefined())
  it('asks nobody else when a layer fails', async () => {
    const failing = layer({ getReplicas: () => Promise.reject(new Error('script failed')) })
    await expect(newInterpreter([failing, nativeLayer]).getReplicas(deployment)).rejects.toThrow('script failed')
  })
})
