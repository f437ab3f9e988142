import { isForbidden } from './status-error.ts'

/** A request that the apiserver's RBAC refuses. */
export interface MissingRight {
  readonly verb: string
  /** '' for the core group. */
  readonly group: string
  /** With its subresource: `deployments/status`. */
  readonly resource: string
  /** Absent for the whole cluster. */
  readonly namespace?: string
}

/** As RBAC and every other authorizer of an apiserver put it; quotas and admission policies, which answer 403 too, do not. */
const REFUSAL = /User "[^"]*" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/
/** Who gives rights away has to have them, or the right to give away what it has not. */
const ESCALATION =
  /^((?:cluster)?role)(s|bindings)\.(rbac\.authorization\.k8s\.io) .* attempting to grant RBAC permissions/

/** @returns the right that an error tells to be missing; undefined for any other error. */
export function missingRight(error: unknown): MissingRight | undefined {
  if (!(error instanceof Error) || !isForbidden(error)) return undefined
  const [, verb, resource, group, namespace] = REFUSAL.exec(error.message) ?? []
  if (verb === undefined || resource === undefined || group === undefined) return missingGrant(error.message)
  return { verb, resource, group, ...(namespace !== undefined && { namespace }) }
}

function missingGrant(message: string): MissingRight | undefined {
  const [, role, what, group] = ESCALATION.exec(message) ?? []
  if (role === undefined || group === undefined) return undefined
  return { verb: what === 's' ? 'escalate' : 'bind', group, resource: what === 's' ? `${role}s` : 'clusterroles' }
}

/** What propagation does with any kind, so that one rule is enough for all of it. */
const PROPAGATION_VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']

/**
 * The rule that gives a right in a member, and with it whatever propagating the kind will need next.
 *
 * @returns one line of YAML, for `rules` of a ClusterRole.
 * @example propagationRule({ verb: 'create', group: 'apps', resource: 'deployments' })
 *   // {apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"]}
 */
export function propagationRule({ verb, group, resource }: MissingRight): string {
  const verbs = PROPAGATION_VERBS.includes(verb) && !resource.includes('/') ? PROPAGATION_VERBS : [verb]
  return `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.map(each => `"${each}"`).join(', ')}]}`
}

/** What an error of a member says, and for a right that is missing there the rule that gives it: one sentence. */
export function explainMemberRefusal(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const right = missingRight(error)
  return right === undefined ? message : `${message}; add this rule to its ClusterRole: ${propagationRule(right)}`
}

/** Marks the ClusterRoles whose rules the operator gets besides those of the chart. */
export const AGGREGATION_LABEL = 'rbac.flotilla.dev/aggregate-to-operator'

/**
 * What an error says, and for a right on templates that is missing how to give it.
 *
 * @returns one sentence, for events and conditions.
 */
export function explainRefusal(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const right = missingRight(error)
  if (right === undefined) return message
  const [plural = '', subresource] = right.resource.split('/')
  const mode = subresource === 'status' ? 'aggregate' : 'propagate'
  const value = `templates.kinds: {${right.group === '' ? 'core' : right.group}: {${plural}: ${mode}}}`
  return `${message}; to allow it set the chart's value ${value}, or label a ClusterRole that has the rule with ${AGGREGATION_LABEL}=true`
}
