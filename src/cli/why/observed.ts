import type { Looked } from '../../kube/look.ts'
import type { Gvk } from '../../object/gvk.ts'
import type { Binding, Cluster, OverridePolicy, Policy, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ObjectKey } from '../../object/object-key.ts'
import type { HeldLease } from '../../runtime/held-lease.ts'
import type { ToldEvent } from '../read-events.ts'

/** The object that somebody asks about. */
export interface Subject {
  readonly gvk: Gvk
  readonly key: ObjectKey
}

/** Everything on the host that says something of one template, as far as the rights of the user go. */
export interface Observed {
  readonly subject: Subject
  readonly nowMs: number
  /** The template as it is stored: parked on an ordinary host. */
  readonly template: Looked<KubeObject | undefined>
  /** The operator's Lease; undefined when nobody holds it. */
  readonly operator: Looked<HeldLease | undefined>
  /** Name of the Lease, for messages. */
  readonly lease: string
  /** PropagationPolicies of the template's namespace. */
  readonly policies: Looked<readonly Policy[]>
  readonly clusterPolicies: Looked<readonly Policy[]>
  /** OverridePolicies of the template's namespace, and ClusterOverridePolicies. */
  readonly overrides: Looked<{
    readonly namespaced: readonly OverridePolicy[]
    readonly cluster: readonly OverridePolicy[]
  }>
  readonly binding: Looked<Binding | undefined>
  /** Bindings of what it needs. */
  readonly attached: Looked<readonly Binding[]>
  readonly works: Looked<readonly Work[]>
  readonly clusters: Looked<readonly Cluster[]>
  /** Of template, binding, Works, and the policies that select the template; the latest first. */
  readonly events: readonly ToldEvent[]
}

/**
 * `cause`: it keeps the object from being everywhere as declared. `wait`: it comes to an end by itself. `note`: good to know.
 */
export type Level = 'cause' | 'wait' | 'note'

/** One thing that was found out. */
export interface Finding {
  readonly level: Level
  /** A word for scripts, as of conditions. */
  readonly code: string
  /** The member that it is about; absent: all of them, or none. */
  readonly cluster?: string
  /** One sentence. */
  readonly message: string
  /** What to do. */
  readonly remedy?: string
}
