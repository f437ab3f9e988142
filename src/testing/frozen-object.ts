import type { AggregatedStatusItem } from '../api/generated/resource-binding.ts'
import type { JsonObject, KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { freezeDeep } from '../runtime/freeze.ts'

/** What a test says of an object of any kind: `metadata` in part, everything else as it stands. */
export interface WantedObject {
  readonly metadata?: Partial<ObjectMeta>
  readonly [field: string]: unknown
}

/**
 * An object of a kind written as `<group>/<version> <Kind>`, frozen through and through as a cache's are: a function that
 * mutates its input fails.
 */
export function frozenObject(type: string, { metadata, ...fields }: WantedObject = {}): KubeObject {
  const [apiVersion = '', kind = ''] = type.split(' ')
  return frozen({ apiVersion, kind, metadata: { name: 'nginx', namespace: 'default', ...metadata }, ...fields })
}

/** What clusters report, by their names. */
export function reports(statuses: Readonly<Record<string, JsonObject | undefined>>): readonly AggregatedStatusItem[] {
  return frozen(
    Object.entries(statuses).map(([clusterName, status]) => ({
      clusterName,
      applied: true,
      ...(status && { status }),
    })),
  )
}

/** A deep copy as it comes off the wire, frozen: keys that are undefined are gone. */
export function frozen<T>(value: T): T {
  return freezeDeep(JSON.parse(JSON.stringify(value)), text => text)
}
