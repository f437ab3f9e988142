import type { TargetCluster } from '../api/generated/resource-binding.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { numberAt, withValueAt } from '../object/field.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { divideCompletions } from '../scheduling/divide/job-completions.ts'
import { isWorkload } from './render-work.ts'

export interface RevisionInput {
  readonly binding: Binding
  readonly template: KubeObject
  /** All target clusters: a Job's completions are divided over them. */
  readonly targets: readonly TargetCluster[]
  /** The one that the manifest is for. */
  readonly target: TargetCluster
}

type Reviser = Pick<Interpreter, 'getReplicas' | 'reviseReplicas'>

/**
 * The template with one cluster's share: its replicas, and for a Job that is divided its completions.
 *
 * @returns the same object when there is nothing to divide.
 * @source spec/behaviour/propagation.md §8 items 4b, 4c
 */
export async function reviseManifest(input: RevisionInput, interpreter: Reviser): Promise<KubeObject> {
  const { binding, template, target } = input
  const isShared = isWorkload(binding) || (await isScaledUpSince(input, interpreter))
  const revised = isShared ? await interpreter.reviseReplicas(template, target.replicas ?? 0) : template
  const completions = completionsOf(input)
  return completions === undefined ? revised : withValueAt(revised, ['spec', 'completions'], completions)
}

/**
 * Whether a template that had no replicas when it was placed has some by now: until it is placed again, or for good when its policy
 * is gone, each cluster would get all of them. A binding that says nothing is of a kind whose replicas nobody knew then: that goes
 * out as it is.
 */
async function isScaledUpSince({ binding, template }: RevisionInput, interpreter: Reviser): Promise<boolean> {
  if (binding.spec.replicas !== 0) return false
  try {
    return ((await interpreter.getReplicas(template))?.replicas ?? 0) > 0
  } catch {
    // Whoever places it asks the same and tells of it; nothing else is held up by it.
    return false
  }
}

function completionsOf({ binding, template, targets, target }: RevisionInput): number | undefined {
  const { replicas = 0, placement } = binding.spec
  const divided = placement?.replicaScheduling?.replicaSchedulingType === 'Divided'
  const completions = numberAt(template, 'spec', 'completions')
  if (template.kind !== 'Job' || replicas === 0 || !divided || completions === undefined) return undefined
  const { uid } = template.metadata
  return divideCompletions({ completions, ...(uid !== undefined && { uid }) }, targets).get(target.name) ?? 0
}
