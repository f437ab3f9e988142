import type { HostRule, ResourceRule, RuleCondition, RuleNamespace, TemplateRule, Verb } from '../src/api/host-rule.ts'
import type { DeclaredRules } from '../src/host-rules.ts'

/** Everything that is needed on one resource under one condition, and who needs it. */
export interface MergedRule {
  readonly group: string
  /** With its subresource: `works/status`. */
  readonly resource: string
  readonly verbs: readonly Verb[]
  readonly names?: ResourceRule['names']
  readonly within?: RuleNamespace
  readonly when?: RuleCondition
  /** In the order of the declarations. */
  readonly by: readonly string[]
}

/** As MergedRule, for what holds for any kind of template. */
export interface MergedTemplateRule {
  readonly subresource?: TemplateRule['subresource']
  readonly verbs: readonly Verb[]
  readonly by: readonly string[]
}

const VERB_ORDER: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']

interface Merged<T> {
  readonly rule: T
  readonly verbs: readonly Verb[]
  readonly by: readonly string[]
}

/** Joins rules about the same resource, names, namespace and condition. @returns them by group and resource. */
export function mergeRules(declared: readonly DeclaredRules[]): readonly MergedRule[] {
  const merged = merge(declared, rule => (rule.on === 'templates' ? undefined : rule))
  return merged.map(({ rule, verbs, by }) => toMergedRule(rule, verbs, by)).sort((a, b) => compare(keyOf(a), keyOf(b)))
}

/** @returns what templates need: themselves first, then each subresource. */
export function mergeTemplateRules(declared: readonly DeclaredRules[]): readonly MergedTemplateRule[] {
  const merged = merge(declared, rule => (rule.on === 'templates' ? rule : undefined))
  return merged
    .map(({ rule: { subresource }, verbs, by }) => ({ ...(subresource && { subresource }), verbs, by }))
    .sort((a, b) => compare(a.subresource ?? '', b.subresource ?? ''))
}

function merge<T extends HostRule>(
  declared: readonly DeclaredRules[],
  pick: (rule: HostRule) => T | undefined,
): readonly Merged<T>[] {
  const found = new Map<string, Merged<T>>()
  for (const { by, rules } of declared) {
    for (const rule of rules.flatMap(each => pick(each) ?? [])) {
      const key = identityOf(rule)
      const known = found.get(key) ?? { rule, verbs: [], by: [] }
      found.set(key, { rule, verbs: union(known.verbs, rule.verbs), by: [...new Set([...known.by, by])] })
    }
  }
  return [...found.values()]
}

function identityOf({ verbs, ...rule }: HostRule): string {
  if (rule.on === 'templates') return JSON.stringify([rule.subresource])
  const { on, subresource, within, names, when } = rule
  return JSON.stringify([on.group, on.plural, subresource, within, names, when])
}

function union(left: readonly Verb[], right: readonly Verb[]): readonly Verb[] {
  return VERB_ORDER.filter(verb => left.includes(verb) || right.includes(verb))
}

function toMergedRule(rule: ResourceRule, verbs: readonly Verb[], by: readonly string[]): MergedRule {
  const { on, subresource, names, within, when } = rule
  return {
    group: on.group,
    resource: subresource === undefined ? on.plural : `${on.plural}/${subresource}`,
    verbs,
    ...(names && { names }),
    ...(within && { within }),
    ...(when && { when }),
    by,
  }
}

function keyOf({ group, resource, when, names, within }: MergedRule): string {
  return [group, resource, within ?? '', when ?? '', JSON.stringify(names ?? '')].join('\n')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
