import { CLUSTER_RESOURCE_BINDING, type PolicyKind, RESOURCE_BINDING } from '../../api/kinds.ts'
import { LABEL } from '../../api/names.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import { bindingName } from '../../object/generated-names.ts'
import type { Binding, Policy } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { choosePolicy } from '../../policy/best-policy.ts'
import { claimOf, claimOfPolicy } from '../../policy/claim.ts'
import { withDefaults } from '../../policy/defaults.ts'
import { matchesAnySelector } from '../../policy/resource-selector.ts'
import { buildBinding } from '../../rendering/build-binding.ts'
import { scheduledCondition } from '../../scheduling/outcome.ts'
import type { TargetCluster } from '../../scheduling/placement.ts'
import { type ClusterVerdict, type ScheduleResult, schedule } from '../../scheduling/schedule.ts'
import { isOurs, needsScheduling } from '../../scheduling/when.ts'
import { bindingKey, type World } from './world.ts'

/** Where one template goes, and why; with `-o json` and `-o yaml` exactly this. */
export interface TemplatePlan {
  readonly template: Reference
  readonly policy?: Reference
  /** Whether it has a place, or needs none decided. */
  readonly schedulable: boolean
  /** Reason and message of the condition Scheduled; or why the scheduler leaves it alone. */
  readonly result: string
  readonly message: string
  readonly affinity?: string
  readonly selection?: string
  readonly division?: string
  readonly clusters: readonly PlannedCluster[]
}

export interface Reference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

export interface PlannedCluster {
  readonly name: string
  /** `fit`: it could be a target. `placed`: it is one, and nothing is decided anew. */
  readonly verdict: 'target' | 'fit' | 'unfit' | 'placed'
  readonly score?: number
  readonly available?: number
  readonly replicas?: number
  /** What it has now; absent where it is no target yet. */
  readonly before?: number
  readonly reason: string
}

/** For what has no id of its own yet; only whether there is one matters. */
const PLANNED_ID = 'planned'

/** What is asked for a decision. */
export interface Planning {
  readonly world: World
  readonly interpreter: Pick<Interpreter, 'getReplicas'>
  /** Clusters that are being emptied. */
  readonly drained?: readonly string[]
}

/** Decides for one template what the operator would: which policy takes it, and what the scheduler makes of the binding. */
export async function decide(planning: Planning, template: KubeObject): Promise<TemplatePlan> {
  const { world, drained = [] } = planning
  const chosen = policyOf(world, template)
  if (chosen === undefined) {
    const message = 'No policy selects it: it goes nowhere.'
    return { template: referenceTo(template), schedulable: false, result: 'NoPolicy', message, clusters: [] }
  }
  const binding = evicting(await bindingFor(planning, template, chosen), drained)
  const head = { template: referenceTo(template), policy: referenceTo(chosen.policy) }
  const { clusters } = world
  const before = binding.spec.clusters ?? []
  if (!isOurs(binding, binding.spec.schedulerName)) {
    const message = 'Its scheduling is suspended: it stays as it is.'
    return { ...head, schedulable: true, result: 'Suspended', message, clusters: before.map(placed) }
  }
  if (needsScheduling(binding, clusters) === undefined) {
    const message = 'Nothing asks for placing it again: it stays as it is.'
    return { ...head, schedulable: true, result: 'Unchanged', message, clusters: before.map(placed) }
  }
  return { ...head, ...planOf(schedule({ binding, clusters }), before) }
}

/** The binding that a template gets under the policy that takes it, without targets; undefined when none does. */
export async function plannedBinding(planning: Planning, template: KubeObject): Promise<Binding | undefined> {
  const chosen = policyOf(planning.world, template)
  return chosen && bindingFor(planning, template, chosen)
}

interface Chosen {
  readonly kind: PolicyKind
  readonly policy: Policy
}

/** Who has claimed it keeps it as long as it selects it; else the best policy that does. */
function policyOf({ policies, clusterPolicies }: World, template: KubeObject): Chosen | undefined {
  if (template.metadata.labels?.[LABEL.local] === 'true') return undefined
  const claim = claimOf(template)
  const owner = (claim?.kind.namespaced ? policies : clusterPolicies).find(
    ({ metadata }) =>
      metadata.name === claim?.key.name && (metadata.namespace ?? '') === claim.key.namespace && claim !== undefined,
  )
  const selectors = owner && withDefaults(owner).spec.resourceSelectors
  if (claim && owner && matchesAnySelector(selectors ?? [], template)) return { kind: claim.kind, policy: owner }
  return choosePolicy(template, {
    policies: policies.map(withDefaults),
    clusterPolicies: clusterPolicies.map(withDefaults),
  })
}

async function bindingFor(
  { world, interpreter }: Planning,
  template: KubeObject,
  { kind, policy }: Chosen,
): Promise<Binding> {
  const bindingKind = template.metadata.namespace ? RESOURCE_BINDING : CLUSTER_RESOURCE_BINDING
  const { namespace } = template.metadata
  const name = bindingName({ kind: template.kind, name: template.metadata.name })
  const key = bindingKey({ kind: bindingKind.kind, metadata: { name, ...(namespace && { namespace }) } })
  const existing = world.bindings.get(key)
  const uid = template.metadata.uid ?? existing?.spec.resource.uid
  const { [kind.permanentIdLabel]: permanentId = PLANNED_ID } = policy.metadata.labels ?? {}
  const labelled = withLabel(withDefaults(policy), kind.permanentIdLabel, permanentId)
  return buildBinding({
    template: { ...template, metadata: { ...template.metadata, ...(uid !== undefined && { uid }) } },
    policy: labelled,
    claim: claimOfPolicy(kind, labelled) ?? { kind, key: { namespace: '', name: '' }, permanentId },
    bindingKind,
    replicas: await interpreter.getReplicas(template),
    existing,
    permanentId: PLANNED_ID,
  })
}

function withLabel(policy: Policy, key: string, value: string): Policy {
  return { ...policy, metadata: { ...policy.metadata, labels: { ...policy.metadata.labels, [key]: value } } }
}

/** A drained cluster is kept from what the scheduler decides as by an eviction. */
function evicting(binding: Binding, drained: readonly string[]): Binding {
  if (drained.length === 0) return binding
  const { gracefulEvictionTasks = [] } = binding.spec
  const tasks = drained.map(fromCluster => ({ fromCluster, reason: 'Drain', producer: 'plan' }))
  return { ...binding, spec: { ...binding.spec, gracefulEvictionTasks: [...gracefulEvictionTasks, ...tasks] } }
}

function planOf(result: ScheduleResult, before: readonly TargetCluster[]): Omit<TemplatePlan, 'template' | 'policy'> {
  const { outcome, explanation, targets } = result
  const { affinityName, selection, division } = explanation
  const { reason, message } = scheduledCondition(outcome)
  const previous = new Map(before.map(({ name, replicas = 0 }) => [name, replicas]))
  const succeeded = outcome.type === 'success'
  return {
    schedulable: succeeded,
    result: reason,
    message: succeeded && targets.length === 0 ? `${message} It has no replicas, so it goes nowhere.` : message,
    ...(affinityName === undefined ? {} : { affinity: affinityName }),
    ...(selection === undefined ? {} : { selection }),
    ...(division === undefined ? {} : { division }),
    clusters: explanation.clusters.map(verdict => plannedOf(verdict, previous.get(verdict.name))),
  }
}

function plannedOf(verdict: ClusterVerdict, before: number | undefined): PlannedCluster {
  const { name, score, available, replicas, rejections } = verdict
  return {
    name,
    verdict: rejections.length > 0 ? 'unfit' : replicas === undefined ? 'fit' : 'target',
    ...(score === undefined ? {} : { score }),
    ...(available === undefined ? {} : { available }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(before === undefined ? {} : { before }),
    reason: reasonOf(verdict),
  }
}

function reasonOf({ rejections, note, weight, kept, tier }: ClusterVerdict): string {
  if (rejections.length > 0) return rejections.map(({ reason }) => reason).join('; ')
  const parts = [
    note ?? [],
    weight === undefined ? [] : `weight ${weight}`,
    kept === undefined ? [] : `${kept} stay`,
    tier === undefined ? [] : `overflow ${tier}`,
  ]
  return parts.flat().join(', ')
}

function placed({ name, replicas = 0 }: TargetCluster): PlannedCluster {
  return { name, verdict: 'placed', replicas, before: replicas, reason: '' }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): Reference {
  const { namespace, name } = metadata
  return { apiVersion, kind, ...(namespace && { namespace }), name }
}
