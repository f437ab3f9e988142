import { foundIn } from '../../kube/look.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { applyOverrides } from '../../override/apply-overrides.ts'
import { OverrideError } from '../../override/override-error.ts'
import { unparked } from '../../parking/record.ts'
import type { MemberSight } from './find-member.ts'
import type { Finding, Observed } from './observed.ts'

/** Override policies that cannot be applied for a member: tried here as the operator does, so what was mended is not told. */
export function findOverrides(
  observed: Observed,
  template: KubeObject,
  sights: readonly MemberSight[],
): readonly Finding[] {
  const policies = foundIn(observed.overrides)
  if (policies === undefined) return []
  const manifest = unparked(template)
  return sights.flatMap(({ name, cluster, evicting }) => {
    if (cluster === undefined || evicting) return []
    try {
      applyOverrides({ manifest, cluster, policies })
      return []
    } catch (error) {
      if (!(error instanceof OverrideError)) throw error
      return [findingOf(name, error)]
    }
  })
}

function findingOf(cluster: string, { policy, message }: OverrideError): Finding {
  const name = `${policy.kind} ${formatKey(keyOf(policy))}`
  return {
    level: 'cause',
    code: 'OverrideError',
    cluster,
    message: `${name} cannot be applied for ${cluster}, so ${cluster} gets nothing new: ${message}`,
    remedy: `Correct that entry of ${name}; try it with: flotilla render -f TEMPLATE -f POLICY --cluster ${cluster}.`,
  }
}
