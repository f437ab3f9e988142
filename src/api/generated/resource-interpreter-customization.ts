// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.

/**
 * The kind, and a script for each operation that the kind needs.
 */
export interface ResourceInterpreterCustomizationSpec {
  /**
   * The scripts. An operation without one is done as for any kind.
   */
  readonly customizations: Customizations
  /**
   * The kind that the scripts are for.
   */
  readonly target: CustomizationTarget
}

export interface Customizations {
  /**
   * Tells the groups of pods of a workload that has several.
   */
  readonly componentResource?: ScriptRule
  /**
   * Tells which objects must be wherever this one is.
   */
  readonly dependencyInterpretation?: ScriptRule
  /**
   * Tells whether an object in a member is healthy.
   */
  readonly healthInterpretation?: ScriptRule
  /**
   * Tells how many replicas a template asks for, and what each of them needs.
   */
  readonly replicaResource?: ScriptRule
  /**
   * Sets the replicas of the copy for a member.
   */
  readonly replicaRevision?: ScriptRule
  /**
   * Keeps what the controllers of a member decide.
   */
  readonly retention?: ScriptRule
  /**
   * Joins the status of all members to that of the template.
   */
  readonly statusAggregation?: ScriptRule
  /**
   * Picks from an object in a member what the host needs of its status.
   */
  readonly statusReflection?: ScriptRule
}

export interface ScriptRule {
  /**
   * Defines `GetComponents(obj)`, which returns a list of components, or nil.
   */
  readonly luaScript: string
}

export interface CustomizationTarget {
  /**
   * Group and version of the kind.
   */
  readonly apiVersion: string
  /**
   * Name of the kind, as objects have it.
   */
  readonly kind: string
}
