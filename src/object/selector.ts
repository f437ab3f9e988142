import { isJsonObject } from './raw-json.ts'

/** One expression of a label selector or of a node selector term. */
export interface SelectorRequirement {
  readonly key: string
  /** In, NotIn, Exists, DoesNotExist; in node selector terms also Gt and Lt. */
  readonly operator: string
  readonly values?: readonly string[]
}

/** metav1.LabelSelector. Empty matches everything; what an absent one means is the caller's to say. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly SelectorRequirement[]
}

export type Labels = Readonly<Record<string, string>>

const NO_LABELS: Labels = {}
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/
const INTEGER = /^[+-]?\d+$/

/**
 * Whether `labels` satisfy every part of `selector`. A selector that Kubernetes would refuse matches nothing.
 *
 * @source Kubernetes API reference, LabelSelector
 */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels = NO_LABELS): boolean {
  return labelMatcher(selector)(labels)
}

/** Prepares a selector for many objects; see {@link matchesLabelSelector}. */
export function labelMatcher(selector: LabelSelector): (labels: Labels | undefined) => boolean {
  if (!isReadable(selector)) return () => false
  const wanted = Object.entries(selector.matchLabels ?? {})
  const expressions = selector.matchExpressions ?? []
  return (labels = NO_LABELS) =>
    wanted.every(([key, value]) => labelValue(labels, key) === value) && expressions.every(e => matchesSet(e, labels))
}

/** Selectors of scripts, webhooks and custom kinds have been checked by nobody. */
function isReadable(selector: LabelSelector): boolean {
  const labels: unknown = selector.matchLabels ?? {}
  const expressions: unknown = selector.matchExpressions ?? []
  return isJsonObject(labels) && Array.isArray(expressions) && expressions.every(isRequirement)
}

function isRequirement(value: unknown): boolean {
  if (!isJsonObject(value)) return false
  const { key, values } = value
  return typeof key === 'string' && (values === undefined || Array.isArray(values))
}

/**
 * Whether `labels` satisfy every expression, Gt and Lt (integers) included, as in a node selector term.
 * An expression that Kubernetes would refuse matches nothing.
 */
export function matchesExpressions(expressions: readonly SelectorRequirement[], labels: Labels = NO_LABELS): boolean {
  return expressions.every(e => matchesExpression(e, labels))
}

/** Whether every wanted label is there with its value. */
export function matchesLabels(wanted: Labels | undefined, labels: Labels = NO_LABELS): boolean {
  return wanted === undefined || Object.entries(wanted).every(([key, value]) => labelValue(labels, key) === value)
}

/**
 * The query text of a selector, as the `labelSelector` parameter of a list or watch takes it.
 *
 * @returns requirements sorted by key, values sorted; '' for a selector that matches everything.
 */
export function formatLabelSelector(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  const set = (selector.matchExpressions ?? []).map(e => ({ key: e.key, text: formatExpression(e) }))
  return [...equal, ...set]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(requirement => requirement.text)
    .join(',')
}

function formatExpression({ key, operator, values = [] }: SelectorRequirement): string {
  const list = `(${[...values].sort().join(',')})`
  switch (operator) {
    case 'In':
      return `${key} in ${list}`
    case 'NotIn':
      return `${key} notin ${list}`
    case 'DoesNotExist':
      return `!${key}`
    default:
      return key
  }
}

function matchesExpression(expression: SelectorRequirement, labels: Labels): boolean {
  const { operator, key, values = [] } = expression
  if (operator !== 'Gt' && operator !== 'Lt') return matchesSet(expression, labels)
  const value = labelValue(labels, key)
  const bound = values[0]
  if (value === undefined || bound === undefined || values.length > 1) return false
  if (!INTEGER.test(value) || !INTEGER.test(bound)) return false
  return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound)
}

function matchesSet({ key, operator, values = [] }: SelectorRequirement, labels: Labels): boolean {
  const value = labelValue(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return isValidValueList(values) && (value === undefined || !values.includes(value))
    case 'Exists':
      return values.length === 0 && value !== undefined
    case 'DoesNotExist':
      return values.length === 0 && value === undefined
    default:
      return false
  }
}

/** Only NotIn can match in spite of a value that no label can have, so only it needs the check. */
function isValidValueList(values: readonly string[]): boolean {
  return values.length > 0 && values.every(value => LABEL_VALUE.test(value))
}

function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
