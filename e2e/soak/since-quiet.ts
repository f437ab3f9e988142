import type { Holdings, Quiet } from './states.ts'
import { isOpen, type Policy, presenceOf, SETTINGS, type Step, stateOf, type World } from './world.ts'

/** What happened since the members were last as asked for. */
export interface Since {
  /** At that moment, and after each step. */
  readonly worlds: readonly World[]
  readonly steps: readonly Step[]
  /** What was seen at that moment. */
  readonly quiet: Quiet
}

/**
 * What no look at the end alone can tell: that an object came to where nobody may have brought it, and that one was deleted and made
 * again that was wanted all the time.
 *
 * @returns a line for each.
 */
export function wrongTurns(since: Since, holdings: Holdings): readonly string[] {
  return [...holdings].flatMap(([cluster, objects]) =>
    [...objects].flatMap(([name, { kind, uid }]) => {
      const before = since.quiet.holdings.get(cluster)?.get(name)
      if (before === undefined) return arrivalProblems(since.worlds, name, cluster)
      const isSame = before.kind !== kind || before.uid === uid || !mustStay(since, name, cluster)
      return isSame ? [] : [`${cluster}: ${name} was deleted and made again`]
    }),
  )
}

/**
 * Somebody who reads policies late and clusters early may place by a policy of one moment and a cluster of another: each of them
 * must have been so at some moment.
 */
function arrivalProblems(worlds: readonly World[], name: string, cluster: string): readonly string[] {
  // What a Deployment needs comes along wherever that is.
  if (worlds.some(world => world.templates.get(name)?.group === SETTINGS)) return []
  if (isClosed(worlds, cluster)) return [`${cluster}: ${name} came although ${cluster} was closed`]
  const isAsked = worlds.some(world => policyOf(world, name)?.clusters.includes(cluster) === true)
  return isAsked ? [] : [`${cluster}: ${name} came although no policy had it there`]
}

/** In the fleet all the time, and never open. */
function isClosed(worlds: readonly World[], cluster: string): boolean {
  return worlds.every(world => stateOf(world, cluster).joined && !isOpen(world, cluster))
}

function policyOf(world: World, name: string): Policy | undefined {
  const group = world.templates.get(name)?.group
  return group === undefined ? undefined : world.policies.get(group)
}

/** Whether an object was wanted in a member at each moment, so that nobody had a reason to take it away. */
function mustStay({ worlds, steps }: Since, name: string, cluster: string): boolean {
  const templates = worlds.map(world => world.templates.get(name))
  const [first] = templates
  if (first === undefined || first.group === SETTINGS) return false
  if (templates.some(template => template?.kind !== first.kind || template.group !== first.group)) return false
  const place = { name, group: first.group, cluster }
  if (worlds.some(world => presenceOf(world, place) !== 'must')) return false
  if (steps.some(step => isRemoval(step, name, cluster))) return false
  return first.kind === 'ConfigMap' || keepsShares({ worlds, steps }, name)
}

function isRemoval(step: Step, name: string, cluster: string): boolean {
  return step.do === 'meddle' && step.how === 'remove' && step.name === name && step.cluster === cluster
}

/** Whether nothing happened that divides a Deployment anew: a share may be none for a while. */
function keepsShares({ worlds, steps }: Pick<Since, 'worlds' | 'steps'>, name: string): boolean {
  const templates = new Set(worlds.map(world => world.templates.get(name)))
  // A policy that was withdrawn leaves it as it is.
  const policies = new Set(worlds.map(world => policyOf(world, name)).filter(policy => policy !== undefined))
  const leaves = steps.some(step => step.do === 'leave' || (step.do === 'taint' && step.effect === 'NoExecute'))
  return templates.size === 1 && policies.size <= 1 && !leaves
}
