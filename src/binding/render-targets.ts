import type { BindingKind } from '../api/kinds.ts'
import { executionNamespace } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Binding, Cluster, OverridePolicy, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { AppliedRule } from '../override/applied-rules.ts'
import { applyOverrides, type OverriddenManifest } from '../override/apply-overrides.ts'
import { OverrideError } from '../override/override-error.ts'
import { mayApply, type OverridePolicies } from '../override/select.ts'
import { nameOfWork } from '../rendering/assemble-work.ts'
import { withPreservedState } from '../rendering/preserved-state.ts'
import { renderWork } from '../rendering/render-work.ts'
import { reviseManifest } from '../rendering/revise-manifest.ts'
import type { Lister } from '../runtime/lister.ts'
import { type RenderedWork, targetsOf } from './plan.ts'

export interface RenderDeps {
  readonly kind: BindingKind
  readonly works: Lister<Work>
  readonly clusters: Lister<Cluster>
  readonly overrides: Lister<OverridePolicy>
  readonly clusterOverrides: Lister<OverridePolicy>
  readonly interpreter: Pick<Interpreter, 'getReplicas' | 'reviseReplicas'>
  readonly newUid: () => string
}

/** What the targets of a binding get, and which get nothing new because an override cannot be applied. */
export interface RenderedTargets {
  readonly works: readonly OverriddenWork[]
  readonly refused: readonly RefusedTarget[]
}

export interface OverriddenWork extends RenderedWork {
  readonly cluster: string
  /** The rules that changed the manifest. */
  readonly applied: readonly AppliedRule[]
}

export interface RefusedTarget {
  readonly cluster: string
  readonly error: OverrideError
}

/**
 * The Works of a binding's targets: the template with each cluster's share of replicas, overridden.
 *
 * A target whose Cluster is not known yet is left out while a policy might have a rule for it: without the cluster's
 * labels the member could get what is meant for others.
 *
 * @source spec/behaviour/propagation.md §8 item 4
 */
export async function renderTargets(
  deps: RenderDeps,
  binding: Binding,
  template: KubeObject,
): Promise<RenderedTargets> {
  const { namespace } = template.metadata
  const policies = {
    cluster: deps.clusterOverrides.list(),
    namespaced: namespace ? deps.overrides.list(namespace) : [],
  }
  const targets = targetsOf(binding)
  const outcomes = await Promise.all(
    targets.map(async target => {
      const manifest = await reviseManifest({ binding, template, targets, target }, deps.interpreter)
      return renderTarget(deps, { binding, template, manifest, cluster: target.name, policies })
    }),
  )
  return {
    works: outcomes.filter(outcome => outcome !== undefined && 'desired' in outcome),
    refused: outcomes.filter(outcome => outcome !== undefined && 'error' in outcome),
  }
}

interface TargetInput {
  readonly binding: Binding
  readonly template: KubeObject
  readonly manifest: KubeObject
  readonly cluster: string
  readonly policies: OverridePolicies
}

function renderTarget(deps: RenderDeps, input: TargetInput): OverriddenWork | RefusedTarget | undefined {
  const { binding, template, cluster } = input
  const overridden = override(deps, input)
  if (overridden === undefined || overridden instanceof OverrideError) {
    return overridden && { cluster, error: overridden }
  }
  const { manifest: result, applied, ...records } = overridden
  const manifest = withPreservedState(binding, result)
  const existing = deps.works.get({ namespace: executionNamespace(cluster), name: nameOfWork(manifest) })
  const { kind: bindingKind, newUid } = deps
  const desired = renderWork({ binding, bindingKind, template, manifest, cluster, existing, newUid, ...records })
  return { cluster, desired, existing, applied }
}

/** @returns undefined when it cannot be known what the cluster gets. */
function override(
  { clusters }: RenderDeps,
  { manifest, cluster: name, policies }: TargetInput,
): OverriddenManifest | OverrideError | undefined {
  const known = clusters.get({ namespace: '', name })
  if (known === undefined && mayApply(policies, manifest)) return undefined
  try {
    return applyOverrides({ manifest, cluster: known ?? { metadata: { name } }, policies })
  } catch (error) {
    if (error instanceof OverrideError) return error
    throw error
  }
}
