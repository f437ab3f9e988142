import type { ClusterUnderTest, StartOptions } from './cluster-under-test.ts'
import type { Report } from './report.ts'

/** Run together by a name: `make bench` runs the ordinary ones, `make bench-scale` those that take a machine for a long time. */
export const GROUPS = ['ordinary', 'scale'] as const
export type Group = (typeof GROUPS)[number]

interface Asked {
  /** As it is typed; also that of its file, of its section in docs/performance.md, and of its results. */
  readonly name: string
  /** What it measures, in a few words for people who look for it. */
  readonly asks: string
  /** How many objects (or what it counts in their stead) when nobody says; left out where there is nothing to count. */
  readonly objects?: number
  /** Other numbers of objects with which a group asks it as well. */
  readonly also?: readonly number[]
  /** Default `ordinary`. */
  readonly group?: Group
  /** @returns why it cannot be asked on this machine or by this user; undefined when it can. */
  readonly hindrance?: () => string | undefined
}

/** Asks whatever serves some clusters, by kubeconfigs alone: it uses nothing but the API of Karmada's policies. */
interface OfAnyClusters extends Asked {
  readonly clusters: 'any'
  /** Of the clusters that are started when no kubeconfigs are given. */
  readonly start?: StartOptions
  readonly measure: (clusters: ClusterUnderTest, objects: number) => Promise<Report>
}

/** Needs clusters that are started for it, since it breaks them, or an operator that it knows. */
interface OfOwnClusters extends Asked {
  readonly clusters: 'own'
  readonly start?: StartOptions
  readonly measure: (clusters: ClusterUnderTest, objects: number) => Promise<Report>
}

/** Makes the clusters that it needs, which are of another kind: a hundred faces of one apiserver, operators that share members. */
interface OfMadeClusters extends Asked {
  readonly clusters: 'made'
  readonly measure: (objects: number) => Promise<Report>
}

/** Needs no clusters. */
interface OfNoClusters extends Asked {
  readonly clusters: 'none'
  readonly measure: (objects: number) => Report | Promise<Report>
}

/** One thing that can be measured. Each has a file that defines it and a line in registry.ts. */
export type Question = OfAnyClusters | OfOwnClusters | OfMadeClusters | OfNoClusters
