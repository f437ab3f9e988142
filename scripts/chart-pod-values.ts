// Values of the chart that say how its Pods run.
import { count, flag, group, list, object, strings, text, texts, type Values } from './chart-value.ts'

/**
 * Where replicas go when nothing else is said: apart, as far as that is possible. Zones are no second constraint: a node that
 * lacks the label of one is left out of all of them, and where no node has a zone nothing would be spread.
 */
const SPREAD = [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }]
const OTHER_ZONES = {
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: 'topology.kubernetes.io/zone' } },
    ],
  },
}

const CONTAINER: Values = {
  resources: object('Memory grows with the number of templates and members.', {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { memory: '1Gi' },
  }),
  env: list('Environment of the container: `- name: …`.'),
  envFrom: list('Environment from ConfigMaps and Secrets.'),
  extraArgs: texts('Flags besides `--config`: [flags.md](flags.md).', { pattern: '^-' }),
  extraVolumes: list('Volumes of the Pods, e.g. a projected ServiceAccount token or a CA bundle.'),
  extraVolumeMounts: list('Where the container sees them.'),
  securityContext: object('Of the container.', {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  }),
  startupProbe: object('Numbers of the probe: what is asked is fixed.', {
    initialDelaySeconds: 1,
    periodSeconds: 1,
    failureThreshold: 120,
  }),
  livenessProbe: object('The same.', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
  readinessProbe: object('The same.', { periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 10 }),
}

const PLACE: Values = {
  nodeSelector: strings('Nodes to run on.', { 'kubernetes.io/os': 'linux' }),
  tolerations: list('Taints to tolerate.'),
  affinity: object(
    "Which nodes and neighbours are preferred. A term of `podAntiAffinity` without `labelSelector` is about the chart's own Pods.",
    OTHER_ZONES,
  ),
  topologySpreadConstraints: list(
    "How several replicas are spread. A constraint without `labelSelector` is about the chart's own Pods.",
    SPREAD,
  ),
  priorityClassName: text('The more important the fleet, the higher: `system-cluster-critical`, say.', '', {
    maxLength: 253,
  }),
  schedulerName: text('Empty: the default scheduler.', ''),
  runtimeClassName: text("Empty: the nodes' own runtime.", ''),
}

const NETWORK: Values = {
  dnsPolicy: text('Empty: ClusterFirst, or ClusterFirstWithHostNet with `hostNetwork`.', '', {
    enum: ['', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  }),
  dnsConfig: object("Of the Pod: name servers that know the members' names, say."),
  hostAliases: list("Entries of the Pod's /etc/hosts: members without a name in DNS."),
  hostNetwork: flag("Uses the node's network: where only that reaches the members.", false),
}

export const POD_VALUES: Values = {
  ...CONTAINER,
  initContainers: list('Run before the operator.'),
  extraContainers: list('Run beside it: a tunnel to a member, say.'),
  podAnnotations: strings('Annotations of the Pods.'),
  podLabels: strings('Labels of the Pods, besides those of the chart.'),
  podSecurityContext: object("The user is the image's, unless named here.", {
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  }),
  terminationGracePeriodSeconds: count('Twice what an orderly end may take.', 20, { minimum: 10 }),
  ...PLACE,
  ...NETWORK,
  deploymentAnnotations: strings('Annotations of the Deployment.'),
  strategy: object('How Pods are replaced. Empty: a new one is ready before an old one ends.'),
  revisionHistoryLimit: count('Old ReplicaSets that are kept.', 10, { minimum: 0 }),
  podDisruptionBudget: group('With more than one replica.', {
    enabled: flag('Lets a drain take one Pod at a time.', true),
    maxUnavailable: {
      description: 'Number or percentage.',
      type: ['integer', 'string'],
      default: 1,
    },
    minAvailable: { description: 'The same; wins when it is not empty.', type: ['integer', 'string'], default: '' },
  }),
}
