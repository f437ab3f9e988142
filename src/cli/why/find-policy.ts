import { LABEL } from '../../api/names.ts'
import { foundIn } from '../../kube/look.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey } from '../../object/object-key.ts'
import { isLocal } from '../../parking/park.ts'
import { preemptingPolicy } from '../../policy/preemption.ts'
import { isGenerated, newTemplateFilter } from '../../policy/skipped.ts'
import { latest } from './find-events.ts'
import type { Finding, Observed, Subject } from './observed.ts'
import { type Candidate, type Choice, nameOf } from './policies.ts'

/** Whether anybody takes the template, and what is in the way of it. */
export function findPolicy(observed: Observed, template: KubeObject, choice: Choice): readonly Finding[] {
  const never = findNever(observed, template)
  if (never !== undefined) return [never]
  if (choice.winner === undefined) return findUnselected(observed, template, choice)
  return [...findRivals(template, choice), ...findUnclaimed(observed, choice.winner)]
}

/** `Deployment shop/web` */
export function subjectName({ gvk, key }: Subject): string {
  return `${gvk.kind} ${formatKey(key)}`
}

function findNever({ subject }: Observed, template: KubeObject): Finding | undefined {
  const what = subjectName(subject)
  if (isLocal(template)) {
    return {
      level: 'cause',
      code: 'KeptLocal',
      message: `${what} is kept for the host alone: it has the label ${LABEL.local}=true.`,
      remedy: `Take the label off: kubectl label ${kubectlName(subject)} ${LABEL.local}-`,
    }
  }
  if (!newTemplateFilter().isSkippedObject(template)) return undefined
  return {
    level: 'cause',
    code: 'NeverPropagated',
    message: `${what} is of a kind or in a namespace that is never propagated, whatever policies say.`,
    remedy:
      'Kinds and namespaces that stay on the host: docs/reference/kinds.md, and the flags --skipped-propagating-*.',
  }
}

function findUnselected(observed: Observed, template: KubeObject, choice: Choice): readonly Finding[] {
  const { subject } = observed
  const binding = foundIn(observed.binding)
  if ((binding?.spec.requiredBy ?? []).length > 0) return []
  const unread = [observed.policies, observed.clusterPolicies].flatMap(looked =>
    'unread' in looked ? looked.unread : [],
  )
  if (unread.length > 0) {
    const message = `No policy that you may read selects ${subjectName(subject)}; not read: ${unread.join('; ')}.`
    return [{ level: 'cause', code: 'NoPolicy', message }]
  }
  return [noPolicy(observed, template), ...findLeftover(binding, choice)]
}

function noPolicy({ subject }: Observed, template: KubeObject): Finding {
  const { gvk, key } = subject
  const where =
    key.namespace === '' ? 'a ClusterPropagationPolicy' : `a PropagationPolicy in namespace ${key.namespace}`
  const selector = `{apiVersion: ${formatApiVersion(gvk)}, kind: ${gvk.kind}, name: ${key.name}}`
  const owner = isGenerated(template) ? ' The host made it for itself, so only a selector with its name means it.' : ''
  return {
    level: 'cause',
    code: 'NoPolicy',
    message: `No policy selects ${subjectName(subject)}, so it goes nowhere.${owner}`,
    remedy: `Make ${where} with the resourceSelector ${selector}.`,
  }
}

/** A policy that has gone leaves what it had propagated where it is. */
function findLeftover(binding: Binding | undefined, { claim }: Choice): readonly Finding[] {
  if (binding === undefined) return []
  const by = claim === undefined ? '' : ` It was claimed by ${claim.kind.kind} ${formatKey(claim.key)}.`
  return [
    {
      level: 'note',
      code: 'Left',
      message: `Its ${binding.kind} ${binding.metadata.name} is still there, so members keep what they have; nothing is placed anew.${by}`,
    },
  ]
}

/** Several policies are no fault, unless one that ranks above came too late. */
function findRivals(template: KubeObject, { candidates, winner }: Choice): readonly Finding[] {
  const [best] = candidates
  return winner === undefined || best === undefined || best === winner ? [] : [outranked(template, winner, best)]
}

function outranked(template: KubeObject, winner: Candidate, best: Candidate): Finding {
  const taker = preemptingPolicy(template, winner, {
    policies: best.kind.namespaced ? [best.policy] : [],
    clusterPolicies: best.kind.namespaced ? [] : [best.policy],
  })
  const remedy =
    taker === undefined
      ? `To hand it over, set spec.preemption: Always in ${nameOf(best)} and name the object in its resourceSelectors (feature policyPreemption), or let ${nameOf(winner)} no longer select it.`
      : `${nameOf(best)} says preemption: Always: switch the feature on (chart value config.features.policyPreemption), or let ${nameOf(winner)} no longer select it.`
  return {
    level: 'cause',
    code: 'TwoPolicies',
    message: `Two policies select it: ${nameOf(winner)} claimed it first and keeps it, although ${nameOf(best)} ranks above.`,
    remedy,
  }
}

/** It is selected: does the operator see it, and did it get on with it? */
function findUnclaimed(observed: Observed, winner: Candidate): readonly Finding[] {
  const { subject, events } = observed
  const { kind, key } = { kind: winner.kind.kind, key: winner.policy.metadata }
  const ofPolicy = events.filter(({ about }) => about.kind === kind && about.name === key.name)
  const refused = latest(ofPolicy, ['ListTemplatesFailed', 'KindNotPropagated'])
  if (winner.claims && refused === undefined) return []
  if (refused !== undefined && !winner.claims) {
    return [
      {
        level: 'cause',
        code: refused.reason === 'ListTemplatesFailed' ? 'KindNotPermitted' : 'NeverPropagated',
        message: `${nameOf(winner)} selects it, and the operator cannot watch ${subject.gvk.kind}: ${refused.message}`,
        remedy: 'See docs/reference/permissions.md: kinds are permitted by the chart value templates.kinds.',
      },
    ]
  }
  return winner.claims
    ? []
    : [
        {
          level: 'wait',
          code: 'NotClaimed',
          message: `${nameOf(winner)} selects it, and the operator has not claimed it yet.`,
          remedy: 'If it stays so, look at events of the policy and at the log of the operator.',
        },
      ]
}

/** As an argument of kubectl. */
export function kubectlName({ gvk, key }: Subject): string {
  const namespace = key.namespace === '' ? '' : `-n ${key.namespace} `
  return `${namespace}${gvk.kind.toLowerCase()}/${key.name}`
}
