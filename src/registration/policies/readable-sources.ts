import { POLICY_KINDS, type PolicyKind } from '../../api/kinds.ts'
import {
  type AdmissionPolicy,
  admissionPolicy,
  type Validation,
  type Variable,
  WHEN_SPEC_CHANGES,
} from './admission-policy.ts'
import { isFilled } from './cel.ts'

/** A kind that holds secrets or grants rights, and the resource that RBAC knows it by: CEL cannot derive that. */
interface GuardedKind {
  readonly group: string
  readonly kind: string
  readonly resource: string
  readonly clusterScoped?: true
}

const RBAC = 'rbac.authorization.k8s.io'

/** Which kinds are guarded. What is not listed here is placed without a question. */
const GUARDED_KINDS: readonly GuardedKind[] = [
  { group: '', kind: 'Secret', resource: 'secrets' },
  { group: '', kind: 'ConfigMap', resource: 'configmaps' },
  { group: '', kind: 'ServiceAccount', resource: 'serviceaccounts' },
  { group: RBAC, kind: 'Role', resource: 'roles' },
  { group: RBAC, kind: 'RoleBinding', resource: 'rolebindings' },
  { group: RBAC, kind: 'ClusterRole', resource: 'clusterroles', clusterScoped: true },
  { group: RBAC, kind: 'ClusterRoleBinding', resource: 'clusterrolebindings', clusterScoped: true },
]

/** An apiserver ends an expression that asks the authorizer three times. */
const MAX_NAMED = 2

/** Where a policy takes objects from, in words and as the authorizer is asked. */
interface Reach {
  readonly where: string
  /** Appended to `authorizer.group(…).resource(…)` for all objects that the policy reaches. */
  readonly all: string
  /** Appended to the same for the one object that selector `s` names. */
  readonly one: string
}

const IN_NAMESPACE = '.namespace(request.namespace)'

const NAMESPACED_REACH: Reach = {
  where: 'in its namespace',
  all: IN_NAMESPACE,
  one: `${IN_NAMESPACE}.name(s.name)`,
}

const CLUSTER_REACH: Reach = {
  where: 'in all namespaces',
  all: '',
  one: `.namespace(has(s.namespace) ? s.namespace : '').name(s.name)`,
}

function reachOf(kind: PolicyKind): Reach {
  return kind.namespaced ? NAMESPACED_REACH : CLUSTER_REACH
}

function may(verb: string, resource: Pick<GuardedKind, 'group' | 'resource'>, scope: string): string {
  return `authorizer.group('${resource.group}').resource('${resource.resource}')${scope}.check('${verb}').allowed()`
}

const selectedName = ({ resource }: GuardedKind): string => `selected_${resource}`
const readableName = ({ resource }: GuardedKind): string => `readable_${resource}`

/** What selectors of a kind there are, and whether the author may read all such objects: asked only when there are any. */
function variablesFor(guarded: GuardedKind, reach: Reach): readonly Variable[] {
  const ofGroup = guarded.group === '' ? `s.apiVersion == 'v1'` : `s.apiVersion.startsWith('${guarded.group}/')`
  return [
    {
      name: selectedName(guarded),
      expression: `object.spec.resourceSelectors.filter(s, s.kind == '${guarded.kind}' && ${ofGroup})`,
    },
    { name: readableName(guarded), expression: may('get', guarded, reach.all) },
  ]
}

function mustBeReadable(guarded: GuardedKind, reach: Reach): Validation {
  const selected = `variables.${selectedName(guarded)}`
  const named = reach === CLUSTER_REACH && guarded.clusterScoped !== true ? needsNamespace : ''
  const where = guarded.clusterScoped ? '' : ` ${reach.where}`
  return {
    expression: `${selected}.size() == 0 || variables.${readableName(guarded)} || (${selected}.size() <= ${MAX_NAMED}
      && ${selected}.all(s, ${isFilled('s', 'name')}${named} && ${may('get', guarded, reach.one)}))`,
    message: `spec.resourceSelectors: a policy places only what its author may read: you need the right to get ${guarded.resource}${where}, or, for at most ${MAX_NAMED} selectors with a name, of those names; or leave ${guarded.kind} out`,
    messageExpression: `'spec.resourceSelectors: a policy places only what its author may read: ' + request.userInfo.username
      + ' needs the right to get ${guarded.resource}${where}, or, for at most ${MAX_NAMED} selectors with a name, of those names; or leave ${guarded.kind} out'`,
    reason: 'Forbidden',
  }
}

/** A selector without a namespace reaches into all of them, whatever its name. */
const needsNamespace = ` && ${isFilled('s', 'namespace')}`

const SECRETS = { group: '', resource: 'secrets' }
const PODS = { group: '', resource: 'pods' }
const DEPLOYMENTS = { group: 'apps', resource: 'deployments' }

/** Dependencies are Secrets and ConfigMaps that Pods name. Whoever may run Pods there reads these anyway. */
function mustReadDependencies(reach: Reach): { readonly variables: readonly Variable[]; readonly rule: Validation } {
  const rights = `get secrets, create pods or create deployments ${reach.where}`
  const what = 'spec.propagateDeps takes along the Secrets that Pods name'
  return {
    variables: [
      { name: 'runs_pods', expression: may('create', PODS, reach.all) },
      { name: 'runs_deployments', expression: may('create', DEPLOYMENTS, reach.all) },
    ],
    rule: {
      expression: `!has(object.spec.propagateDeps) || !object.spec.propagateDeps
        || variables.readable_${SECRETS.resource} || variables.runs_pods || variables.runs_deployments`,
      message: `${what}: you need the right to ${rights}; or leave it out`,
      messageExpression: `'${what}: ' + request.userInfo.username + ' needs the right to ${rights}; or leave it out'`,
      reason: 'Forbidden',
    },
  }
}

function readableSources(kind: PolicyKind): AdmissionPolicy {
  const reach = reachOf(kind)
  const guardedKinds = GUARDED_KINDS.filter(guarded => !(kind.namespaced && guarded.clusterScoped))
  const dependencies = mustReadDependencies(reach)
  return admissionPolicy({
    name: `${kind.plural}-readable-sources`,
    resources: [kind],
    matchConditions: [WHEN_SPEC_CHANGES],
    variables: [...guardedKinds.flatMap(guarded => variablesFor(guarded, reach)), ...dependencies.variables],
    validations: [...guardedKinds.map(guarded => mustBeReadable(guarded, reach)), dependencies.rule],
  })
}

/**
 * On a host, who may write policies and who may read Secrets are different people: a policy places only what its author may
 * read, for kinds that hold secrets or grant rights.
 *
 * @source spec/behaviour/host-vs-dedicated.md §2 row 22
 */
export const READABLE_SOURCES_ADMISSION: readonly AdmissionPolicy[] = POLICY_KINDS.map(readableSources)
