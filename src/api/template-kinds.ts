/** What the operator may do with objects of a kind: nothing, place them, or write the fleet's status back as well. */
export type TemplateMode = 'propagate' | 'aggregate' | false

/**
 * The chart's default for `templates.kinds`: what people run, and what configures it. Off is what would hand the operator
 * more than its task: reading every Secret, changing every API, and granting rights.
 */
export const DEFAULT_TEMPLATE_KINDS: Readonly<Record<string, Readonly<Record<string, TemplateMode>>>> = {
  core: {
    configmaps: 'propagate',
    limitranges: 'propagate',
    namespaces: 'propagate',
    persistentvolumeclaims: 'aggregate',
    persistentvolumes: 'aggregate',
    pods: 'aggregate',
    resourcequotas: 'propagate',
    secrets: false,
    serviceaccounts: 'propagate',
    services: 'aggregate',
  },
  apps: {
    daemonsets: 'aggregate',
    deployments: 'aggregate',
    replicasets: 'aggregate',
    statefulsets: 'aggregate',
  },
  batch: {
    cronjobs: 'aggregate',
    jobs: 'aggregate',
  },
  autoscaling: {
    horizontalpodautoscalers: 'aggregate',
  },
  policy: {
    poddisruptionbudgets: 'aggregate',
  },
  'networking.k8s.io': {
    ingressclasses: 'propagate',
    ingresses: 'aggregate',
    networkpolicies: 'propagate',
  },
  'scheduling.k8s.io': {
    priorityclasses: 'propagate',
  },
  'storage.k8s.io': {
    storageclasses: 'propagate',
  },
  'apiextensions.k8s.io': {
    customresourcedefinitions: false,
  },
  'rbac.authorization.k8s.io': {
    clusterrolebindings: false,
    clusterroles: false,
    rolebindings: false,
    roles: false,
  },
}
