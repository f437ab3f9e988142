/** What users have asked for, and nothing of how it comes about: every member is compared with that. */
export interface World {
  /** By name. */
  readonly templates: ReadonlyMap<string, Template>
  /** By the group of templates that they select. */
  readonly policies: ReadonlyMap<string, Policy>
  /** By name. */
  readonly clusters: ReadonlyMap<string, ClusterState>
}

export interface Template {
  readonly kind: 'ConfigMap' | 'Deployment'
  readonly group: string
  /** Written into it, so that its content tells which change it has seen. */
  readonly value: string
  /** Of a Deployment. */
  readonly replicas: number
}

export interface Policy {
  /** Names of the clusters; Deployments are divided between them by equal weights. */
  readonly clusters: readonly string[]
}

export interface ClusterState {
  readonly joined: boolean
  /** Nothing new comes there; what is there may stay. */
  readonly tainted: boolean
}

/** One thing that a user does. */
export type Step =
  | { readonly do: 'put'; readonly name: string; readonly template: Template }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'place'; readonly group: string; readonly clusters: readonly string[] }
  | { readonly do: 'drop'; readonly group: string }
  | { readonly do: 'taint' | 'untaint' | 'join' | 'leave'; readonly cluster: string }
  /** Somebody changes or deletes an object in a member, where it may not stay so. */
  | { readonly do: 'meddle'; readonly cluster: string; readonly name: string; readonly how: 'edit' | 'remove' }

/** @returns what is asked for after a step. */
export function after(world: World, step: Step): World {
  switch (step.do) {
    case 'put':
      return { ...world, templates: withEntry(world.templates, step.name, step.template) }
    case 'delete':
      return { ...world, templates: without(world.templates, name => name === step.name) }
    case 'place':
      return { ...world, policies: withEntry(world.policies, step.group, { clusters: step.clusters }) }
    case 'drop':
      // A policy that goes leaves its objects where they are; so its templates go with it.
      return {
        ...world,
        policies: without(world.policies, group => group === step.group),
        templates: without(world.templates, (_name, { group }) => group === step.group),
      }
    case 'meddle':
      return world
    default:
      return {
        ...world,
        clusters: withEntry(world.clusters, step.cluster, clusterAfter(step.do)(stateOf(world, step))),
      }
  }
}

function clusterAfter(change: 'taint' | 'untaint' | 'join' | 'leave') {
  return (before: ClusterState): ClusterState => {
    if (change === 'taint') return { ...before, tainted: true }
    if (change === 'untaint') return { ...before, tainted: false }
    return { joined: change === 'join', tainted: false }
  }
}

function stateOf(world: World, { cluster }: { readonly cluster: string }): ClusterState {
  return world.clusters.get(cluster) ?? { joined: false, tainted: false }
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}

function without<V>(map: ReadonlyMap<string, V>, drops: (key: string, value: V) => boolean): ReadonlyMap<string, V> {
  return new Map([...map].filter(([key, value]) => !drops(key, value)))
}

/** An object that a member may or must hold. */
export interface Wanted {
  readonly kind: Template['kind']
  readonly value: string
  /** `may`: it was there before the cluster was tainted, or nothing better is to be had. */
  readonly presence: 'must' | 'may'
}

/** @returns what a member must and may hold, by name; what is not in it must not be there. */
export function wantedIn(world: World, cluster: string): ReadonlyMap<string, Wanted> {
  const wanted = [...world.templates].flatMap(([name, { kind, group, value }]): [string, Wanted][] => {
    const presence = presenceOf(world, group, cluster)
    return presence === 'never' ? [] : [[name, { kind, value, presence }]]
  })
  return new Map(wanted)
}

function presenceOf(world: World, group: string, cluster: string): Wanted['presence'] | 'never' {
  const policy = world.policies.get(group)
  if (policy === undefined || !stateOf(world, { cluster }).joined) return 'never'
  // Where it has no place at all it stays where it was.
  if (openClusters(world, policy).length === 0) return 'may'
  if (!policy.clusters.includes(cluster)) return 'never'
  return stateOf(world, { cluster }).tainted ? 'may' : 'must'
}

/** @returns whether the sum of a Deployment's replicas over all members is the template's: it has a place. */
export function isDivided(world: World, { kind, group }: Template): boolean {
  return kind === 'Deployment' && isPlaced(world, group)
}

/** @returns whether templates of a group have a place where something new may come. */
export function isPlaced(world: World, group: string): boolean {
  const policy = world.policies.get(group)
  return policy !== undefined && openClusters(world, policy).length > 0
}

/** Those of a policy on which something new may be placed. */
function openClusters(world: World, { clusters }: Policy): readonly string[] {
  return clusters.filter(name => {
    const { joined, tainted } = stateOf(world, { cluster: name })
    return joined && !tainted
  })
}
