import {
  CLUSTER,
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  type Resource,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../api/kinds.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** Of all that commands make to join members, in either mode: no server need be asked what it is. */
const RESOURCES: readonly Resource[] = [
  ...[NAMESPACE, SERVICE_ACCOUNT, SECRET, CONFIG_MAP, DEPLOYMENT],
  ...[ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING, CLUSTER],
]

/** The resource of one of the objects that join, register and their like make. */
export function resourceOf({ kind }: Pick<KubeObject, 'kind'>): Resource {
  const found = RESOURCES.find(resource => resource.kind === kind)
  if (found === undefined) throw new Error(`no command makes a ${kind}`)
  return found
}
