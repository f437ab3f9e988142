import {
  CLUSTER_OVERRIDE_POLICY,
  CLUSTER_RESOURCE_BINDING,
  OVERRIDE_POLICY,
  RESOURCE_BINDING,
} from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Cluster, OverridePolicy } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import type { AppliedRule } from '../../override/applied-rules.ts'
import { applyOverrides, type OverriddenManifest, type OverrideInput } from '../../override/apply-overrides.ts'
import { OverrideError } from '../../override/override-error.ts'
import { unparked } from '../../parking/record.ts'
import { renderWork } from '../../rendering/render-work.ts'
import { reviseManifest } from '../../rendering/revise-manifest.ts'
import type { TargetCluster } from '../../scheduling/placement.ts'
import { CommandError } from '../manifests.ts'
import { decide, plannedBinding } from '../plan/decide.ts'
import { isOf, type World } from '../plan/world.ts'

export interface RenderInput {
  /** Templates, policies and Clusters. */
  readonly world: World
  /** All objects, of which those are taken that change templates. */
  readonly objects: readonly KubeObject[]
  /** Name of the member. */
  readonly cluster: string
  /** Of the member; default: what the scheduler gives it, or all of them where no Cluster is known. */
  readonly replicas: number | undefined
  readonly interpreter: Interpreter
}

/** What a member gets of one template. */
export interface Rendered {
  readonly template: KubeObject
  /** As its Work carries it, stamps of ours included. */
  readonly manifest: KubeObject
  /** The rules that changed it, in their order. */
  readonly applied: readonly AppliedRule[]
}

/** A template that the member does not get. */
export interface NotRendered {
  readonly template: KubeObject
  readonly why: string
}

/** Ids of objects that nobody has made yet. */
const UNKNOWN_ID = '00000000-0000-0000-0000-000000000000'

/**
 * What a member would get of a template: with its share of replicas, overridden, and marked as ours.
 *
 * @throws CommandError for a change that cannot be made, with policy and path
 */
export async function renderForCluster(input: RenderInput, template: KubeObject): Promise<Rendered | NotRendered> {
  const { world, objects, cluster: name, interpreter } = input
  const binding = await plannedBinding(input, template)
  if (binding === undefined) return { template, why: 'no policy selects it' }
  const targets = await targetsOf(input, template)
  if (typeof targets === 'string') return { template, why: targets }
  const target = targets.find(each => each.name === name)
  if (target === undefined) return { template, why: `it does not go to ${name}` }
  const whole = unparked(template)
  const revised = await reviseManifest({ binding, template: whole, targets, target }, interpreter)
  const cluster = world.clusters.find(({ metadata }) => metadata.name === name) ?? assumed(name)
  const policies = {
    cluster: objects.filter(isOf<OverridePolicy>(CLUSTER_OVERRIDE_POLICY)),
    namespaced: objects
      .filter(isOf<OverridePolicy>(OVERRIDE_POLICY))
      .filter(policy => isInNamespaceOf(policy, template)),
  }
  const { manifest, applied, ...records } = override({ manifest: revised, cluster, policies })
  const bindingKind = template.metadata.namespace ? RESOURCE_BINDING : CLUSTER_RESOURCE_BINDING
  const newUid = () => UNKNOWN_ID
  const work = renderWork({ binding, bindingKind, template: whole, manifest, cluster: name, newUid, ...records })
  const [carried] = manifestsOf(work)
  if (carried === undefined) throw new CommandError(`nothing is left of ${template.kind} ${template.metadata.name}`)
  return { template, manifest: carried, applied }
}

function override(input: OverrideInput): OverriddenManifest {
  try {
    return applyOverrides(input)
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error
    throw new CommandError(`${error.policy.kind} ${formatKey(keyOf(error.policy))}: ${error.message}`)
  }
}

/** @returns a reason instead of targets when it has no place. */
async function targetsOf(
  { world, cluster, replicas, interpreter }: RenderInput,
  template: KubeObject,
): Promise<readonly TargetCluster[] | string> {
  if (!world.clusters.some(({ metadata }) => metadata.name === cluster)) {
    return [{ name: cluster, replicas: replicas ?? (await interpreter.getReplicas(template))?.replicas ?? 0 }]
  }
  const { clusters, message } = await decide({ world, interpreter }, template)
  const own = clusters.find(({ name }) => name === cluster)
  const isTarget = own?.verdict === 'target' || own?.verdict === 'placed'
  if (!isTarget) return own === undefined || own.reason === '' ? message : `it does not go to ${cluster}: ${own.reason}`
  return clusters.flatMap(({ name, verdict, replicas: share }) => {
    if (verdict !== 'target' && verdict !== 'placed') return []
    const count = name === cluster ? (replicas ?? share) : share
    return [{ name, ...(count !== undefined && { replicas: count }) }]
  })
}

/** A member of which only the name is known: rules by its labels or region do not match it. */
function assumed(name: string): Pick<Cluster, 'metadata'> {
  return { metadata: { name } }
}

function isInNamespaceOf({ metadata }: KubeObject, template: KubeObject): boolean {
  return (metadata.namespace ?? 'default') === (template.metadata.namespace ?? '')
}
