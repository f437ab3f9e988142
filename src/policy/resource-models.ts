import type { QuantityText } from '../object/quantity.ts'

/** One grade of a cluster's nodes: how much of each resource a node of it has free, at least and at most. */
export interface ResourceModel {
  readonly grade: number
  readonly ranges: readonly { readonly name: string; readonly min: QuantityText; readonly max: QuantityText }[]
}

/** The grades of a cluster that names none, by cores and GiB. @source spec/api/admission.md §15 */
export const DEFAULT_RESOURCE_MODELS: readonly ResourceModel[] = defaultModels()

/** @returns the grades that count for a cluster: its own, or the default ones. */
export function resourceModelsOf(own: readonly ResourceModel[] | undefined): readonly ResourceModel[] {
  return own === undefined || own.length === 0 ? DEFAULT_RESOURCE_MODELS : own
}

function defaultModels(): readonly ResourceModel[] {
  const cores = ['0', '1', '2', '4', '8', '16', '32', '64', '128']
  const bytes = ['0', '4Gi', '16Gi', '32Gi', '64Gi', '128Gi', '256Gi', '512Gi', '1Ti']
  return cores.map((_, grade) => ({ grade, ranges: [rangeOf('cpu', cores, grade), rangeOf('memory', bytes, grade)] }))
}

function rangeOf(name: string, bounds: readonly string[], grade: number): ResourceModel['ranges'][number] {
  return { name, min: bounds[grade] ?? '0', max: bounds[grade + 1] ?? '9223372036854775807' }
}
