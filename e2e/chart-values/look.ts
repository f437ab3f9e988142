// How a test finds in the rendered chart what a value changes.
import { isDeepStrictEqual } from 'node:util'
import { listAt, stringAt, valueAt } from '../../src/object/field.ts'
import { findObject } from '../render-chart.ts'

export interface ValueRow {
  /** The value's path: `image.tag`. */
  readonly value: string
  readonly set: unknown
  /** Finds in the rendered objects what is to change. */
  readonly look: (objects: readonly unknown[]) => unknown
  readonly want: unknown
  /** Rendered alone with these other values, because it excludes others. */
  readonly with?: Readonly<Record<string, unknown>>
}

export type Look = ValueRow['look']

/** A field of the first object of a kind. */
export const at =
  (kind: string, ...path: readonly string[]): Look =>
  objects =>
    valueAt(findObject(objects, kind), ...path)

/** A field of the object of a kind whose name ends so. */
export const named =
  (kind: string, ending: string, ...path: readonly string[]): Look =>
  objects =>
    valueAt(findObject(objects, kind, ending), ...path)

/** A field of the Deployment's spec. */
export const deployment = (...path: readonly string[]): Look => at('Deployment', 'spec', ...path)

/** A field of the Pods' spec. */
export const pod = (...path: readonly string[]): Look => deployment('template', 'spec', ...path)

/** All containers of the Pods. */
export const containers = (objects: readonly unknown[]): readonly unknown[] =>
  listAt(findObject(objects, 'Deployment'), 'spec', 'template', 'spec', 'containers')

/** A field of the operator's container. */
export const container =
  (...path: readonly string[]): Look =>
  objects =>
    valueAt(containers(objects)[0], ...path)

/** Whether a list has an entry. */
export const hasEntry =
  (look: Look, entry: unknown): Look =>
  objects =>
    listAt({ list: look(objects) }, 'list').some(item => isDeepStrictEqual(item, entry))

/** Whether there is an object of a kind. */
export const has =
  (kind: string, ending = ''): Look =>
  objects =>
    findObject(objects, kind, ending) !== undefined

/** The operator's configuration file. */
export const configuration: Look = objects =>
  stringAt(findObject(objects, 'ConfigMap', 'flotilla'), 'data', 'config.yaml')

/** Whether policies may place a resource. */
export const mayHandle =
  (group: string, resource: string): Look =>
  objects =>
    listAt(findObject(objects, 'ClusterRole', '-templates'), 'rules').some(
      rule => listAt(rule, 'apiGroups').includes(group) && listAt(rule, 'resources').includes(resource),
    )

/** A field of what Prometheus scrapes. */
export const endpoint =
  (...path: readonly string[]): Look =>
  objects =>
    valueAt(listAt(findObject(objects, 'ServiceMonitor'), 'spec', 'endpoints')[0], ...path)

/** Names of the alerts. */
export const alerts: Look = objects =>
  listAt(listAt(findObject(objects, 'PrometheusRule'), 'spec', 'groups')[0], 'rules').map(rule =>
    stringAt(rule, 'alert'),
  )

/** Where the first alert's page is. */
export const runbook: Look = objects => {
  const [rule] = listAt(listAt(findObject(objects, 'PrometheusRule'), 'spec', 'groups')[0], 'rules')
  return stringAt(rule, 'annotations', 'runbook_url')
}

/** Whether every object has a label or annotation. */
export const everywhere =
  (field: 'labels' | 'annotations', name: string): Look =>
  objects =>
    objects.every(object => valueAt(object, 'metadata', field, name) !== undefined)
