import type { Client } from '../../kube/client.ts'
import { valueAt } from '../../object/field.ts'

/** One thing that the caller must be allowed to do. */
export interface Right {
  readonly verb: string
  readonly group?: string
  /** `serviceaccounts/token` for a subresource. */
  readonly resource: string
  readonly namespace?: string
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** What joining takes in the member. */
export function rightsInMember(namespace: string, tokenSecret: boolean): readonly Right[] {
  return [
    { verb: 'create', resource: 'namespaces' },
    { verb: 'create', resource: 'serviceaccounts', namespace },
    tokenSecret
      ? { verb: 'create', resource: 'secrets', namespace }
      : { verb: 'create', resource: 'serviceaccounts/token', namespace },
    { verb: 'create', group: RBAC_GROUP, resource: 'clusterroles' },
    { verb: 'create', group: RBAC_GROUP, resource: 'clusterrolebindings' },
    ...(tokenSecret
      ? []
      : [
          { verb: 'create', group: RBAC_GROUP, resource: 'roles', namespace },
          { verb: 'create', group: RBAC_GROUP, resource: 'rolebindings', namespace },
        ]),
  ]
}

/** What joining takes on the host. */
export function rightsOnHost(namespace: string): readonly Right[] {
  return [
    { verb: 'create', resource: 'secrets', namespace },
    { verb: 'patch', resource: 'secrets', namespace },
    { verb: 'create', group: 'cluster.karmada.io', resource: 'clusters' },
  ]
}

/** @returns those of the rights that the caller does not have, in their order. */
export async function missingRights(
  client: Pick<Client, 'request'>,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<readonly Right[]> {
  const allowed = await Promise.all(rights.map(right => isAllowed(client, right, signal)))
  return rights.filter((_, index) => allowed[index] === false)
}

async function isAllowed(client: Pick<Client, 'request'>, right: Right, signal: AbortSignal): Promise<boolean> {
  const [resource = '', subresource] = right.resource.split('/')
  const { verb, group = '', namespace } = right
  const attributes = {
    verb,
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
  }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  }
  return valueAt(await client.request('POST', REVIEWS, body, { signal }), 'status', 'allowed') === true
}

/** A right as a sentence has it: `create roles.rbac.authorization.k8s.io in karmada-cluster`. */
export function formatRight({ verb, group, resource, namespace }: Right): string {
  const [plural = '', subresource] = resource.split('/')
  const name = `${plural}${group === undefined ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`
  return `${verb} ${name}${namespace === undefined ? '' : ` in ${namespace}`}`
}
