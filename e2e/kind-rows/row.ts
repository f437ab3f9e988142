import type { AnyObject } from '../cluster-view.ts'

/** What is expected of one kind on its way through the fleet. Values may be matchers of jest. */
export interface KindRow {
  readonly title: string
  /** Collection on an apiserver. */
  readonly path: string
  readonly template: AnyObject
  /** Title of the row that must have arrived before this one is created, and that goes after it. */
  readonly needs?: string
  /** A patch of the template. */
  readonly change: object
  /** Default: merge-patch. */
  readonly changeType?: 'strategic-merge-patch'
  /** What each member holds, given the template as the host has it. */
  readonly arrived?: (template: AnyObject) => object
  readonly changed: object
  /** What the change takes away: undefined once it is gone from a member. */
  readonly dropped?: (member: AnyObject) => unknown
  /** The status of member `n` (1, 2, 3) where no controller of a member writes one. */
  readonly byHand?: (n: number) => object
  /** What the host sees of a member's status; default: all of it. */
  readonly reflected?: (member: AnyObject) => unknown
  readonly health?: 'Healthy' | 'Unhealthy'
  /** The template's status over three members; absent: it is left alone. */
  readonly total?: (template: AnyObject) => object
  /** The same after the change; default: no other. */
  readonly changedTotal?: (template: AnyObject) => object
}

export const FLEET_LABEL = { fleet: 'yes' }

/** Collection of a kind of the core group. */
export const core = (plural: string): string => `/api/v1/namespaces/default/${plural}`
/** Collection of a kind of another group. */
export const grouped = (apiVersion: string, plural: string): string =>
  `/apis/${apiVersion}/namespaces/default/${plural}`
/** An object of a kind written as `<apiVersion> <kind>`, in the namespace `default`. */
export const object = (type: string, name: string, fields: object = {}): AnyObject => {
  const [apiVersion, kind] = type.split(' ')
  return { apiVersion, kind, metadata: { name, namespace: 'default', labels: FLEET_LABEL }, ...fields }
}
/** The same without a namespace. */
export const clusterWide = (type: string, name: string, fields: object = {}): AnyObject => ({
  ...object(type, name, fields),
  metadata: { name, labels: FLEET_LABEL },
})

const labelled = { metadata: { labels: { step: '2' } } }
/** Every change of a template shows in this label too. */
export const stepped = (patch: object = {}) => ({ ...labelled, ...patch })
/** An address of member `n`. */
export const ipOf = (n: number): string => `192.0.2.${n}`
