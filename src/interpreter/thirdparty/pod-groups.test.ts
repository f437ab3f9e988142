import { expect, it } from '@jest/globals'
import { largestRequirements, toComponent } from './pod-groups.ts'

const pods = (requests: object, spec = {}) => ({ spec: { containers: [{ resources: { requests } }], ...spec } })

it.each([
  { name: 'nothing in particular', podTemplate: { spec: {} }, want: {} },
  {
    name: 'resources and a priority',
    podTemplate: pods({ cpu: '1' }, { priorityClassName: 'high' }),
    want: { replicaRequirements: { resourceRequest: { cpu: '1' }, priorityClassName: 'high' } },
  },
])('a group that needs $name', ({ podTemplate, want }) =>
  expect(toComponent({ name: 'worker', replicas: 2, podTemplate })).toEqual({ name: 'worker', replicas: 2, ...want }),
)

it.each([
  {
    name: 'the most of each resource',
    templates: [pods({ cpu: '2' }), pods({ cpu: '500m', memory: '1Gi' })],
    want: { resourceRequest: { cpu: '2', memory: '1Gi' } },
  },
  {
    name: 'nodes on which all agree',
    templates: [pods({}, { nodeSelector: { a: 'b' } }), pods({}, { nodeSelector: { a: 'b' } })],
    want: { nodeClaim: { nodeSelector: { a: 'b' } } },
  },
  {
    name: 'nothing of nodes where they differ',
    templates: [pods({}, { nodeSelector: { a: 'b' } }), pods({})],
    want: undefined,
  },
  { name: 'nothing without groups', templates: [], want: undefined },
])('groups together need $name', ({ templates, want }) => expect(largestRequirements(templates)).toEqual(want))
