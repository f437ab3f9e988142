import { expect } from '@jest/globals'
import { core, grouped, ipOf, type KindRow, object, stepped } from './row.ts'

const SERVICE_ADDRESS = /^10\./
const unlike = (text: string): unknown => expect.not.stringMatching(`^${RegExp.escape(text)}$`)

export const NETWORK_ROWS: readonly KindRow[] = [
  {
    title: 'Service of type ClusterIP',
    path: core('services'),
    template: object('v1 Service', 'cluster-ip', { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }),
    change: stepped({ spec: { ports: [{ port: 81 }] } }),
    arrived: t => ({
      spec: { clusterIP: unlike(t.spec.clusterIP), ports: [{ port: 80 }] },
    }),
    changed: { spec: { ports: [{ port: 81, targetPort: 81 }], clusterIP: expect.stringMatching(SERVICE_ADDRESS) } },
    reflected: () => undefined,
  },
  {
    title: 'headless Service',
    path: core('services'),
    template: object('v1 Service', 'headless', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
    change: stepped({ spec: { publishNotReadyAddresses: true } }),
    arrived: () => ({ spec: { clusterIP: 'None' } }),
    changed: { spec: { clusterIP: 'None', publishNotReadyAddresses: true } },
    reflected: () => undefined,
  },
  {
    title: 'Service of type NodePort',
    path: core('services'),
    template: object('v1 Service', 'node-port', { spec: { type: 'NodePort', ports: [{ name: 'a', port: 80 }] } }),
    change: stepped({ spec: { externalTrafficPolicy: 'Local' } }),
    // Each cluster takes one that is free there.
    arrived: () => ({ spec: { ports: [{ nodePort: expect.any(Number) }] } }),
    changed: { spec: { externalTrafficPolicy: 'Local', clusterIP: expect.stringMatching(SERVICE_ADDRESS) } },
    reflected: () => undefined,
  },
  {
    title: 'Service of type LoadBalancer',
    path: core('services'),
    template: object('v1 Service', 'load-balancer', {
      spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
    }),
    change: stepped({ spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }),
    changed: {
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24'], healthCheckNodePort: expect.any(Number) },
    },
    byHand: n => ({ loadBalancer: { ingress: [{ ip: ipOf(4 - n) }, { hostname: 'all.example.com' }] } }),
    reflected: m => ({ loadBalancer: m.status.loadBalancer }),
    total: () => ({
      loadBalancer: {
        ingress: [{ hostname: 'all.example.com' }, ...[1, 2, 3].map(n => expect.objectContaining({ ip: ipOf(n) }))],
      },
    }),
  },
  {
    title: 'Service of type ExternalName',
    path: core('services'),
    template: object('v1 Service', 'external', { spec: { type: 'ExternalName', externalName: 'a.example.com' } }),
    change: stepped({ spec: { externalName: 'b.example.com' } }),
    arrived: () => ({ spec: { externalName: 'a.example.com' } }),
    changed: { spec: { externalName: 'b.example.com' } },
    reflected: () => undefined,
  },
  // No controller serves it on these hosts; one that does would write its status too, and get it after the third time.
  {
    title: 'Ingress',
    path: grouped('networking.k8s.io/v1', 'ingresses'),
    template: object('networking.k8s.io/v1 Ingress', 'ingress', {
      spec: { defaultBackend: { service: { name: 'cluster-ip', port: { number: 80 } } } },
    }),
    change: stepped({ spec: { defaultBackend: { service: { port: { number: 81 } } } } }),
    changed: { spec: { defaultBackend: { service: { port: { number: 81 } } } } },
    byHand: n => ({ loadBalancer: { ingress: [{ ip: ipOf(n) }] } }),
    total: () => ({ loadBalancer: { ingress: [1, 2, 3].map(n => ({ ip: ipOf(n) })) } }),
  },
  {
    title: 'NetworkPolicy',
    path: grouped('networking.k8s.io/v1', 'networkpolicies'),
    template: object('networking.k8s.io/v1 NetworkPolicy', 'network-policy', {
      spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }, {}] },
    }),
    change: stepped({ spec: { ingress: [] } }),
    arrived: () => ({ spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }, {}] } }),
    changed: { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
    dropped: m => m.spec.ingress,
  },
]
