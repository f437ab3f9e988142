import { BINDING_KINDS, CLUSTER_OVERRIDE_POLICY, OVERRIDE_POLICY } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace, executionNamespace } from '../../api/names.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Binding, Cluster, OverridePolicy, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import { applyOverrides } from '../../override/apply-overrides.ts'
import { OverrideError } from '../../override/override-error.ts'
import { unparked } from '../../parking/record.ts'
import { nameOfWork } from '../../rendering/assemble-work.ts'
import { renderWork } from '../../rendering/render-work.ts'
import { reviseManifest } from '../../rendering/revise-manifest.ts'
import { isOf } from '../plan/world.ts'
import { identityOf, templateOf } from './read-source.ts'

/** What is on the host, or would be. */
export interface HostWorld {
  readonly bindings: readonly Binding[]
  readonly templates: readonly KubeObject[]
  readonly works: readonly Work[]
  readonly rules: readonly KubeObject[]
  readonly clusters: readonly Cluster[]
  readonly interpreter: Interpreter
}

/** What the operator will send to a member. */
export interface Expected {
  readonly cluster: string
  /** The manifest, as its Work carries it; or why there is none. */
  readonly manifest: KubeObject | undefined
  readonly object: string
  readonly why?: string
}

/** For templates that have none on the host yet; only whether there is one counts. */
const UNKNOWN_UID = '00000000-0000-0000-0000-000000000000'

/**
 * What each member gets of each binding once it is taken over, rendered as the operator does it: targets as they are.
 *
 * @returns in the order of the bindings, then of their targets; then of the Works that users wrote.
 */
export async function expectedManifests(world: HostWorld): Promise<readonly Expected[]> {
  const templates = new Map(world.templates.map(template => [identityOf(template), template]))
  const works = new Map(world.works.map(work => [workKey(work.metadata.namespace ?? '', work.metadata.name), work]))
  const rendered = await Promise.all(
    world.bindings.map(async binding => {
      const template = templates.get(templateOf(binding))
      return template === undefined ? [] : renderTargets(world, { binding, template: whole(template), works })
    }),
  )
  const own = world.works.filter(work => !BINDING_KINDS.some(kind => work.metadata.labels?.[kind.permanentIdLabel]))
  return [...rendered.flat(), ...own.flatMap(expectedOfWork)]
}

function expectedOfWork(work: Work): readonly Expected[] {
  const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '') ?? ''
  return manifestsOf(work).map(manifest => ({ cluster, manifest, object: objectName(manifest) }))
}

interface Rendering {
  readonly binding: Binding
  readonly template: KubeObject
  readonly works: ReadonlyMap<string, Work>
}

async function renderTargets(world: HostWorld, rendering: Rendering): Promise<readonly Expected[]> {
  const { binding, template } = rendering
  const targets = targetsOf(binding)
  return Promise.all(
    targets.map(async target => {
      const revised = await reviseManifest({ binding, template, targets, target }, world.interpreter)
      return renderTarget(world, { ...rendering, revised, cluster: target.name })
    }),
  )
}

function renderTarget(
  { clusters, rules }: HostWorld,
  {
    binding,
    template,
    works,
    revised,
    cluster,
  }: Rendering & { readonly revised: KubeObject; readonly cluster: string },
): Expected {
  const bindingKind = BINDING_KINDS.find(({ kind }) => kind === binding.kind) ?? BINDING_KINDS[0]
  const known = clusters.find(({ metadata }) => metadata.name === cluster) ?? { metadata: { name: cluster } }
  const policies = {
    cluster: rules.filter(isOf<OverridePolicy>(CLUSTER_OVERRIDE_POLICY)),
    namespaced: rules
      .filter(isOf<OverridePolicy>(OVERRIDE_POLICY))
      .filter(({ metadata }) => metadata.namespace === template.metadata.namespace),
  }
  try {
    const { manifest, applied: _applied, ...records } = applyOverrides({ manifest: revised, cluster: known, policies })
    const existing = works.get(workKey(executionNamespace(cluster), nameOfWork(manifest)))
    const work = renderWork({
      binding,
      bindingKind,
      template,
      manifest,
      cluster,
      existing,
      newUid: unknownUid,
      ...records,
    })
    return { cluster, manifest: manifestsOf(work)[0], object: objectName(manifest) }
  } catch (failure) {
    if (!(failure instanceof OverrideError)) throw failure
    return { cluster, manifest: undefined, object: objectName(template), why: failure.message }
  }
}

function unknownUid(): string {
  return UNKNOWN_UID
}

/** The template as its user wrote it, with the marks of life that its copies carry. */
function whole(template: KubeObject): KubeObject {
  const { uid = UNKNOWN_UID, generation = 1 } = template.metadata
  return unparked({ ...template, metadata: { ...template.metadata, uid, generation } })
}

/** The clusters that get a Work: targets, then those of bindings that depend on this one; the first mention wins. */
export function targetsOf({ spec }: Binding): readonly { readonly name: string; readonly replicas?: number }[] {
  const required = (spec.requiredBy ?? []).flatMap(({ clusters = [] }) => clusters)
  const all = [...(spec.clusters ?? []), ...required]
  return all.filter((target, index) => all.findIndex(({ name }) => name === target.name) === index)
}

function workKey(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

function objectName({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}
