import type { Random } from './random.ts'
import {
  type ClusterChange,
  type ClusterState,
  presenceOf,
  SETTINGS,
  type Step,
  type Template,
  type World,
} from './world.ts'

export const GROUPS = ['amber', 'blue', 'coral', 'dune'] as const
/** What Deployments may need; not all of it is always there. */
const NEEDED = ['s1', 's2', 's3'] as const
/** How often a template that is made has the name of one that was deleted a moment ago, also one of another kind. */
const COMES_BACK = 0.3
/** How often a change moves a template to another group. */
const MOVES = 0.3
const TEMPLATES_AT_MOST = 24
const REPLICAS_AT_MOST = 9

/** What came before. */
export interface Past {
  /** How many steps there were: it makes values unique. */
  readonly count: number
  /** Names of templates that were deleted a moment ago. */
  readonly gone: readonly string[]
}

type Choice = (world: World, random: Random, past: Past) => Step | undefined

/** What a user might do next, and how often, when it makes sense in the world as it is. */
const CHOICES: readonly (readonly [share: number, choice: Choice])[] = [
  [6, create],
  [5, change],
  [3, scale],
  [4, remove],
  [2, putSettings],
  [4, place],
  [2, drop],
  [3, mark],
  [1, plain],
  [3, taint],
  [4, untaint],
  [1, cordon],
  [2, uncordon],
  [2, leave],
  [4, join],
  [4, meddle],
]
const BAG = CHOICES.flatMap(([share, choice]) => Array.from({ length: share }, () => choice))

/** @returns the next step, by chance. */
export function nextStep(world: World, random: Random, past: Past): Step {
  for (;;) {
    const step = random.pick(BAG)(world, random, past)
    if (step !== undefined) return step
  }
}

/** @returns names of templates that there were in one of these worlds, and are not in the last. */
export function goneFrom(worlds: readonly World[]): readonly string[] {
  const names = new Set(worlds.flatMap(({ templates }) => [...templates.keys()]))
  return [...names].filter(name => worlds.at(-1)?.templates.has(name) !== true)
}

/** Of groups that have a policy mostly, else the policy comes later, if ever. */
function create(world: World, random: Random, { count, gone }: Past): Step | undefined {
  if (world.templates.size >= TEMPLATES_AT_MOST) return undefined
  const placed = [...world.policies.keys()]
  const group = placed.length === 0 || random.happens(0.1) ? random.pick(GROUPS) : random.pick(placed)
  const isDeployment = random.happens(0.35)
  const template: Template = isDeployment
    ? { kind: 'Deployment', group, value: `v${count}`, replicas: random.below(REPLICAS_AT_MOST), ...needs(random) }
    : { kind: 'ConfigMap', group, value: `v${count}`, replicas: 0 }
  // What is needed has its name from those who need it.
  const free = gone.filter(name => !NEEDED.some(needed => needed === name))
  const name = free.length > 0 && random.happens(COMES_BACK) ? random.pick(free) : `t${count}`
  return { do: 'put', name, template }
}

function needs(random: Random): Pick<Template, 'needs'> {
  return random.happens(0.5) ? { needs: random.pick(NEEDED) } : {}
}

function change(world: World, random: Random, { count }: Past): Step | undefined {
  if (world.templates.size === 0) return undefined
  const [name, { needs: _before, ...template }] = random.pick([...world.templates])
  const more =
    template.kind === 'Deployment' ? { replicas: random.below(REPLICAS_AT_MOST), ...needs(random) } : { replicas: 0 }
  const group = groupFor(world, random, template.group)
  return { do: 'put', name, template: { ...template, group, value: `v${count}`, ...more } }
}

/** Only where a policy takes it over: nobody knows what becomes of what loses one that has just changed. */
function groupFor(world: World, random: Random, group: string): string {
  const others = [...world.policies.keys()].filter(other => other !== group)
  return group !== SETTINGS && others.length > 0 && random.happens(MOVES) ? random.pick(others) : group
}

function scale(world: World, random: Random): Step | undefined {
  const deployments = [...world.templates].filter(([, { kind }]) => kind === 'Deployment')
  if (deployments.length === 0) return undefined
  const [name, template] = random.pick(deployments)
  return { do: 'put', name, template: { ...template, replicas: random.below(REPLICAS_AT_MOST) } }
}

function remove(world: World, random: Random): Step | undefined {
  return world.templates.size === 0 ? undefined : { do: 'delete', name: random.pick([...world.templates.keys()]) }
}

function putSettings(_world: World, random: Random, { count }: Past): Step {
  const template = { kind: 'ConfigMap', group: SETTINGS, value: `v${count}`, replicas: 0 } as const
  return { do: 'put', name: random.pick(NEEDED), template }
}

function place(world: World, random: Random): Step {
  return { do: 'place', group: random.pick(GROUPS), clusters: someClusters(world, random) }
}

function drop(world: World, random: Random): Step | undefined {
  return world.policies.size < 2 ? undefined : { do: 'drop', group: random.pick([...world.policies.keys()]) }
}

/** @returns the deletion of a policy that leaves its templates; undefined when there is none. */
export function withdraw(world: World, random: Random): Step | undefined {
  return world.policies.size === 0 ? undefined : { do: 'withdraw', group: random.pick([...world.policies.keys()]) }
}

function mark(world: World, random: Random, { count }: Past): Step {
  return { do: 'mark', group: random.pick(GROUPS), clusters: someClusters(world, random), mark: `m${count}` }
}

function plain(world: World, random: Random): Step | undefined {
  return world.overrides.size === 0 ? undefined : { do: 'plain', group: random.pick([...world.overrides.keys()]) }
}

function someClusters(world: World, random: Random): readonly string[] {
  const all = [...world.clusters.keys()]
  const some = random.some(all)
  return some.length === 0 ? all : some
}

function taint(world: World, random: Random): Step | undefined {
  const effect = random.happens(0.5) ? 'NoSchedule' : 'NoExecute'
  const cluster = clusterThat(world, random, state => state.joined && state.taint === 'none')
  return cluster === undefined ? undefined : { do: 'taint', cluster, effect }
}

function untaint(world: World, random: Random): Step | undefined {
  return about(
    'untaint',
    clusterThat(world, random, state => state.joined && state.taint !== 'none'),
  )
}

function cordon(world: World, random: Random): Step | undefined {
  return about(
    'cordon',
    clusterThat(world, random, state => state.joined && !state.cordoned),
  )
}

function uncordon(world: World, random: Random): Step | undefined {
  return about(
    'uncordon',
    clusterThat(world, random, state => state.joined && state.cordoned),
  )
}

/** One is always left. */
function leave(world: World, random: Random): Step | undefined {
  const joined = [...world.clusters.values()].filter(state => state.joined)
  return joined.length < 2
    ? undefined
    : about(
        'leave',
        clusterThat(world, random, state => state.joined),
      )
}

function join(world: World, random: Random): Step | undefined {
  return about(
    'join',
    clusterThat(world, random, state => !state.joined),
  )
}

function about(change: ClusterChange, cluster: string | undefined): Step | undefined {
  return cluster === undefined ? undefined : { do: change, cluster }
}

function clusterThat(world: World, random: Random, fits: (state: ClusterState) => boolean): string | undefined {
  const fitting = [...world.clusters].filter(([, state]) => fits(state)).map(([name]) => name)
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

function meddle(world: World, random: Random): Step | undefined {
  const cluster = clusterThat(world, random, state => state.joined)
  if (world.templates.size === 0 || cluster === undefined) return undefined
  const name = random.pick([...world.templates.keys()])
  return { do: 'meddle', cluster, name, how: random.happens(0.5) ? 'edit' : 'remove' }
}

/** @returns that somebody takes the label off an object that is in a member for certain; undefined when there is none. */
export function disown(world: World, random: Random): Step | undefined {
  const certain = [...world.templates].flatMap(([name, { group }]) =>
    [...world.clusters.keys()]
      .filter(cluster => group !== SETTINGS && presenceOf(world, { name, group, cluster }) === 'must')
      .map(cluster => ({ name, cluster })),
  )
  return certain.length === 0 ? undefined : { do: 'meddle', ...random.pick(certain), how: 'disown' }
}
