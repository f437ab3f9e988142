import { isForbidden } from './status-error.ts'

/** A request that the apiserver's RBAC refuses. */
export interface MissingRight {
  readonly verb: string
  /** '' for the core group. */
  readonly group: string
  /** With its subresource: `deployments/status`. */
  readonly resource: string
}

/** As RBAC and every other authorizer of an apiserver put it; quotas and admission policies, which answer 403 too, do not. */
const REFUSAL = /User "[^"]*" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"/

/** @returns the right that an error tells to be missing; undefined for any other error. */
export function missingRight(error: unknown): MissingRight | undefined {
  if (!(error instanceof Error) || !isForbidden(error)) return undefined
  const [, verb, resource, group] = REFUSAL.exec(error.message) ?? []
  return verb === undefined || resource === undefined || group === undefined ? undefined : { verb, resource, group }
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
