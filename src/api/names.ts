// Well-known names of the observable contract: spec/api/constants.md §2, §3, §4, §8. Byte-identical to Karmada's.

export const EXECUTION_NAMESPACE_PREFIX = 'karmada-es-'
export const CLUSTER_NAMESPACE = 'karmada-cluster'
export const SYSTEM_NAMESPACE = 'karmada-system'

/** Where the operator is unless it is told otherwise: its namespace, and the name of its Lease there. */
export const OPERATOR_NAMESPACE = 'flotilla-system'
export const OPERATOR_LEASE = 'flotilla'

/** In a member in Pull mode: the agent's ServiceAccount, Lease and so on, and its Secret with the way to the host. */
export const AGENT_NAME = 'flotilla-agent'
export const AGENT_HOST_SECRET = 'flotilla-host'

/** Field manager of every server-side apply and update that we send. */
export const FIELD_MANAGER = 'flotilla'

export const LABEL = {
  managed: 'karmada.io/managed',
  system: 'karmada.io/system',
  workPermanentId: 'work.karmada.io/permanent-id',
  bindingManagedBy: 'binding.karmada.io/managed-by',
  claimedBy: 'resourcetemplate.karmada.io/claimed-by',
  retainReplicas: 'resourcetemplate.karmada.io/retain-replicas',
  deletionProtected: 'resourcetemplate.karmada.io/deletion-protected',
  skipAutoPropagation: 'namespace.karmada.io/skip-auto-propagation',
  // Ours.
  /** On a Namespace or Cluster: PROTECTED_WHILE_IN_USE refuses its deletion as long as templates or Works are there. */
  protectedWhileInUse: 'flotilla.dev/deletion-protected',
  /** `true` on a template that does nothing on the host; its status belongs to the fleet. */
  parked: 'flotilla.dev/parked',
  /** `true`: the object is of the host alone, no policy takes it. */
  local: 'flotilla.dev/local',
  /** `true` on a namespace: what is made there is parked from the start, whether a policy selects it yet or not. */
  templates: 'flotilla.dev/templates',
  /** On the Secret that a join token ends with: the cluster that it is for. */
  joinToken: 'flotilla.dev/join-token',
  /** On the Lease of a replica of the operator: the name of the Lease by which they elect their leader. */
  replica: 'flotilla.dev/replica',
  /** On a policy: the generation of it that the parking index holds. The version is that of the index's format. */
  indexed: 'flotilla.dev/indexed-v1',
} as const

export const ANNOTATION = {
  appliedPlacement: 'policy.karmada.io/applied-placement',
  appliedOverrides: 'policy.karmada.io/applied-overrides',
  appliedClusterOverrides: 'policy.karmada.io/applied-cluster-overrides',
  workNamespace: 'work.karmada.io/namespace',
  workName: 'work.karmada.io/name',
  conflictResolution: 'work.karmada.io/conflict-resolution',
  templateUid: 'resourcetemplate.karmada.io/uid',
  templateGeneration: 'resourcetemplate.karmada.io/generation',
  managedLabels: 'resourcetemplate.karmada.io/managed-labels',
  managedAnnotations: 'resourcetemplate.karmada.io/managed-annotations',
  /** On a binding: JSON of what goes along with its template. */
  dependencies: 'resourcebinding.karmada.io/dependencies',
  // Ours.
  appliedDigest: 'flotilla.dev/applied-digest',
  templateDigest: 'flotilla.dev/template-digest',
  /** Under a lazy policy: the state of the template that counted last, on the binding, or on a template that waits for its first. */
  lazyDigest: 'flotilla.dev/lazy-digest',
  decision: 'flotilla.dev/decision',
  takeover: 'flotilla.dev/takeover',
  drift: 'flotilla.dev/drift',
  onImmutable: 'flotilla.dev/on-immutable',
  /** On a parked template: JSON of the fields that park it, with the user's own values (null: there was none). */
  parkedFields: 'flotilla.dev/parked-fields',
  /** `true` on a template that runs on the host: move it to the members. */
  promote: 'flotilla.dev/promote',
  /** On a template that was parked after it was made: what it left running on the host is to go. */
  retire: 'flotilla.dev/retire-host-copy',
  /** On what the operator registers (CRDs, admission policies): the version of the API, so that an older operator leaves it alone. */
  apiVersion: 'flotilla.dev/api-version',
  registeredDigest: 'flotilla.dev/registered-digest',
  registeredGeneration: 'flotilla.dev/registered-generation',
  /** On an admission policy that somebody else registers (the chart): which edition of those that park it belongs to. */
  parkingEdition: 'flotilla.dev/parking-edition',
  /** On the Lease of a replica: how often it has told what follows, the views that it would and does act by, its members by commas. */
  publication: 'flotilla.dev/publication',
  preparedView: 'flotilla.dev/prepared-view',
  view: 'flotilla.dev/view',
  members: 'flotilla.dev/members',
  /** On the operator's Lease: the holder, if it shares members with others. */
  sharer: 'flotilla.dev/sharer',
  /** On the operator's Lease: who parks templates, as JSON. */
  parking: 'flotilla.dev/parking',
  /** On a Cluster: when the NoExecute taint was added from which the user lets workloads be moved although the brake stops that. */
  confirmEviction: 'flotilla.dev/confirm-eviction',
  /** On a Cluster: when the operator itself added its NoExecute taint; only that one is its to remove. */
  failoverTaint: 'flotilla.dev/failover-taint',
  /** On a Work that is being deleted, `true`: what it put into the member is wanted there again, and stays. */
  keepsObject: 'flotilla.dev/keeps-object',
  /** On a binding: what stops its eviction, as JSON. */
  evictionHalted: 'flotilla.dev/eviction-halted',
  /** The same of application failover. */
  applicationHalted: 'flotilla.dev/application-failover-halted',
  /** On a binding: where failover moved it, and whether it came back, as JSON. */
  moves: 'flotilla.dev/moves',
  /** On a binding, `requested`: the workload shall return to where its placement would put it now. */
  failback: 'flotilla.dev/failback',
  /** On a binding with application failover: since when it is unhealthy, by cluster, as JSON. */
  unhealthySince: 'flotilla.dev/unhealthy-since',
  /** On what came from a Karmada: whence, as JSON. */
  migration: 'flotilla.dev/migration',
  /** On what LABEL.protectedWhileInUse protects: 'true' or 'false', kept by the operator. */
  inUse: 'flotilla.dev/in-use',
  /** On a member's Secret: `namespace/name` in the member of the ServiceAccount whose token it holds and the operator renews. */
  tokenServiceAccount: 'flotilla.dev/token-service-account',
  /** How long the token was granted for, in seconds. */
  tokenLifetime: 'flotilla.dev/token-lifetime',
  /** When it expires, RFC 3339. */
  tokenExpires: 'flotilla.dev/token-expires',
  /** On a Cluster: KEEP_RESOURCES leaves what was propagated in the member when it goes. */
  onDeletion: 'flotilla.dev/on-deletion',
  /** On a ResourceInterpreterCustomization: what its scripts are written in. */
  language: 'flotilla.dev/language',
} as const

export const PROTECTED_WHILE_IN_USE = 'WhileInUse'
export const KEEP_RESOURCES = 'keep-resources'

/** On a binding that another one needs: the permanent-id of that one; its hash follows. */
export const DEPENDED_BY_PREFIX = 'resourcebinding.karmada.io/depended-by-'

export const FINALIZER = {
  dependencies: 'karmada.io/binding-dependencies-distributor',
  cluster: 'karmada.io/cluster-controller',
  work: 'karmada.io/execution-controller',
} as const

export const TAINT = {
  notReady: 'cluster.karmada.io/not-ready',
  unreachable: 'cluster.karmada.io/unreachable',
  unschedulable: 'cluster.karmada.io/unschedulable',
} as const

export const DEFAULT_SCHEDULER_NAME = 'default-scheduler'

/** @returns the namespace on the host that holds the Works of a cluster. */
export function executionNamespace(clusterName: string): string {
  return `${EXECUTION_NAMESPACE_PREFIX}${clusterName}`
}

/** @returns the cluster whose Works live in `namespace`, or undefined for any other namespace. */
export function clusterOfExecutionNamespace(namespace: string): string | undefined {
  return namespace.startsWith(EXECUTION_NAMESPACE_PREFIX)
    ? namespace.slice(EXECUTION_NAMESPACE_PREFIX.length)
    : undefined
}
