import type { Taint } from '../../api/generated/cluster.ts'
import { CommandError } from '../manifests.ts'

/** One argument of `taint`. */
export type TaintEdit =
  | { readonly type: 'add'; readonly taint: Taint }
  /** Without `effect`: every taint of that key. */
  | { readonly type: 'remove'; readonly key: string; readonly effect?: Taint['effect'] }

const EFFECTS = ['NoSchedule', 'NoExecute'] as const
const FORM = /^([^=:]+?)(?:=([^:]*))?(?::(\w+))?(-?)$/
const FORMS =
  'KEY=VALUE:EFFECT or KEY:EFFECT adds a taint, KEY:EFFECT- or KEY- removes it; EFFECT is NoSchedule or NoExecute'

/**
 * What one argument asks for, as kubectl reads it.
 *
 * @throws CommandError that lists the forms.
 */
export function parseTaintEdit(text: string): TaintEdit {
  const [, key = '', value, wanted, minus] = FORM.exec(text) ?? []
  const effect = EFFECTS.find(each => each === wanted)
  if (key === '' || (wanted !== undefined && effect === undefined)) throw new CommandError(`${text}: ${whyNot(wanted)}`)
  if (minus === '-') return { type: 'remove', key, ...(effect !== undefined && { effect }) }
  if (effect === undefined) throw new CommandError(`${text}: ${FORMS}`)
  return { type: 'add', taint: { key, ...(value !== undefined && value !== '' && { value }), effect } }
}

function whyNot(effect: string | undefined): string {
  return effect === 'PreferNoSchedule'
    ? 'PreferNoSchedule has no meaning for clusters: use NoSchedule, or a weight in the policy'
    : FORMS
}

export interface EditOptions {
  /** Another value for a taint that is there already. */
  readonly overwrite: boolean
  /** RFC 3339, for what is added. */
  readonly now: string
}

/**
 * The taints of a cluster after some edits.
 *
 * @returns the same list when nothing changes.
 * @throws CommandError when one is to be removed that is not there, or has another value and must not be overwritten.
 */
export function editTaints(
  taints: readonly Taint[],
  edits: readonly TaintEdit[],
  options: EditOptions,
): readonly Taint[] {
  return edits.reduce<readonly Taint[]>(
    (before, edit) => (edit.type === 'add' ? add(before, edit.taint, options) : remove(before, edit)),
    taints,
  )
}

function add(taints: readonly Taint[], taint: Taint, { overwrite, now }: EditOptions): readonly Taint[] {
  const there = taints.find(({ key, effect }) => key === taint.key && effect === taint.effect)
  if (there === undefined) return [...taints, { ...taint, timeAdded: now }]
  if ((there.value ?? '') === (taint.value ?? '')) return taints
  if (!overwrite) {
    throw new CommandError(`the cluster has taint ${formatTaint(there)} already: --overwrite gives it another value`)
  }
  return taints.map(each => (each === there ? { ...taint, timeAdded: now } : each))
}

function remove(
  taints: readonly Taint[],
  { key, effect }: { readonly key: string; readonly effect?: string },
): readonly Taint[] {
  const kept = taints.filter(each => each.key !== key || (effect !== undefined && each.effect !== effect))
  if (kept.length === taints.length) {
    throw new CommandError(`the cluster has no taint ${key}${effect === undefined ? '' : `:${effect}`}`)
  }
  return kept
}

/** A taint as it is written: `gpu=yes:NoSchedule`. */
export function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value === undefined || value === '' ? '' : `=${value}`}:${effect}`
}
