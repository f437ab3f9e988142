import type { HostRule, ResourceRule } from '../../../api/host-rule.ts'
import { CLUSTER_NAMESPACE } from '../../../api/names.ts'
import type { Client } from '../../../kube/client.ts'
import { stringAt, valueAt } from '../../../object/field.ts'
import type { RunCheck } from './check.ts'

/** A question to the apiserver: may the operator do that? */
export interface Asked {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
const MOST_NAMED = 3

/** Whether the chart's ServiceAccount has what the controllers declare. */
export const checkRights: RunCheck = async ({ client, namespace, rules, deployments }, signal) => {
  const [deployment] = deployments
  if (deployment === undefined) return undefined
  const account = stringAt(deployment, 'spec', 'template', 'spec', 'serviceAccountName') ?? 'default'
  const user = `system:serviceaccount:${namespace}:${account}`
  const questions = questionsOf(rules, namespace)
  const allowed = await Promise.all(questions.map(asked => isAllowed(client, { user, asked }, signal)))
  const missing = questions.filter((_, index) => allowed[index] === false)
  if (missing.length === 0) {
    return {
      level: 'ok',
      message: `ServiceAccount ${namespace}/${account} has all ${questions.length} rights of the operator.`,
    }
  }
  const named = missing.slice(0, MOST_NAMED).map(formatAsked).join(', ')
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : ''
  return {
    level: 'problem',
    message: `ServiceAccount ${namespace}/${account} may not ${named}${more}: bring the chart up to date, or with rbac.create=false what docs/reference/permissions.md lists.`,
  }
}

/** What follows from the rules that hold under every setting, each once. */
export function questionsOf(rules: readonly HostRule[], namespace: string): readonly Asked[] {
  const fixed = rules.filter((rule): rule is ResourceRule => rule.on !== 'templates' && rule.when === undefined)
  const all = fixed.flatMap(rule => rule.verbs.flatMap(verb => asksFor(rule, verb, namespace)))
  return [...new Map(all.map(asked => [JSON.stringify(asked), asked])).values()]
}

function asksFor(rule: ResourceRule, verb: string, own: string): readonly Asked[] {
  const { on, subresource, within, names } = rule
  const namespace = within === undefined ? undefined : within === 'clusters' ? CLUSTER_NAMESPACE : own
  const base = {
    verb,
    group: on.group,
    resource: on.plural,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
  }
  if (names === undefined) return [base]
  // A name that a setting holds is not known here.
  return Array.isArray(names) ? names.map((name: string) => ({ ...base, name })) : []
}

async function isAllowed(
  client: Pick<Client, 'request'>,
  { user, asked }: { readonly user: string; readonly asked: Asked },
  signal: AbortSignal,
): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups: ['system:serviceaccounts', 'system:authenticated'], resourceAttributes: { ...asked } },
  }
  return valueAt(await client.request('POST', REVIEWS, body, { signal }), 'status', 'allowed') === true
}

function formatAsked({ verb, group, resource, subresource, namespace }: Asked): string {
  const name = `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`
  return `${verb} ${name}${namespace === undefined ? '' : ` in ${namespace}`}`
}
