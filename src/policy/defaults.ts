/** The parts of a propagation policy that have defaults which a CRD schema cannot give. */
export interface DefaultablePolicy {
  readonly metadata: { readonly name?: string; readonly namespace?: string }
  readonly spec: DefaultableSpec
}

interface DefaultableSpec {
  readonly resourceSelectors: readonly Selector[]
  readonly propagateDeps?: boolean
  readonly placement?: DefaultablePlacement
  readonly failover?: { readonly application?: ApplicationFailover }
}

interface Selector {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
}

interface DefaultablePlacement {
  readonly spreadConstraints?: readonly SpreadConstraint[]
  readonly replicaScheduling?: {
    readonly replicaSchedulingType?: string
    readonly replicaDivisionPreference?: string
  }
}

interface SpreadConstraint {
  readonly spreadByField?: string
  readonly spreadByLabel?: string
  readonly minGroups?: number
}

interface ApplicationFailover {
  readonly purgeMode?: string
  readonly gracePeriodSeconds?: number
}

const DEFAULT_GRACE_PERIOD_SECONDS = 600

/**
 * A policy as Karmada's mutating webhook would have stored it. For reading only: never written back, so that the
 * user's YAML stays as it is and GitOps tools see no difference.
 *
 * @source spec/api/admission.md §2, mutating rules 1-6 (7 and 8 are metadata that the operator writes)
 */
export function withDefaults<P extends DefaultablePolicy>(policy: P): P {
  const { spec } = policy
  const resourceSelectors = spec.resourceSelectors.map(selector => withNamespace(selector, policy.metadata.namespace))
  return {
    ...policy,
    spec: {
      ...spec,
      resourceSelectors,
      ...(selectsServiceImport(spec) ? { propagateDeps: true } : {}),
      ...(spec.placement ? { placement: placementWithDefaults(spec.placement) } : {}),
      ...(spec.failover ? { failover: failoverWithDefaults(spec.failover) } : {}),
    },
  }
}

function withNamespace<S extends Selector>(selector: S, namespace: string | undefined): S {
  return namespace && !selector.namespace ? { ...selector, namespace } : selector
}

function selectsServiceImport({ resourceSelectors }: DefaultableSpec): boolean {
  return resourceSelectors.some(s => s.kind === 'ServiceImport' && s.apiVersion === 'multicluster.x-k8s.io/v1alpha1')
}

/** A placement with rules 2, 3 and 5 applied. */
function placementWithDefaults<P extends DefaultablePlacement>(placement: P): P {
  const { spreadConstraints, replicaScheduling } = placement
  const isUnweighted =
    replicaScheduling?.replicaSchedulingType === 'Divided' && !replicaScheduling.replicaDivisionPreference
  return {
    ...placement,
    ...(spreadConstraints ? { spreadConstraints: spreadConstraints.map(constraintWithDefaults) } : {}),
    ...(isUnweighted ? { replicaScheduling: { ...replicaScheduling, replicaDivisionPreference: 'Weighted' } } : {}),
  }
}

function constraintWithDefaults<C extends SpreadConstraint>(constraint: C): C {
  return {
    ...constraint,
    ...(constraint.spreadByField || constraint.spreadByLabel ? {} : { spreadByField: 'cluster' }),
    ...(constraint.minGroups ? {} : { minGroups: 1 }),
  }
}

function failoverWithDefaults<F extends { readonly application?: ApplicationFailover }>(failover: F): F {
  const { application } = failover
  if (application?.purgeMode !== 'Gracefully' || application.gracePeriodSeconds !== undefined) return failover
  return { ...failover, application: { ...application, gracePeriodSeconds: DEFAULT_GRACE_PERIOD_SECONDS } }
}
