import { CLUSTER_PROPAGATION_POLICY, PROPAGATION_POLICY } from '../../api/kinds.ts'
import { ANNOTATION, LABEL } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { prune } from '../../rendering/prune.ts'
import { CommandError } from '../manifests.ts'

export interface Promotion {
  /** As it stands in the member. */
  readonly live: KubeObject
  readonly member: string
  /** Default: made of the object's name and kind. */
  readonly policyName?: string
  /** Without one, a policy that is there has to select it. */
  readonly withPolicy: boolean
}

/** What is made on the host. */
export interface Promoted {
  readonly template: KubeObject
  readonly policy: KubeObject | undefined
}

/**
 * The template that a member's object becomes, and the policy that leaves it where it is.
 *
 * @throws CommandError for what is no template of its own.
 * @source spec/behaviour/addons.md §9
 */
export function promoted({ live, member, policyName, withPolicy }: Promotion): Promoted {
  const what = `${live.kind} ${live.metadata.name}`
  const owner = live.metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner !== undefined) {
    throw new CommandError(
      `${what} belongs to ${owner.kind} ${owner.name}, which makes it: promote that (${owner.kind.toLowerCase()}/${owner.name})`,
    )
  }
  if (live.metadata.labels?.[LABEL.managed] === 'true') {
    throw new CommandError(`${what} was propagated to ${member} already: its template stands on the host that did so`)
  }
  const template = prune(live)
  // Who brings no policy brings no word on conflicts either: that of the template holds under any policy.
  return withPolicy
    ? { template, policy: policyFor(template, member, policyName) }
    : { template: adopting(template), policy: undefined }
}

function adopting(template: KubeObject): KubeObject {
  const annotations = { ...template.metadata.annotations, [ANNOTATION.takeover]: 'always' }
  return { ...template, metadata: { ...template.metadata, annotations } }
}

function policyFor({ apiVersion, kind, metadata }: KubeObject, member: string, policyName?: string): KubeObject {
  const { name, namespace } = metadata
  const row = namespace === undefined ? CLUSTER_PROPAGATION_POLICY : PROPAGATION_POLICY
  return {
    apiVersion: `${row.group}/${row.version}`,
    kind: row.kind,
    metadata: {
      name: policyName ?? `${name}-${kind.toLowerCase()}`,
      ...(namespace !== undefined && { namespace }),
    },
    spec: {
      resourceSelectors: [{ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }],
      placement: { clusterAffinity: { clusterNames: [member] } },
      // The object is there, and it is the one that is meant.
      conflictResolution: 'Overwrite',
    },
  }
}
