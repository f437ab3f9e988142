import { describe, expect, it } from '@jest/globals'
import { frozen } from '../testing/frozen-object.ts'
import { podResourceRequest, replicaRequirements } from './pod-template.ts'

const container = (requests: object, more: object = {}) => ({ name: 'a', resources: { requests, ...more } })
const sidecar = (requests: object) => ({ ...container(requests), restartPolicy: 'Always' })

describe('what a pod asks of a node', () => {
  it.each([
    { name: 'nothing without requests', spec: { containers: [{ name: 'a' }] }, want: undefined },
    { name: 'nothing for zero', spec: { containers: [container({ cpu: '0' })] }, want: undefined },
    {
      name: 'the sum of its containers',
      spec: { containers: [container({ cpu: '100m', memory: '64Mi' }), container({ cpu: '0.5', memory: '64Mi' })] },
      want: { cpu: '600m', memory: '128Mi' },
    },
    {
      name: 'an init container that needs more than they do',
      spec: {
        containers: [container({ cpu: '100m', memory: '1Gi' })],
        initContainers: [container({ cpu: '2', memory: '1Mi' })],
      },
      want: { cpu: '2', memory: '1Gi' },
    },
    {
      name: 'the largest init container, not their sum',
      spec: {
        containers: [],
        initContainers: [container({ cpu: '1' }), container({ cpu: '3' }), container({ cpu: '2' })],
      },
      want: { cpu: '3' },
    },
    {
      name: 'sidecars beside containers',
      spec: {
        containers: [container({ cpu: '1' })],
        initContainers: [sidecar({ cpu: '200m' }), sidecar({ cpu: '300m' })],
      },
      want: { cpu: '1500m' },
    },
    {
      name: 'an init container beside the sidecars started before it',
      spec: {
        containers: [container({ cpu: '1' })],
        initContainers: [sidecar({ cpu: '200m' }), container({ cpu: '2' }), sidecar({ cpu: '5m' })],
      },
      want: { cpu: '2200m' },
    },
    {
      name: 'the overhead on top',
      spec: { containers: [container({ cpu: '1' })], overhead: { cpu: '250m', memory: '120Mi' } },
      want: { cpu: '1250m', memory: '120Mi' },
    },
    {
      name: 'a limit where there is no request',
      spec: { containers: [container({ cpu: '1' }, { limits: { cpu: '2', memory: '1Gi' } })] },
      want: { cpu: '1', memory: '1Gi' },
    },
    {
      name: 'what the pod asks for as a whole instead of what its containers do',
      spec: {
        containers: [container({ cpu: '1', memory: '1Gi' })],
        resources: { requests: { cpu: '3' } },
        overhead: { cpu: '1' },
      },
      want: { cpu: '4', memory: '1Gi' },
    },
    {
      name: 'devices, huge pages and ephemeral storage',
      spec: {
        containers: [
          container({ 'nvidia.com/gpu': 1, 'hugepages-2Mi': '4Mi', 'ephemeral-storage': '1Gi' }),
          container({ 'nvidia.com/gpu': '2' }),
        ],
      },
      want: { 'nvidia.com/gpu': '3', 'hugepages-2Mi': '4Mi', 'ephemeral-storage': '1Gi' },
    },
    {
      name: 'nothing that a node does not offer',
      spec: { containers: [container({ pods: '3', storage: '1Gi' })] },
      want: undefined,
    },
    {
      name: 'bytes in binary notation',
      spec: { containers: [container({ memory: '1G' })] },
      want: { memory: '1000000000' },
    },
    { name: 'whole milli-CPUs', spec: { containers: [container({ cpu: '1100u' })] }, want: { cpu: '2m' } },
    { name: 'nothing for what is no quantity', spec: { containers: [container({ cpu: 'many' })] }, want: undefined },
  ])('$name', ({ spec, want }) => expect(podResourceRequest(frozen(spec))).toEqual(want))
})

describe('requirements of a replica (propagation.md §6)', () => {
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] }
  it.each([
    { name: 'nothing for no pod template', template: undefined, want: undefined },
    {
      name: 'nothing for a plain one',
      template: { spec: { containers: [{ name: 'a' }], nodeSelector: {}, tolerations: [] } },
      want: undefined,
    },
    {
      name: 'the claim on nodes',
      template: {
        spec: {
          nodeSelector: { disk: 'ssd' },
          tolerations: [{ operator: 'Exists' }],
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
        },
      },
      want: {
        nodeClaim: { nodeSelector: { disk: 'ssd' }, tolerations: [{ operator: 'Exists' }], hardNodeAffinity: required },
      },
    },
    {
      name: 'the request alone',
      template: { spec: { containers: [container({ cpu: '1' })] } },
      want: { resourceRequest: { cpu: '1' } },
    },
  ])('$name', ({ template, want }) => expect(replicaRequirements(template && frozen(template))).toEqual(want))
})
