import { type LabelSelector, matchesLabelSelector } from '../object/selector.ts'

/** What a selector looks at: every KubeObject has it. */
export interface SelectableObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
}

/** One entry of `spec.resourceSelectors` of a propagation or override policy. */
export interface ResourceSelector {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name?: string
  readonly labelSelector?: LabelSelector
}

/** How closely a selector names an object: 0 not at all, 1 all of a kind, 2 by label, 3 by name. */
export type ImplicitPriority = 0 | 1 | 2 | 3

const MATCHES_ALL = 1
const MATCHES_BY_LABEL = 2
const MATCHES_BY_NAME = 3

/**
 * How closely one selector names an object. A selector with a name ignores its labelSelector.
 *
 * @source spec/behaviour/propagation.md §2.1
 */
export function selectorPriority(selector: ResourceSelector, object: SelectableObject): ImplicitPriority {
  if (selector.apiVersion !== object.apiVersion || selector.kind !== object.kind) return 0
  if (selector.namespace && selector.namespace !== (object.metadata.namespace ?? '')) return 0
  if (selector.name) return selector.name === object.metadata.name ? MATCHES_BY_NAME : 0
  if (selector.labelSelector === undefined || selector.labelSelector === null) return MATCHES_ALL
  return matchesLabelSelector(selector.labelSelector, object.metadata.labels) ? MATCHES_BY_LABEL : 0
}

/** The closest match among several selectors; 0 when none matches, which an empty list always gives. */
export function implicitPriority(selectors: readonly ResourceSelector[], object: SelectableObject): ImplicitPriority {
  let best: ImplicitPriority = 0
  for (const selector of selectors) {
    const priority = selectorPriority(selector, object)
    if (priority > best) best = priority
  }
  return best
}

/** Whether any selector matches. */
export function matchesAnySelector(selectors: readonly ResourceSelector[], object: SelectableObject): boolean {
  return selectors.some(selector => selectorPriority(selector, object) > 0)
}

/** Whether any selector names this very object. */
export function isSelectedByName(selectors: readonly ResourceSelector[], object: SelectableObject): boolean {
  return selectors.some(selector => selectorPriority(selector, object) === MATCHES_BY_NAME)
}
