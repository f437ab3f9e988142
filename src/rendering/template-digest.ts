import { digestOf } from '../object/digest.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { unparked } from '../parking/record.ts'
import { prune } from './prune.ts'

/**
 * A digest of what a template makes of its Works: all that travels (without what parks it on the host) and its generation
 * (which travels as an annotation). Status, versions, owners and finalizers don't count, so a binding need not be written
 * when only they change.
 *
 * Labels and annotations count, a policy's claim among them: take the digest of the claimed template.
 *
 * @source design.md "Rules of writing" 7
 */
export function templateDigest(template: KubeObject): string {
  return digestOf({
    travels: prune(unparked(template)),
    generation: template.metadata.generation,
  })
}
