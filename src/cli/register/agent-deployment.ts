import type { KubeObject, ObjectMeta } from '../../object/kube-object.ts'

const PORT = 8080

/**
 * The agent's Pod, hardened as the chart has it (charts/flotilla/values.yaml); whoever wants more of it installs the chart in
 * mode agent.
 */
export function agentDeployment({
  metadata,
  image,
}: {
  readonly metadata: ObjectMeta
  readonly image: string
}): KubeObject {
  const labels = { 'app.kubernetes.io/name': metadata.name, 'app.kubernetes.io/instance': metadata.name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(metadata.name, image) },
    },
  }
}

function podSpec(name: string, image: string): object {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 20,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(image)],
    volumes: [{ name: 'configuration', configMap: { name } }],
  }
}

function container(image: string): object {
  const alive = { httpGet: { path: '/livez', port: 'http' } }
  return {
    name: 'agent',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['--config=/etc/flotilla/config.yaml'],
    ports: [{ name: 'http', containerPort: PORT }],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    startupProbe: { ...alive, periodSeconds: 1, failureThreshold: 120 },
    livenessProbe: { ...alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { httpGet: { path: '/readyz?wait=2', port: 'http' }, timeoutSeconds: 5, periodSeconds: 5 },
    resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '512Mi' } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/flotilla', readOnly: true }],
  }
}
