import { type Adrift, afterLeaving, afterPut, needsOf } from './adrift.ts'

/** What users have asked for, and nothing of how it comes about: every member is compared with that. */
export interface World {
  /** By name. */
  readonly templates: ReadonlyMap<string, Template>
  /** By the group of templates that they select. */
  readonly policies: ReadonlyMap<string, Policy>
  /** By the group of templates that they change. */
  readonly overrides: ReadonlyMap<string, Override>
  /** By name. */
  readonly clusters: ReadonlyMap<string, ClusterState>
  /** By the template's name: what lost its policy stays where it was. */
  readonly adrift: ReadonlyMap<string, Adrift>
}

/** The group of ConfigMaps that no policy selects: they go where a Deployment is that needs them. */
export const SETTINGS = 'settings'

export interface Template {
  readonly kind: 'ConfigMap' | 'Deployment'
  readonly group: string
  /** Written into it, so that its content tells which change it has seen. */
  readonly value: string
  /** Of a Deployment. */
  readonly replicas: number
  /** Of a Deployment: the ConfigMap of the group {@link SETTINGS} that its Pods read, whether it is there or not. */
  readonly needs?: string
}

export interface Policy {
  /** Names of the clusters; Deployments are divided between them by equal weights. */
  readonly clusters: readonly string[]
}

/** A mark on all templates of a group, in some clusters. */
export interface Override {
  readonly clusters: readonly string[]
  readonly mark: string
}

export interface ClusterState {
  readonly joined: boolean
  /** Nothing new comes there; what is there may stay. */
  readonly cordoned: boolean
  /** NoSchedule is as a cordon; with NoExecute nothing stays that has another place. */
  readonly taint: 'none' | 'NoSchedule' | 'NoExecute'
}

/** One thing that a user does. */
export type Step =
  | { readonly do: 'put'; readonly name: string; readonly template: Template }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'place'; readonly group: string; readonly clusters: readonly string[] }
  /** `drop` takes the policy's templates with it, `withdraw` leaves them: only where all is settled does anybody know how. */
  | { readonly do: 'drop' | 'withdraw' | 'plain'; readonly group: string }
  | { readonly do: 'mark'; readonly group: string; readonly clusters: readonly string[]; readonly mark: string }
  | { readonly do: 'taint'; readonly cluster: string; readonly effect: 'NoSchedule' | 'NoExecute' }
  | { readonly do: ClusterChange; readonly cluster: string }
  /** Somebody changes or deletes an object in a member, or takes the label off that says that it is ours, where it may not stay so. */
  | {
      readonly do: 'meddle'
      readonly cluster: string
      readonly name: string
      readonly how: 'edit' | 'remove' | 'disown'
    }

export type ClusterChange = 'untaint' | 'cordon' | 'uncordon' | 'join' | 'leave'

/** @returns a world in which all these clusters are joined, and there is nothing else. */
export function emptyWorld(clusters: readonly string[]): World {
  const states = clusters.map(name => [name, FRESH] as const)
  const nothing = { templates: new Map(), policies: new Map(), overrides: new Map(), adrift: new Map() }
  return { ...nothing, clusters: new Map(states) }
}

const FRESH: ClusterState = { joined: true, cordoned: false, taint: 'none' }
const AWAY: ClusterState = { ...FRESH, joined: false }

/** @returns what is asked for after a step. */
export function after(world: World, step: Step): World {
  switch (step.do) {
    case 'put': {
      const { name, template } = step
      return { ...world, adrift: adriftAfterPut(world, step), templates: withEntry(world.templates, name, template) }
    }
    case 'delete':
      return {
        ...world,
        templates: without(world.templates, name => name === step.name),
        adrift: without(world.adrift, name => name === step.name),
      }
    case 'place':
      return {
        ...world,
        policies: withEntry(world.policies, step.group, { clusters: step.clusters }),
        adrift: without(world.adrift, name => isIn(world, name, step.group)),
      }
    case 'drop':
      return {
        ...world,
        policies: without(world.policies, group => group === step.group),
        templates: without(world.templates, (_name, { group }) => group === step.group),
      }
    case 'withdraw':
      return {
        ...world,
        policies: without(world.policies, group => group === step.group),
        adrift: new Map([...world.adrift, ...leftBy(world, step.group)]),
      }
    case 'mark': {
      const { clusters, mark } = step
      return { ...world, overrides: withEntry(world.overrides, step.group, { clusters, mark }) }
    }
    case 'plain':
      return { ...world, overrides: without(world.overrides, group => group === step.group) }
    case 'meddle':
      return world
    case 'leave':
      return {
        ...world,
        clusters: withEntry(world.clusters, step.cluster, AWAY),
        adrift: changed(world.adrift, (_name, before) => afterLeaving(before, step.cluster)),
      }
    default:
      return { ...world, clusters: withEntry(world.clusters, step.cluster, clusterAfter(world, step)) }
  }
}

/** One that comes to a group with a policy has one again. */
function adriftAfterPut(
  { adrift, policies }: World,
  { name, template }: Step & { readonly do: 'put' },
): World['adrift'] {
  if (policies.has(template.group)) return without(adrift, own => own === name)
  return changed(adrift, (own, before) => (own === name ? afterPut(before, template) : before))
}

function isIn({ templates }: World, name: string, group: string): boolean {
  return templates.get(name)?.group === group
}

function leftBy(world: World, group: string): readonly (readonly [string, Adrift])[] {
  const places = new Map(
    [...world.clusters.keys()].flatMap(cluster => {
      const presence = presenceUnderPolicy(world, group, cluster)
      return presence === false ? [] : [[cluster, presence]]
    }),
  )
  const templates = [...world.templates].filter(([name]) => isIn(world, name, group))
  return templates.map(([name, template]) => {
    const { value, needs, replicas } = template
    return [name, { places, values: [value], needs: [needs], ...(isDivided(world, name, template) && { replicas }) }]
  })
}

function clusterAfter(world: World, step: Step & { readonly cluster: string }): ClusterState {
  const before = stateOf(world, step.cluster)
  switch (step.do) {
    case 'taint':
      return { ...before, taint: step.effect }
    case 'untaint':
      return { ...before, taint: 'none' }
    case 'join':
      return FRESH
    default:
      return { ...before, cordoned: step.do === 'cordon' }
  }
}

/**
 * @returns whether a user could do that now. A step that was chosen in another world (a history of which parts were left out)
 * may be about what is not there.
 */
export function isPossible(world: World, step: Step): boolean {
  switch (step.do) {
    case 'delete':
      return world.templates.has(step.name)
    case 'drop':
    case 'withdraw':
      return world.policies.has(step.group)
    case 'plain':
      return world.overrides.has(step.group)
    case 'join':
      return !stateOf(world, step.cluster).joined
    case 'put':
      return canPut(world, step)
    case 'place':
    case 'mark':
      return true
    default:
      return stateOf(world, step.cluster).joined
  }
}

/** One of another kind leaves the first where it is; one that comes to a group without a policy loses its own while it changes. */
function canPut({ templates, policies }: World, { name, template }: Step & { readonly do: 'put' }): boolean {
  const before = templates.get(name)
  if (before === undefined) return true
  return before.kind === template.kind && (before.group === template.group || policies.has(template.group))
}

/** @returns the world at the start and after each step that is possible then. */
export function worldsThrough(start: World, steps: readonly Step[]): readonly World[] {
  const worlds = [start]
  let world = start
  for (const step of steps) {
    if (!isPossible(world, step)) continue
    world = after(world, step)
    worlds.push(world)
  }
  return worlds
}

/** @returns what is known of a cluster. */
export function stateOf(world: World, cluster: string): ClusterState {
  return world.clusters.get(cluster) ?? AWAY
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}

function changed<V>(map: ReadonlyMap<string, V>, change: (key: string, value: V) => V): ReadonlyMap<string, V> {
  return new Map([...map].map(([key, value]) => [key, change(key, value)]))
}

function without<V>(map: ReadonlyMap<string, V>, drops: (key: string, value: V) => boolean): ReadonlyMap<string, V> {
  return new Map([...map].filter(([key, value]) => !drops(key, value)))
}

/** An object that a member may or must hold. */
export interface Wanted {
  readonly kind: Template['kind']
  /** It says one of these. */
  readonly values: readonly string[]
  /** It needs one of these, or undefined: nothing. */
  readonly needs: readonly (string | undefined)[]
  /** Empty for none. */
  readonly mark: string
  /** `may`: it was there before the cluster was tainted, or nothing better is to be had. */
  readonly presence: 'must' | 'may'
}

/**
 * @param held names of what the member holds: what a Deployment needs is where the Deployment is.
 * @returns what a member must and may hold, by name; what is not in it must not be there.
 */
export function wantedIn(world: World, cluster: string, held: ReadonlySet<string>): ReadonlyMap<string, Wanted> {
  const needed = [...held].map(name => needsOf(world.adrift.get(name), world.templates.get(name)))
  const presenceOfNeeded = (name: string): Wanted['presence'] | false => {
    if (needed.some(names => names.every(each => each === name) && names.length > 0)) return 'must'
    return needed.some(names => names.includes(name)) && 'may'
  }
  const wanted = [...world.templates].flatMap(([name, template]): [string, Wanted][] => {
    const { kind, group } = template
    const presence = group === SETTINGS ? presenceOfNeeded(name) : presenceOf(world, { name, group, cluster })
    const { values, needs } = world.adrift.get(name) ?? { values: [template.value], needs: [template.needs] }
    return presence === false ? [] : [[name, { kind, values, needs, mark: markIn(world, group, cluster), presence }]]
  })
  return new Map(wanted)
}

interface Place {
  readonly name: string
  readonly group: string
  readonly cluster: string
}

/** @returns whether a member holds a template: for certain, perhaps, or not at all. Of {@link SETTINGS} nobody knows by itself. */
export function presenceOf(world: World, { name, group, cluster }: Place): Wanted['presence'] | false {
  const adrift = world.adrift.get(name)
  return adrift === undefined ? presenceUnderPolicy(world, group, cluster) : (adrift.places.get(cluster) ?? false)
}

function presenceUnderPolicy(world: World, group: string, cluster: string): Wanted['presence'] | false {
  const policy = world.policies.get(group)
  const { joined, taint } = stateOf(world, cluster)
  if (policy === undefined || !joined) return false
  // Where it has no place at all it stays where it was.
  if (!hasPlace(world, policy)) return 'may'
  if (!policy.clusters.includes(cluster) || taint === 'NoExecute') return false
  return isOpen(world, cluster) ? 'must' : 'may'
}

function markIn(world: World, group: string, cluster: string): string {
  const override = world.overrides.get(group)
  return override?.clusters.includes(cluster) === true ? override.mark : ''
}

/** @returns whether a template may have a binding. What was needed once keeps its own, which then places nothing. */
export function mayBeBound(world: World, name: string): boolean {
  const group = world.templates.get(name)?.group
  return group !== undefined && (group === SETTINGS || isBound(world, name, group))
}

/** @returns whether a template must have a binding: a policy selects it, or did. */
export function isBound(world: World, name: string, group: string): boolean {
  return world.policies.has(group) || world.adrift.has(name)
}

/** @returns the sum of a Deployment's replicas over all members; undefined when it has no place, or nobody knows. */
export function replicasOf(world: World, name: string, template: Template): number | undefined {
  const adrift = world.adrift.get(name)
  if (adrift !== undefined) return adrift.replicas
  return isDivided(world, name, template) ? template.replicas : undefined
}

function isDivided(world: World, name: string, { kind, group }: Template): boolean {
  return kind === 'Deployment' && isPlaced(world, name, group)
}

/** @returns whether a template has a place where it is for certain. */
export function isPlaced(world: World, name: string, group: string): boolean {
  const adrift = world.adrift.get(name)
  if (adrift !== undefined) return [...adrift.places.values()].includes('must')
  const policy = world.policies.get(group)
  return policy !== undefined && hasPlace(world, policy)
}

function hasPlace(world: World, { clusters }: Policy): boolean {
  return clusters.some(name => isOpen(world, name))
}

/** @returns whether something new may be placed there. */
export function isOpen(world: World, cluster: string): boolean {
  const { joined, cordoned, taint } = stateOf(world, cluster)
  return joined && !cordoned && taint === 'none'
}
