import type { ResourceModel } from '../../api/generated/cluster.ts'
import { NODE, POD, RESOURCE_QUOTA } from '../../api/kinds.ts'
import { type MissingRight, missingRight } from '../../kube/missing-right.ts'
import { type InformerDeps, MOST_MEMBER_OBJECTS, newInformer, type RunningInformer } from '../../runtime/informer.ts'
import type { MemberRoom } from '../../scheduling/estimate/member-room.ts'
import { countByGrade } from './modelings.ts'
import { newNodeAccounts } from './node-accounts.ts'
import { type NodeFacts, projectNode } from './node-facts.ts'
import type { MemberFacts } from './plan.ts'
import { newPodProjection, type PodFacts } from './pod-facts.ts'
import { projectQuota, type QuotaFacts } from './quota-facts.ts'
import { summariseNodes, summariseResources } from './resource-summary.ts'

type Summaries = NonNullable<MemberFacts['resources']>

/** Nodes and pods of one member, watched as summaries of themselves. */
export interface MemberResources {
  /**
   * The sums of what the watch caches hold, computed anew only after a change.
   *
   * @returns undefined until both lists are complete.
   */
  summarise(models: readonly ResourceModel[] | undefined): Summaries | undefined
  /** The nodes one by one; undefined until both lists are complete, and while a watch fails. */
  room(): MemberRoom | undefined
  /** What of them may not be listed or watched, by their last tries. */
  refusals(): readonly MissingRight[]
  stop(): void
}

interface Computed {
  readonly models: readonly ResourceModel[] | undefined
  readonly summaries: Summaries
}

export interface ResourceHandlers {
  /** Called once when the sums are complete for the first time. */
  readonly onSynced: () => void
  /** Called when the member may take more than before. */
  readonly onGain: () => void
}

/** Starts to watch the nodes and pods of a member, and its quotas. */
export function watchMemberResources(deps: InformerDeps, { onSynced, onGain }: ResourceHandlers): MemberResources {
  const mostObjects = MOST_MEMBER_OBJECTS
  const nodes = newInformer<NodeFacts>(deps, { resource: NODE, project: projectNode, mostObjects })
  const pods = newInformer<PodFacts>(deps, { resource: POD, project: newPodProjection(), mostObjects })
  // Small, and not needed: a member that does not let us list quotas is not limited by them.
  const quotas = newInformer<QuotaFacts>(deps, { resource: RESOURCE_QUOTA, project: projectQuota, mostObjects })
  const room = watchRoom({ nodes, pods, quotas }, onGain)
  const ended = new AbortController()
  let computed: Computed | undefined
  for (const informer of [nodes, pods]) {
    informer.addHandler(() => {
      computed = undefined
    })
  }
  void whenSynced([nodes, pods], ended.signal).then(synced => synced && onSynced())
  return {
    summarise: models => {
      if (!nodes.synced || !pods.synced) return undefined
      if (computed === undefined || computed.models !== models) {
        computed = { models, summaries: summaries(nodes.list(), pods.list(), models) }
      }
      return computed.summaries
    },
    room: () => (isLive(nodes) && isLive(pods) ? room : undefined),
    refusals: () => [nodes, pods].flatMap(({ lastError }) => missingRight(lastError) ?? []),
    stop: () => {
      ended.abort()
      quotas.stop()
      nodes.stop()
      pods.stop()
    },
  }
}

function isLive({ synced, lastError }: Pick<RunningInformer, 'synced' | 'lastError'>): boolean {
  return synced && lastError === undefined
}

interface RoomSources {
  readonly nodes: RunningInformer<NodeFacts>
  readonly pods: RunningInformer<PodFacts>
  readonly quotas: RunningInformer<QuotaFacts>
}

function watchRoom({ nodes, pods, quotas }: RoomSources, onGain: () => void): MemberRoom {
  const accounts = newNodeAccounts(onGain)
  quotas.addHandler(onGain)
  nodes.addHandler(change => accounts.takeNode(change))
  pods.addHandler(change => accounts.takePod(change))
  return {
    get version() {
      return accounts.version
    },
    nodes: () => accounts.nodes(),
    quotas: namespace => quotas.list(namespace),
    placedPods: workload => accounts.placedPods(workload),
    unschedulablePods: (workload, beforeMs) => accounts.unschedulablePods(workload, beforeMs),
  }
}

async function whenSynced(
  informers: readonly Pick<RunningInformer<NodeFacts>, 'waitForSync'>[],
  signal: AbortSignal,
): Promise<boolean> {
  const outcomes = await Promise.allSettled(informers.map(informer => informer.waitForSync(signal)))
  return outcomes.every(outcome => outcome.status === 'fulfilled')
}

function summaries(
  nodes: readonly NodeFacts[],
  pods: readonly PodFacts[],
  models: readonly ResourceModel[] | undefined,
): Summaries {
  return {
    nodeSummary: summariseNodes(nodes),
    resourceSummary: {
      ...summariseResources(nodes, pods),
      allocatableModelings: countByGrade(nodes, pods, models),
    },
  }
}
