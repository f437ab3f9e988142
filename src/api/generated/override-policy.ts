// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.
import type { ClusterAffinity, ResourceSelector } from './propagation-policy.ts'

/**
 * Which resources are changed, for which clusters, and how.
 */
export interface OverridePolicySpec {
  /**
   * The resources that are changed. Absent means all resources in the scope of the policy.
   */
  readonly resourceSelectors?: readonly ResourceSelector[]
  /**
   * Changes, each with the clusters that it is made for; applied in order.
   */
  readonly overrideRules?: readonly OverrideRule[]
  /**
   * Deprecated; use overrideRules. The clusters that get the changes in overriders. Not together with overrideRules.
   */
  readonly targetCluster?: ClusterAffinity
  /**
   * Deprecated; use overrideRules. The changes for the clusters of targetCluster. Not together with overrideRules.
   */
  readonly overriders?: Overriders
}

export interface OverrideRule {
  /**
   * The clusters that get these changes. Absent means all.
   */
  readonly targetCluster?: ClusterAffinity
  /**
   * The changes.
   */
  readonly overriders: Overriders
}

export interface Overriders {
  /**
   * Changes of any field by JSON patch, applied after all other overriders of the rule.
   */
  readonly plaintext?: readonly PlaintextOverrider[]
  /**
   * Changes of container images, part by part.
   */
  readonly imageOverrider?: readonly ImageOverrider[]
  /**
   * Changes of the command of containers.
   */
  readonly commandOverrider?: readonly ContainerWordsOverrider[]
  /**
   * Changes of the arguments of containers.
   */
  readonly argsOverrider?: readonly ContainerWordsOverrider[]
  /**
   * Changes of the labels of the resource.
   */
  readonly labelsOverrider?: readonly MetadataOverrider[]
  /**
   * Changes of the annotations of the resource.
   */
  readonly annotationsOverrider?: readonly MetadataOverrider[]
  /**
   * Changes inside a field whose text is itself a JSON or YAML document, such as an entry of a ConfigMap.
   */
  readonly fieldOverrider?: readonly FieldOverrider[]
}

export interface PlaintextOverrider {
  /**
   * JSON pointer (RFC 6901) to the field, such as /spec/replicas.
   */
  readonly path: string
  /**
   * The JSON patch operation.
   */
  readonly operator: 'add' | 'remove' | 'replace'
  /**
   * The value for add and replace. Any JSON.
   */
  readonly value?: unknown
}

export interface ImageOverrider {
  /**
   * Chooses one image. Absent means the images of all containers in a known pod template.
   */
  readonly predicate?: ImagePredicate
  /**
   * The part of the image reference that is changed.
   */
  readonly component: 'Registry' | 'Repository' | 'Tag'
  /**
   * add appends the value to the part, replace sets the part, remove clears it.
   */
  readonly operator: 'add' | 'remove' | 'replace'
  /**
   * The new text. Must be given for add and replace.
   */
  readonly value?: string
}

export interface ImagePredicate {
  /**
   * JSON pointer (RFC 6901) to the field that holds the image, such as /spec/template/spec/containers/0/image.
   */
  readonly path: string
}

export interface ContainerWordsOverrider {
  /**
   * Name of the container that is changed.
   */
  readonly containerName: string
  /**
   * add appends to the command of the container, remove deletes from it.
   */
  readonly operator: 'add' | 'remove'
  /**
   * The words that are appended or deleted.
   */
  readonly value?: readonly string[]
}

export interface MetadataOverrider {
  /**
   * add sets the keys whether they exist or not, replace sets only keys that exist, remove deletes keys that exist.
   */
  readonly operator: 'add' | 'remove' | 'replace'
  /**
   * The labels that are set; for remove only the keys matter.
   */
  readonly value: Readonly<Record<string, string>>
}

export interface FieldOverrider {
  /**
   * JSON pointer (RFC 6901) to the field that holds the document, such as /data/config.yaml.
   */
  readonly fieldPath: string
  /**
   * Changes of a JSON document. Give either json or yaml.
   */
  readonly json?: readonly DocumentPatchOperation[]
  /**
   * Changes of a YAML document. Give either json or yaml.
   */
  readonly yaml?: readonly DocumentPatchOperation[]
}

export interface DocumentPatchOperation {
  /**
   * JSON pointer (RFC 6901) to the value within the JSON document, such as /server/port.
   */
  readonly subPath: string
  /**
   * add and replace need a value, remove has none.
   */
  readonly operator: 'add' | 'remove' | 'replace'
  /**
   * The value that is set. Any JSON.
   */
  readonly value?: unknown
}
