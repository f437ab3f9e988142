import type { ResourceModel } from '../../api/generated/cluster.ts'
import { NODE, POD } from '../../api/kinds.ts'
import { type InformerDeps, newInformer, type RunningInformer } from '../../runtime/informer.ts'
import { countByGrade } from './modelings.ts'
import { type NodeFacts, projectNode } from './node-facts.ts'
import type { MemberFacts } from './plan.ts'
import { type PodFacts, projectPod } from './pod-facts.ts'
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
  stop(): void
}

interface Computed {
  readonly models: readonly ResourceModel[] | undefined
  readonly summaries: Summaries
}

/**
 * Starts to watch the nodes and pods of a member.
 *
 * @param onSynced called once when the sums are complete for the first time.
 */
export function watchMemberResources(deps: InformerDeps, onSynced: () => void): MemberResources {
  const nodes = newInformer<NodeFacts>(deps, { resource: NODE, project: projectNode })
  const pods = newInformer<PodFacts>(deps, { resource: POD, project: projectPod })
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
    stop: () => {
      ended.abort()
      nodes.stop()
      pods.stop()
    },
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
