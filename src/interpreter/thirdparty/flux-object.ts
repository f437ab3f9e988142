import { objectAt, stringAt, valueAt, withValueAt } from '../../object/field.ts'
import type { Gvk } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { isConditionTrueIn } from '../member-conditions.ts'
import { type Dependency, mergeDependencies } from '../pod-dependencies.ts'
import { aggregateConditioned, isReadyNow } from './conditioned-status.ts'
import { reflectFields } from './member-statuses.ts'

/** What one of Flux's kinds adds to what all of them have. */
export interface FluxKind {
  readonly gvk: Gvk
  /** Fields of the status beside its conditions: on the template as long as all clusters agree. */
  readonly fields: readonly string[]
  getDependencies(template: KubeObject): readonly Dependency[]
}

const TROUBLES = ['Stalled', 'Reconciling']
/** The version of each kind of source that a reference without `apiVersion` means. */
const SOURCE_VERSIONS: Readonly<Record<string, string>> = { GitRepository: 'v1' }

/**
 * A kind that follows the conditions of kstatus, as all of Flux do: Ready says how it is, Stalled that it cannot go on.
 * `spec.suspend` is set by who operates the member (`flux suspend`), so the member's stays.
 *
 * @source spec/behaviour/status.md §6.2; Flux documentation, "Status" of each kind
 */
export function fluxObject({ gvk, fields, getDependencies }: FluxKind): KindInterpreter {
  return {
    gvk,
    retain: (desired, observed) => {
      const suspend = valueAt(observed, 'spec', 'suspend')
      return suspend === undefined ? desired : withValueAt(desired, ['spec', 'suspend'], suspend)
    },
    reflectStatus: observed => reflectFields(observed, ['conditions', 'observedGeneration', ...fields]),
    isHealthy: observed => isReady(observed),
    aggregateStatus: (template, items) =>
      aggregateConditioned(template, items, { agreed: fields, anyOf: TROUBLES, describesGeneration: true }),
    getDependencies,
  }
}

function isReady(observed: KubeObject): boolean {
  return isReadyNow(observed) && !isConditionTrueIn(objectAt(observed, 'status'), 'Stalled')
}

/** Names of objects in the template's own namespace, by the paths at which its spec has them. */
export interface NamedReferences {
  readonly secrets?: readonly (readonly string[])[]
  readonly serviceAccounts?: readonly (readonly string[])[]
}

/** Secrets, each at a path to `{name}` in the spec, and ServiceAccounts at a path to their name. */
export function namedReferences(
  template: KubeObject,
  { secrets = [], serviceAccounts = [] }: NamedReferences,
): readonly Dependency[] {
  return mergeDependencies([
    ...secrets.flatMap(path => dependencyOn(template, 'Secret', stringAt(template, 'spec', ...path, 'name'))),
    ...serviceAccounts.flatMap(path => dependencyOn(template, 'ServiceAccount', stringAt(template, 'spec', ...path))),
  ])
}

/** ConfigMaps and Secrets of a list of `{kind, name}`. */
export function valueReferences(template: KubeObject, references: readonly unknown[]): readonly Dependency[] {
  return references.flatMap(reference => {
    const kind = stringAt(reference, 'kind')
    return kind === 'ConfigMap' || kind === 'Secret' ? dependencyOn(template, kind, stringAt(reference, 'name')) : []
  })
}

/** The source from which the member's Flux reads: `{apiVersion?, kind, name, namespace?}`. */
export function sourceReference(template: KubeObject, reference: unknown): readonly Dependency[] {
  const kind = stringAt(reference, 'kind') ?? ''
  const name = stringAt(reference, 'name') ?? ''
  if (kind === '' || name === '') return []
  const version = SOURCE_VERSIONS[kind] ?? 'v1beta2'
  const apiVersion = stringAt(reference, 'apiVersion') ?? `source.toolkit.fluxcd.io/${version}`
  const namespace = stringAt(reference, 'namespace') ?? template.metadata.namespace ?? ''
  return [{ apiVersion, kind, namespace, name }]
}

function dependencyOn(template: KubeObject, kind: string, name: string | undefined): readonly Dependency[] {
  if (name === undefined || name === '') return []
  return [{ apiVersion: 'v1', kind, namespace: template.metadata.namespace ?? '', name }]
}
