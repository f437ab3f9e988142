import type { Resource } from './kinds.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'

/** What a watch cache needs. `get` gives nothing that `list` does not. */
export const READ: readonly Verb[] = ['get', 'list', 'watch']

/** The namespace that a rule is limited to: the operator's own, or the one of the members' Secrets (CLUSTER_NAMESPACE). */
export type RuleNamespace = 'operator' | 'clusters'

/** A setting that a rule depends on: without it the rule is not granted (src/configuration.ts). */
export type RuleCondition = 'installCrds' | 'leaderElection.enabled' | 'parking'

/** A setting that holds the name of the one object that a rule is about. */
export type NameSetting = 'leaderElection.leaseName' | 'ownerClusterRole'

/** What somebody does to one resource of the host. */
export interface ResourceRule {
  readonly on: Pick<Resource, 'group' | 'plural'>
  readonly subresource?: 'status'
  readonly verbs: readonly Verb[]
  /** Absent: everywhere. */
  readonly within?: RuleNamespace
  /** Objects of these names only, or of the name that a setting holds; absent: of any name. */
  readonly names?: readonly string[] | { readonly setting: NameSetting }
  readonly when?: RuleCondition
}

/** What somebody does to templates, whatever their kinds: which kinds there may be is a value of the chart. */
export interface TemplateRule {
  readonly on: 'templates'
  /** `status` is granted only for kinds whose status the fleet's is merged into. */
  readonly subresource?: 'status' | 'finalizers'
  readonly verbs: readonly Verb[]
}

/**
 * What somebody needs to be allowed on the host; the chart's roles and docs/reference/permissions.md are generated from
 * all of them (src/host-rules.ts).
 */
export type HostRule = ResourceRule | TemplateRule
