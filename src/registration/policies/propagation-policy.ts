import { POLICY_KINDS, type PolicyKind } from '../../api/kinds.ts'
import {
  type AdmissionPolicy,
  admissionPolicy,
  type Validation,
  type Variable,
  WHEN_SPEC_CHANGES,
} from './admission-policy.ts'
import { isFilled, listAt } from './cel.ts'

const VARIABLES: readonly Variable[] = [
  { name: 'placement', expression: 'has(object.spec.placement) ? object.spec.placement : {}' },
  {
    name: 'division',
    expression: 'has(variables.placement.replicaScheduling) ? variables.placement.replicaScheduling : {}',
  },
  { name: 'terms', expression: listAt('variables.placement', 'clusterAffinities') },
  // A constraint with neither field nor label means cluster.
  {
    name: 'spreadFields',
    expression: `${listAt('variables.placement', 'spreadConstraints')}
      .filter(c, !${isFilled('c', 'spreadByLabel')} || ${isFilled('c', 'spreadByField')})
      .map(c, ${isFilled('c', 'spreadByField')} ? c.spreadByField : 'cluster')`,
  },
  {
    name: 'repeatedSpreadFields',
    expression: `['cluster', 'region', 'zone', 'provider']
      .filter(f, variables.spreadFields.filter(g, g == f).size() > 1)`,
  },
  {
    name: 'overflowAllowed',
    expression: `has(variables.division.replicaSchedulingType) && variables.division.replicaSchedulingType == 'Divided' && (
      has(variables.division.replicaDivisionPreference) && variables.division.replicaDivisionPreference == 'Aggregated'
      || has(variables.division.weightPreference) && ${isFilled('variables.division.weightPreference', 'dynamicWeight')})`,
  },
  // Dependencies are always propagated with a ServiceImport.
  {
    name: 'propagatesDependencies',
    expression: `(has(object.spec.propagateDeps) && object.spec.propagateDeps) || object.spec.resourceSelectors.exists(s,
      s.kind == 'ServiceImport' && s.apiVersion == 'multicluster.x-k8s.io/v1alpha1')`,
  },
]

/** @source spec/api/admission.md §2, the rules 5, 8, 9 and 10 on clusterAffinities. */
const AFFINITY_TERMS: readonly Validation[] = [
  {
    expression: `variables.overflowAllowed || variables.terms.all(t, ${listAt('t', 'overflowAffinities')}.size() == 0)`,
    message:
      'spec.placement.clusterAffinities: overflowAffinities needs replicas that are divided Aggregated or with dynamicWeight: set spec.placement.replicaScheduling so, or remove overflowAffinities',
  },
  {
    expression: 'variables.terms.all(t, variables.terms.exists_one(u, u.affinityName == t.affinityName))',
    message: 'spec.placement.clusterAffinities: each term must have a unique affinityName: rename the repeated ones',
    messageExpression: `'spec.placement.clusterAffinities: each term must have a unique affinityName: rename the repeated '
      + variables.terms.map(t, t.affinityName).filter(n, variables.terms.filter(t, t.affinityName == n).size() > 1)[0]`,
  },
  {
    expression: `variables.terms.all(t, ${listAt('t', 'overflowAffinities')}.size() == 0 || has(t.labelSelector) || has(t.fieldSelector)
      || ${listAt('t', 'clusterNames')}.size() > 0 || ${listAt('t', 'exclude')}.size() > 0)`,
    message:
      'spec.placement.clusterAffinities: a term with overflowAffinities must select clusters itself: give it clusterNames, exclude, labelSelector or fieldSelector',
  },
  {
    expression: `variables.terms.all(t, ${listAt('t', 'overflowAffinities')}.all(o, o.affinityName != t.affinityName
      && t.overflowAffinities.exists_one(p, p.affinityName == o.affinityName)))`,
    message:
      'spec.placement.clusterAffinities: names in overflowAffinities must be unique and must not duplicate the affinityName of their term: rename the repeated ones',
  },
]

/** @source spec/api/admission.md §2, rules 14, 15, 18 and 19. */
const PLACEMENT: readonly Validation[] = [
  {
    expression: 'variables.repeatedSpreadFields.size() == 0',
    message: 'spec.placement.spreadConstraints: multiple constraints for one spreadByField are not allowed',
    messageExpression: `'spec.placement.spreadConstraints: multiple ' + variables.repeatedSpreadFields[0]
      + ' constraints are not allowed: keep one of them'`,
  },
  {
    expression: `variables.spreadFields.size() == 0 || 'cluster' in variables.spreadFields`,
    message:
      'spec.placement.spreadConstraints: the cluster constraint must be enabled too: add one with spreadByField: cluster',
  },
  {
    expression: `${listAt('variables.placement', 'clusterTolerations')}.all(t, !has(t.operator) || !(t.operator in ['Lt', 'Gt']))`,
    message:
      'spec.placement.clusterTolerations: unsupported operator: use Exists or Equal, or leave it out, which means Equal',
  },
  {
    expression: `!has(object.spec.failover) || !has(object.spec.failover.application) || variables.propagatesDependencies`,
    message:
      'spec.propagateDeps must be true when spec.failover.application is set: set it, so that a moved workload finds what it needs',
  },
]

/** @source spec/api/admission.md §2, rule 26. */
const SELECTORS: readonly Validation[] = [
  {
    expression: `!has(object.spec.preemption) || object.spec.preemption != 'Always'
      || object.spec.resourceSelectors.all(s, ${isFilled('s', 'name')})`,
    message:
      'spec.resourceSelectors: name cannot be empty with preemption Always: name each resource that is to be taken over',
  },
]

/** @source spec/api/admission.md §2 rule 25 and §3 rule 11. */
export const IN_OWN_NAMESPACE: Validation = {
  expression: `${listAt('object.spec', 'resourceSelectors')}.all(s, !${isFilled('s', 'namespace')} || s.namespace == request.namespace)`,
  message:
    'spec.resourceSelectors: namespace must be the same as the namespace of the policy: change it or leave it out',
  messageExpression: `'spec.resourceSelectors: namespace must be the same as the namespace of the policy: change it to '
    + request.namespace + ' or leave it out'`,
}

function propagationPolicy(kind: PolicyKind): AdmissionPolicy {
  return admissionPolicy({
    name: kind.plural,
    resources: [kind],
    matchConditions: [WHEN_SPEC_CHANGES],
    variables: VARIABLES,
    validations: [...AFFINITY_TERMS, ...PLACEMENT, ...SELECTORS, ...(kind.namespaced ? [IN_OWN_NAMESPACE] : [])],
  })
}

/** What the CRDs of both propagation policies cannot express. */
export const PROPAGATION_POLICY_ADMISSION: readonly AdmissionPolicy[] = POLICY_KINDS.map(propagationPolicy)
