import { expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { hasStatusOfHost, hostEffect } from './host-effects.ts'

const object = (apiVersion: string, kind: string, spec: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  spec,
})

it.each([
  { name: 'a claim that may be provisioned', of: object('v1', 'PersistentVolumeClaim'), want: /makes a volume/ },
  { name: 'a claim that was', of: object('v1', 'PersistentVolumeClaim', { volumeName: 'pv-1' }), want: /volume pv-1/ },
  { name: 'an autoscaler', of: object('autoscaling/v2', 'HorizontalPodAutoscaler'), want: /replicas/ },
  { name: 'an Ingress', of: object('networking.k8s.io/v1', 'Ingress'), want: /ingress controller/ },
  {
    name: 'a Service with a load balancer',
    of: object('v1', 'Service', { type: 'LoadBalancer' }),
    want: /load balancer/,
  },
  {
    name: 'a Service with node ports',
    of: object('v1', 'Service', { type: 'NodePort', ports: [{ nodePort: 30_000 }] }),
    want: /node ports/,
  },
])('$name is told', ({ of, want }) => expect(hostEffect(of)).toMatch(want))

it.each([
  { name: 'a plain Service', of: object('v1', 'Service', { type: 'ClusterIP', ports: [{ port: 80 }] }) },
  { name: 'a ConfigMap', of: object('v1', 'ConfigMap') },
  { name: 'another group’s Ingress', of: object('example.com/v1', 'Ingress') },
])('$name is not', ({ of }) => expect(hostEffect(of)).toBeUndefined())

it.each([
  { name: 'a budget', of: object('policy/v1', 'PodDisruptionBudget'), want: true },
  { name: 'an autoscaler of any version', of: object('autoscaling/v1', 'HorizontalPodAutoscaler'), want: true },
  { name: 'a Deployment', of: object('apps/v1', 'Deployment'), want: false },
])('$name has the status of the host: $want', ({ of, want }) => expect(hasStatusOfHost(of)).toBe(want))
