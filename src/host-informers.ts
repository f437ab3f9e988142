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

export type HostInformers = ReturnType<typeof startHostInformers>

/** What the operator keeps of the host in memory: each kind once, for all controllers. */
export function startHostInformers(deps: HostInformersDeps) {
  const { host: client, clock, log, metrics } = deps
  const all: Pick<Informer, 'resource' | 'synced' | 'waitForSync' | 'stop'>[] = []
  const refused = new AbortController()
  const onError = (error: Error): void => {
    if (missingRight(error) !== undefined) refused.abort(error)
  }
  const start = <T extends KubeObject>(
    resource: Resource,
    options: Omit<InformerOptions<T>, 'resource'> = {},
  ): Informer<T> => {
    const informer = newInformer<T>({ client, clock, log, metrics }, { resource, onError, ...options })
    all.push(informer)
    return informer
  }
  const discovery = newDiscovery(client)
  // Metadata only: what a change of one tells is that kinds may have come or gone.
  const definitions = start(CUSTOM_RESOURCE_DEFINITION, { query: { content: 'metadata' } })
  definitions.addHandler(change => {
    if (change.type !== 'added' || !change.initial) discovery.invalidate()
  })
  const secretNamespaces = [...new Set([CLUSTER_NAMESPACE, deps.configuration.namespace])]
  return {
    all,
    /** Aborts with the error when a list or watch of ours is not allowed. */
    refused: refused.signal,
    discovery,
    definitions,
    clusters: start<Cluster>(CLUSTER),
    namespaces: start(NAMESPACE),
    secrets: new Map(secretNamespaces.map(namespace => [namespace, start(SECRET, { query: { namespace } })])),
    policies: start<Policy>(PROPAGATION_POLICY, { indexes: policyIndexes(PROPAGATION_POLICY.permanentIdLabel) }),
    clusterPolicies: start<Policy>(CLUSTER_PROPAGATION_POLICY, {
      indexes: policyIndexes(CLUSTER_PROPAGATION_POLICY.permanentIdLabel),
    }),
    overrides: start<OverridePolicy>(OVERRIDE_POLICY),
    clusterOverrides: start<OverridePolicy>(CLUSTER_OVERRIDE_POLICY),
    bindings: start<Binding>(RESOURCE_BINDING, { indexes: { ...PLACING_INDEXES, [BY_DEPENDENT]: dependentsOf } }),
    clusterBindings: start<Binding>(CLUSTER_RESOURCE_BINDING, { indexes: PLACING_INDEXES }),
    agentLeases: start<AgentLease>(LEASE, { query: { namespace: CLUSTER_NAMESPACE }, project: projectAgentLease }),
    taintPolicies: start<ClusterTaintPolicy>(CLUSTER_TAINT_POLICY),
    remedies: start<Remedy>(REMEDY),
    rebalancers: start<WorkloadRebalancer>(WORKLOAD_REBALANCER),
    customizations: start<ResourceInterpreterCustomization>(RESOURCE_INTERPRETER_CUSTOMIZATION),
    webhookConfigurations: start<ResourceInterpreterWebhookConfiguration>(RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION),
    works: start<Work>(WORK, {
      indexes: { [BY_BINDING]: bindingIdsOf, [BY_TARGET_NAMESPACE]: targetNamespaceIndex(deps.configuration) },
    }),
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
          { resource, project: projectTemplate, indexes: { [BY_CLAIM]: claimIndex }, onError },
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

function bindingIdsOf({ metadata: { labels } }: Work): readonly string[] {
  return [RESOURCE_BINDING, CLUSTER_RESOURCE_BINDING].flatMap(kind => present(labels?.[kind.permanentIdLabel]))
}

/** Empty unless somebody asks it: an entry for every Work costs memory. */
function targetNamespaceIndex({ namespaces: { sync, deletion } }: Configuration) {
  return sync === 'demand' && deletion === 'follow' ? targetNamespacesOf : () => []
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}
