import { describe, expect, it } from '@jest/globals'
import type { JsonObject } from '../object/kube-object.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { projectTemplate } from './project-template.ts'

const stored = (type: string, set: JsonObject, spec: JsonObject) =>
  frozenObject(type, {
    metadata: { managedFields: [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': set } }] },
    spec,
  })
const NOBODY = { 'f:type': {} }

// host-vs-dedicated.md §5 "Extend pruning", §2 rows 3 and 15
describe('a template is kept without what the host filled in, and with it where somebody said so', () => {
  it.each([
    { type: 'v1 Service', field: 'healthCheckNodePort', value: 30001 },
    { type: 'v1 Service', field: 'ipFamilies', value: ['IPv4'] },
    { type: 'v1 Service', field: 'ipFamilyPolicy', value: 'SingleStack' },
    { type: 'v1 Pod', field: 'nodeName', value: 'node-1' },
    { type: 'v1 Pod', field: 'priorityClassName', value: 'usual' },
    { type: 'v1 Pod', field: 'tolerations', value: [{ key: 'a', operator: 'Exists' }] },
    { type: 'v1 Pod', field: 'imagePullSecrets', value: [{ name: 'registry' }] },
    { type: 'v1 PersistentVolumeClaim', field: 'storageClassName', value: 'fast' },
  ])('$type: $field', ({ type, field, value }) => {
    const spec = { type: 'x', [field]: value }
    expect(projectTemplate(stored(type, NOBODY, spec))['spec']).toEqual({ type: 'x' })
    expect(projectTemplate(stored(type, { [`f:${field}`]: {} }, spec))['spec']).toEqual(spec)
  })

  it('Service: the node port of each port for itself', () => {
    const ports = [80, 81].map(port => ({ port, protocol: 'TCP', nodePort: 30000 + port }))
    const set = { 'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:nodePort': {} } } }
    expect(projectTemplate(stored('v1 Service', set, { ports }))['spec']).toEqual({
      ports: [{ port: 80, protocol: 'TCP' }, ports[1]],
    })
  })

  it('Pod: requests and limits of each container for themselves', () => {
    const resources = { requests: { cpu: '1' }, limits: { cpu: '2' } }
    const containers = ['a', 'b', 'c'].map(name => ({ name, resources }))
    const set = {
      'f:containers': {
        'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:resources': {} },
        'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {} } } },
        'k:{"name":"c"}': { '.': {}, 'f:resources': { 'f:limits': { 'f:cpu': {} }, 'f:requests': { 'f:cpu': {} } } },
      },
    }
    expect(projectTemplate(stored('v1 Pod', set, { containers }))['spec']).toEqual({
      containers: [
        { name: 'a', resources: {} },
        { name: 'b', resources: { limits: { cpu: '2' } } },
        { name: 'c', resources },
      ],
    })
  })

  it('another kind with such fields keeps them', () => {
    const spec = { type: 'x', nodeName: 'n' }
    expect(projectTemplate(stored('example.com/v1 Pod', NOBODY, spec))['spec']).toEqual(spec)
  })

  it('nothing is taken from an object that does not say who set what', () => {
    const service = frozenObject('v1 Service', { spec: { ipFamilies: ['IPv4'] } })
    expect(projectTemplate(service)).toBe(service)
  })
})

it('managedFields are not kept', () => {
  const { metadata } = projectTemplate(stored('v1 ConfigMap', {}, {}))
  expect(metadata).toEqual({ name: 'nginx', namespace: 'default' })
})
