import type { Resource } from '../src/api/kinds.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { apiVersionOf, DEPLOYMENT } from './workload.ts'

/** @returns an object as it is in real use: a Deployment with two containers, or a ConfigMap with half a page of settings. */
export function realisticTemplate(kind: Resource, metadata: KubeObject['metadata']): KubeObject {
  const head = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata }
  if (kind !== DEPLOYMENT) return { ...head, data: SETTINGS }
  const labels = { 'app.kubernetes.io/name': metadata.name, 'app.kubernetes.io/part-of': 'shop' }
  return {
    ...head,
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [WEB, PROXY], volumes: [{ name: 'cache', emptyDir: {} }] },
      },
    },
  }
}

const SETTINGS = {
  'application.yaml': Array.from({ length: 16 }, (_, index) => `setting-${index}: value of setting ${index}\n`).join(
    '',
  ),
  LOG_LEVEL: 'info',
  REGION: 'eu-central-1',
}

const PROBE = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, timeoutSeconds: 2 }

const WEB = {
  name: 'web',
  image: 'registry.example.com/shop/web:2026.11.3',
  args: ['--listen=:8080', '--upstream=http://orders.shop.svc:8080', '--log-format=json'],
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'DATABASE_HOST', value: 'postgres.shop.svc' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'shop', key: 'token' } } },
  ],
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
  readinessProbe: PROBE,
  livenessProbe: PROBE,
  securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
  volumeMounts: [{ name: 'cache', mountPath: '/var/cache/web' }],
}

const PROXY = {
  name: 'proxy',
  image: 'registry.example.com/mesh/proxy:1.31.2',
  args: ['--config=/etc/proxy/config.yaml'],
  ports: [{ name: 'admin', containerPort: 9901 }],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
}

/** What the member's controller would say of it. */
export function runningStatus(replicas: number): object {
  const at = '2026-11-02T08:00:00Z'
  const condition = (type: string, reason: string, message: string): object => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: at,
    lastUpdateTime: at,
  })
  return {
    observedGeneration: 1,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [
      condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
      condition('Progressing', 'NewReplicaSetAvailable', 'ReplicaSet "web-6d4b75cb6d" has successfully progressed.'),
    ],
  }
}
