import { digestOf } from '../object/digest.ts'
import { valueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { prune } from './prune.ts'

/**
 * A digest of what a template makes of its Works: all that travels, its generation (which travels as an annotation), and
 * the record of parked fields (whose restored values travel). Status, versions, owners and finalizers don't count, so a
 * binding need not be written when only they change.
 *
 * Labels and annotations count, a policy's claim among them: take the digest of the claimed template.
 *
 * @source design.md "Rules of writing" 7
 */
export function templateDigest(template: KubeObject): string {
  return digestOf({
    travels: prune(template),
    generation: template.metadata.generation,
    parked: valueAt(template, 'metadata', 'annotations', 'flotilla.dev/parked-fields'),
  })
}
