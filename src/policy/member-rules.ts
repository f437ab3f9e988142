import { ANNOTATION } from '../api/names.ts'

type TextMap = Readonly<Record<string, string>>

const VALUES = {
  takeover: ['never', 'if-identical', 'always'],
  drift: ['revert', 'share', 'report'],
  onImmutable: ['fail', 'recreate'],
} as const

type Rule = keyof typeof VALUES
const RULES: readonly Rule[] = ['takeover', 'drift', 'onImmutable']

/** How an object is treated in members where users may choose (docs/reference/member-rules.md). */
export interface MemberRules {
  /** An object that is there and is not ours: left alone, taken over when it already is as declared, or taken over. */
  readonly takeover: 'never' | 'if-identical' | 'always'
  /** What others change: undone, only additions stay, or everything stays and is reported. */
  readonly drift: 'revert' | 'share' | 'report'
  /** A change that the apiserver refuses for an immutable field: reported, or the object is deleted and made again. */
  readonly onImmutable: 'fail' | 'recreate'
}

/**
 * The rules that a manifest carries. Values that are none of the known ones count as absent.
 *
 * @param annotations of the manifest in a Work
 * @source design.md, rules of writing 3, 4; spec/behaviour/propagation.md §8.1 "conflict-resolution"
 */
export function memberRulesOf(annotations: TextMap = {}): MemberRules {
  const conflict = annotations[ANNOTATION.conflictResolution] === 'overwrite' ? 'always' : 'never'
  return {
    takeover: chosen('takeover', annotations) ?? conflict,
    drift: chosen('drift', annotations) ?? 'revert',
    onImmutable: chosen('onImmutable', annotations) ?? 'fail',
  }
}

/**
 * The annotations that carry the rules of a template and its policy on to the binding and its manifests: the template's
 * word wins, rule by rule.
 */
export function carriedRules(template: TextMap = {}, policy: TextMap = {}): TextMap {
  return Object.fromEntries(
    RULES.flatMap(rule => {
      const value = chosen(rule, template) ?? chosen(rule, policy)
      return value === undefined ? [] : [[ANNOTATION[rule], value] as const]
    }),
  )
}

/** Keys of the annotations that {@link carriedRules} gives. */
export const RULE_ANNOTATIONS: readonly string[] = RULES.map(rule => ANNOTATION[rule])

function chosen<R extends Rule>(rule: R, annotations: TextMap): (typeof VALUES)[R][number] | undefined {
  const values: readonly (typeof VALUES)[R][number][] = VALUES[rule]
  return values.find(value => value === annotations[ANNOTATION[rule]])
}
