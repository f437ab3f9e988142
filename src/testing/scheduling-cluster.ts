import type { SchedulableCluster } from '../scheduling/placement.ts'

/** What a case may want of a member, in the words of the spec. */
export interface MemberTraits {
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
  readonly region?: string
  readonly zones?: readonly string[]
  readonly provider?: string
  /** Pods that still fit. Default 100. */
  readonly pods?: number
  readonly deleting?: boolean
  /** Kinds that it serves as apps/v1. Default Deployment and StatefulSet. */
  readonly kinds?: readonly string[]
}

/** A healthy member that serves Deployments and has room for 100 pods. */
export function aMember(name: string, traits: MemberTraits = {}): SchedulableCluster {
  const resources = (traits.kinds ?? ['Deployment', 'StatefulSet']).map(kind => ({ kind }))
  return {
    metadata: {
      name,
      ...(traits.labels && { labels: traits.labels }),
      ...(traits.deleting && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: {
      ...(traits.taints && { taints: traits.taints }),
      ...(traits.region && { region: traits.region }),
      ...(traits.zones && { zones: traits.zones }),
      ...(traits.provider && { provider: traits.provider }),
    },
    status: {
      apiEnablements: [{ groupVersion: 'apps/v1', resources }],
      resourceSummary: { allocatable: { pods: String(traits.pods ?? 100) } },
    },
  }
}
