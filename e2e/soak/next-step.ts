import type { Random } from './random.ts'
import type { Step, World } from './world.ts'

const GROUPS = ['amber', 'blue', 'coral', 'dune'] as const
const TEMPLATES_AT_MOST = 24
const REPLICAS_AT_MOST = 9

/** What a user might do next, each as often as it stands here, when it makes sense in the world as it is. */
const CHOICES: readonly ((world: World, random: Random, count: number) => Step | undefined)[] = [
  create,
  create,
  create,
  change,
  change,
  change,
  remove,
  place,
  place,
  drop,
  taint,
  untaint,
  untaint,
  leave,
  join,
  join,
  meddle,
  meddle,
]

/**
 * @param count how many steps there were: it makes values unique.
 * @returns the next step, by chance.
 */
export function nextStep(world: World, random: Random, count: number): Step {
  for (;;) {
    const step = random.pick(CHOICES)(world, random, count)
    if (step !== undefined) return step
  }
}

function create(world: World, random: Random, count: number): Step | undefined {
  const groups = [...world.policies.keys()]
  if (groups.length === 0 || world.templates.size >= TEMPLATES_AT_MOST) return undefined
  const kind = random.happens(0.3) ? 'Deployment' : 'ConfigMap'
  const replicas = kind === 'Deployment' ? random.below(REPLICAS_AT_MOST) : 0
  const template = { kind, group: random.pick(groups), value: `v${count}`, replicas } as const
  return { do: 'put', name: `t${count}`, template }
}

function change(world: World, random: Random, count: number): Step | undefined {
  if (world.templates.size === 0) return undefined
  const [name, template] = random.pick([...world.templates])
  const replicas = template.kind === 'Deployment' ? random.below(REPLICAS_AT_MOST) : 0
  return { do: 'put', name, template: { ...template, value: `v${count}`, replicas } }
}

function remove(world: World, random: Random): Step | undefined {
  return world.templates.size === 0 ? undefined : { do: 'delete', name: random.pick([...world.templates.keys()]) }
}

function place(world: World, random: Random): Step {
  const all = [...world.clusters.keys()]
  const some = random.some(all)
  return { do: 'place', group: random.pick(GROUPS), clusters: some.length === 0 ? all : some }
}

function drop(world: World, random: Random): Step | undefined {
  return world.policies.size < 2 ? undefined : { do: 'drop', group: random.pick([...world.policies.keys()]) }
}

function taint(world: World, random: Random): Step | undefined {
  return aboutCluster(world, random, { do: 'taint', when: ({ joined, tainted }) => joined && !tainted })
}

function untaint(world: World, random: Random): Step | undefined {
  return aboutCluster(world, random, { do: 'untaint', when: ({ joined, tainted }) => joined && tainted })
}

/** One is always left. */
function leave(world: World, random: Random): Step | undefined {
  const joined = [...world.clusters.values()].filter(state => state.joined)
  return joined.length < 2 ? undefined : aboutCluster(world, random, { do: 'leave', when: state => state.joined })
}

function join(world: World, random: Random): Step | undefined {
  return aboutCluster(world, random, { do: 'join', when: ({ joined }) => !joined })
}

interface ClusterChoice {
  readonly do: 'taint' | 'untaint' | 'join' | 'leave'
  readonly when: (state: { readonly joined: boolean; readonly tainted: boolean }) => boolean
}

function aboutCluster(world: World, random: Random, choice: ClusterChoice): Step | undefined {
  const fitting = [...world.clusters].filter(([, state]) => choice.when(state)).map(([name]) => name)
  return fitting.length === 0 ? undefined : { do: choice.do, cluster: random.pick(fitting) }
}

function meddle(world: World, random: Random): Step | undefined {
  const maps = [...world.templates].filter(([, { kind }]) => kind === 'ConfigMap').map(([name]) => name)
  const joined = [...world.clusters].filter(([, state]) => state.joined).map(([name]) => name)
  if (maps.length === 0 || joined.length === 0) return undefined
  const how = random.happens(0.5) ? 'edit' : 'remove'
  return { do: 'meddle', cluster: random.pick(joined), name: random.pick(maps), how }
}
