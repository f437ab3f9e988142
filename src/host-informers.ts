import { dependentsOf } from './addons/dependencies/controller.ts'
import { targetNamespacesOf } from './addons/namespace/target-namespaces.ts'
import {
  CLUSTER,
  CLUSTER_OVERRIDE_POLICY,
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  CLUSTER_TAINT_POLICY,
  CUSTOM_RESOURCE_DEFINITION,
  LEASE,
  NAMESPACE,
  OVERRIDE_POLICY,
  PRIORITY_CLASS,
  PROPAGATION_POLICY,
  REMEDY,
  RESOURCE_BINDING,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
  type Resource,
  SECRET,
  WORK,
  WORKLOAD_REBALANCER,
} from './api/kinds.ts'
import { CLUSTER_NAMESPACE } from './api/names.ts'
import { type AgentLease, projectAgentLease } from './clusters/monitor/agent-lease.ts'
import type { Configuration } from './configuration.ts'
import { DELETING } from './detector/controller.ts'
import { claimIndex } from './detector/match.ts'
import { PLACING_INDEXES } from './host-placing.ts'
import type { Client } from './kube/client.ts'
import { newDiscovery } from './kube/discovery.ts'
import { missingRight } from './kube/missing-right.ts'
import { bindingKeyOf } from './object/generated-names.ts'
import type {
  Binding,
  Cluster,
  ClusterTaintPolicy,
  OverridePolicy,
  Policy,
  Remedy,
  ResourceInterpreterCustomization,
  ResourceInterpreterWebhookConfiguration,
  Work,
  WorkloadRebalancer,
} from './object/karmada-objects.ts'
import type { KubeObject } from './object/kube-object.ts'
import { manifestsOf } from './object/work-manifests.ts'
import { projectTemplate } from './rendering/project-template.ts'
import type { Clock } from './runtime/clock.ts'
import { type Informer, type InformerMetrics, type InformerOptions, newInformer } from './runtime/informer.ts'
import { newInformerSet } from './runtime/informer-set.ts'
import type { Logger } from './runtime/logger.ts'

/** Indexes of them. */
export const BY_DEPENDENT = 'dependent'
export const BY_BINDING = 'binding'
export const BY_PERMANENT_ID = 'permanent-id'
export const BY_CLAIM = 'claim'
export const BY_TARGET_NAMESPACE = 'target-namespace'

export interface HostInformersDeps {
  readonly host: Client
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: InformerMetrics
}

/** Caches of the host that have begun to fill. */
interface Begun {
  readonly all: readonly Pick<Informer, 'resource' | 'synced' | 'waitForSync' | 'stop'>[]
  /** @returns aborts with the error when from now on a first list of ours is not allowed. Asked anew for each start: what was refused before may be allowed by now. */
  readonly refused: () => AbortSignal
}

/** Nothing else is to be heard while these are filled; the larger the pages, the sooner they are. */
const PAGE_SIZE = 500

function newStarter({ host: client, clock, log, metrics }: HostInformersDeps) {
  const all: Begun['all'][number][] = []
  let refusal = new AbortController()
  const start = <T extends KubeObject>(
    resource: Resource,
    options: Omit<InformerOptions<T>, 'resource'> = {},
  ): Informer<T> => {
    const onError = (error: Error): void => {
      // What is filled goes on with what it has until it is told again.
      if (!informer.synced && missingRight(error) !== undefined) refusal.abort(error)
    }
    const informer = newInformer<T>(
      { client, clock, log, metrics },
      { resource, onError, readAhead: true, pageSize: PAGE_SIZE, ...options },
    )
    all.push(informer)
    return informer
  }
  const refused = (): AbortSignal => {
    refusal = new AbortController()
    return refusal.signal
  }
  const begun: Begun = { all, refused }
  return { start, begun }
}

export type ReplicaInformers = ReturnType<typeof startReplicaInformers>

/** What every replica keeps of the host in memory: what it needs to execute for members. */
export function startReplicaInformers(deps: HostInformersDeps) {
  const { start, begun } = newStarter(deps)
  const secretNamespaces = [...new Set([CLUSTER_NAMESPACE, deps.configuration.namespace])]
  return {
    ...begun,
    clusters: start<Cluster>(CLUSTER),
    namespaces: start(NAMESPACE),
    secrets: new Map(secretNamespaces.map(namespace => [namespace, start(SECRET, { query: { namespace } })])),
    customizations: start<ResourceInterpreterCustomization>(RESOURCE_INTERPRETER_CUSTOMIZATION),
    webhookConfigurations: start<ResourceInterpreterWebhookConfiguration>(RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION),
    works: start<Work>(WORK, {
      indexes: { [BY_BINDING]: bindingIdsOf, [BY_TARGET_NAMESPACE]: targetNamespaceIndex(deps.configuration) },
      // Those of one binding hold the same manifest but for a few fields.
      relatives: BY_BINDING,
    }),
  }
}

export type HostInformers = ReplicaInformers & ReturnType<typeof startHostInformers>

/** What the leader keeps besides: each kind once, for all controllers. */
export function startHostInformers(deps: HostInformersDeps, { works }: Pick<ReplicaInformers, 'works'>) {
  const { host: client, clock, log, metrics } = deps
  const { start, begun } = newStarter(deps)
  const discovery = newDiscovery(client)
  // Metadata only: what a change of one tells is that kinds may have come or gone.
  const definitions = start(CUSTOM_RESOURCE_DEFINITION, { query: { content: 'metadata' } })
  definitions.addHandler(change => {
    if (change.type !== 'added' || !change.initial) discovery.invalidate()
  })
  const bindings = start<Binding>(RESOURCE_BINDING, { indexes: { ...PLACING_INDEXES, [BY_DEPENDENT]: dependentsOf } })
  const clusterBindings = start<Binding>(CLUSTER_RESOURCE_BINDING, { indexes: PLACING_INDEXES })
  const sentAs = (template: KubeObject): KubeObject | undefined => {
    const key = bindingKeyOf(template)
    const binding = (key.namespace === '' ? clusterBindings : bindings).get(key)
    const [id] = binding === undefined ? [] : bindingIdsOf(binding)
    const [work] = id === undefined ? [] : works.byIndex(BY_BINDING, id)
    return work && manifestsOf(work)[0]
  }
  return {
    ...begun,
    discovery,
    definitions,
    policies: start<Policy>(PROPAGATION_POLICY, { indexes: policyIndexes(PROPAGATION_POLICY.permanentIdLabel) }),
    clusterPolicies: start<Policy>(CLUSTER_PROPAGATION_POLICY, {
      indexes: policyIndexes(CLUSTER_PROPAGATION_POLICY.permanentIdLabel),
    }),
    overrides: start<OverridePolicy>(OVERRIDE_POLICY),
    clusterOverrides: start<OverridePolicy>(CLUSTER_OVERRIDE_POLICY),
    bindings,
    clusterBindings,
    agentLeases: start<AgentLease>(LEASE, { query: { namespace: CLUSTER_NAMESPACE }, project: projectAgentLease }),
    taintPolicies: start<ClusterTaintPolicy>(CLUSTER_TAINT_POLICY),
    remedies: start<Remedy>(REMEDY),
    rebalancers: start<WorkloadRebalancer>(WORKLOAD_REBALANCER),
    // Watched from when a policy first names one.
    priorityClasses: newInformerSet({
      resourceFor: async () => PRIORITY_CLASS,
      start: resource => newInformer({ client, clock, log, metrics }, { resource }),
    }),
    templates: newInformerSet({
      resourceFor: gvk => discovery.resourceFor(gvk),
      start: (resource, onError) =>
        newInformer(
          { client, clock, log, metrics },
          {
            resource,
            project: projectTemplate,
            indexes: { [BY_CLAIM]: claimIndex },
            akin: sentAs,
            onError,
            readAhead: true,
          },
        ),
    }),
  }
}

function policyIndexes(permanentIdLabel: string) {
  return {
    [BY_PERMANENT_ID]: (policy: Policy) => present(policy.metadata.labels?.[permanentIdLabel]),
    [DELETING]: (policy: Policy) => (policy.metadata.deletionTimestamp === undefined ? [] : ['true']),
  }
}

function bindingIdsOf({ metadata: { labels } }: KubeObject): readonly string[] {
  return [RESOURCE_BINDING, CLUSTER_RESOURCE_BINDING].flatMap(kind => present(labels?.[kind.permanentIdLabel]))
}

/** Empty unless somebody asks it: an entry for every Work costs memory. */
function targetNamespaceIndex({ namespaces: { sync, deletion } }: Configuration) {
  return sync === 'demand' && deletion === 'follow' ? targetNamespacesOf : () => []
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}
