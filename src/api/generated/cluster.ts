// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.
import type { Condition } from './resource-binding.ts'

/**
 * How a member is reached and what it is like.
 */
export interface ClusterSpec {
  /**
   * Identifies the member whatever its name is: the UID of its kube-system namespace.
   */
  readonly id?: string
  /**
   * Push: the operator on the host writes to the member. Pull: an agent inside the member fetches its work.
   */
  readonly syncMode: 'Push' | 'Pull'
  /**
   * Address of the member's apiserver with scheme, such as https://10.0.0.1:6443.
   */
  readonly apiEndpoint?: string
  /**
   * The Secret with the credentials of the member: key kubeconfig, or token and caBundle.
   */
  readonly secretRef?: SecretReference
  /**
   * The Secret whose token may impersonate users in the member; the proxy uses it.
   */
  readonly impersonatorSecretRef?: SecretReference
  /**
   * True accepts any certificate of the member. Anybody on the way can then read and change everything: for tests only.
   */
  readonly insecureSkipTLSVerification?: boolean
  /**
   * Proxy on the way to the member. The scheme is http, https or socks5.
   */
  readonly proxyURL?: string
  /**
   * Headers that are sent to the proxy when it is asked to connect.
   */
  readonly proxyHeader?: Readonly<Record<string, string>>
  /**
   * The cloud or other provider of the member. Policies can select and spread by it.
   */
  readonly provider?: string
  /**
   * The region of the member. Policies can select and spread by it.
   */
  readonly region?: string
  /**
   * Deprecated; use zones.
   */
  readonly zone?: string
  /**
   * The zones that the member spans. Policies can select and spread by them.
   */
  readonly zones?: readonly string[]
  /**
   * Keep workloads away from the member unless their policy tolerates the taint.
   */
  readonly taints?: readonly Taint[]
  /**
   * Sizes of nodes into which the free room of the member is sorted, so that fitting replicas can be estimated. Nine grades by default.
   */
  readonly resourceModels?: readonly ResourceModel[]
}

export interface SecretReference {
  /**
   * Namespace of the Secret.
   */
  readonly namespace: string
  /**
   * Name of the Secret.
   */
  readonly name: string
}

export interface Taint {
  /**
   * Key of the taint: a valid label key.
   */
  readonly key: string
  /**
   * Value of the taint: a valid label value.
   */
  readonly value?: string
  /**
   * NoSchedule keeps new workloads away, NoExecute also moves those that are there.
   */
  readonly effect: 'NoSchedule' | 'NoExecute'
  /**
   * When a NoExecute taint was added.
   */
  readonly timeAdded?: string
}

export interface ResourceModel {
  /**
   * The grade, from 0 for the smallest nodes.
   */
  readonly grade: number
  /**
   * The range of each resource that puts a node into this grade. All grades name the same resources in the same order.
   */
  readonly ranges: readonly ResourceModelRange[]
}

export interface ResourceModelRange {
  /**
   * Name of the resource, such as cpu.
   */
  readonly name: string
  /**
   * The least amount, inclusive. Equals the max of the grade below.
   */
  readonly min: string | number
  /**
   * The upper end, exclusive.
   */
  readonly max: string | number
}

/**
 * What the operator sees of the member.
 */
export interface ClusterStatus {
  /**
   * Version of the member's apiserver, such as v1.36.3.
   */
  readonly kubernetesVersion?: string
  /**
   * The APIs that the member serves. Resources go only to clusters that know their kind.
   */
  readonly apiEnablements?: readonly ApiEnablement[]
  /**
   * Ready says whether the member answers.
   */
  readonly conditions?: readonly Condition[]
  /**
   * How many nodes the member has.
   */
  readonly nodeSummary?: NodeSummary
  /**
   * How much room the member has.
   */
  readonly resourceSummary?: ResourceSummary
  /**
   * Actions that Remedy objects ask for in the present state.
   */
  readonly remedyActions?: readonly string[]
}

export interface ApiEnablement {
  /**
   * API group and version, such as apps/v1.
   */
  readonly groupVersion: string
  /**
   * The resources of this version.
   */
  readonly resources?: readonly ApiResource[]
}

export interface ApiResource {
  /**
   * Plural name of the resource.
   */
  readonly name: string
  /**
   * Kind of the resource.
   */
  readonly kind: string
}

export interface NodeSummary {
  /**
   * The number of all nodes.
   */
  readonly totalNum?: number
  /**
   * Nodes that are ready.
   */
  readonly readyNum?: number
}

export interface ResourceSummary {
  /**
   * What the nodes offer to pods, in total.
   */
  readonly allocatable?: Readonly<Record<string, string | number>>
  /**
   * What pods that wait for a node request.
   */
  readonly allocating?: Readonly<Record<string, string | number>>
  /**
   * What pods on nodes request.
   */
  readonly allocated?: Readonly<Record<string, string | number>>
  /**
   * How many nodes have free room of each grade of spec.resourceModels.
   */
  readonly allocatableModelings?: readonly AllocatableModeling[]
}

export interface AllocatableModeling {
  /**
   * The grade, from 0 for the smallest nodes.
   */
  readonly grade: number
  /**
   * Number of nodes in this grade.
   */
  readonly count: number
}
