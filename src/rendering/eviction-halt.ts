import { ANNOTATION } from '../api/names.ts'
import type { DesiredCondition } from '../object/condition.ts'
import { omitFields } from '../object/field.ts'
import type { Binding } from '../object/karmada-objects.ts'
import { isJsonObject } from '../object/raw-json.ts'

/** The type of the condition, on a binding and on a Cluster, that says that the brake keeps workloads where they are. */
export const EVICTION_HALTED = 'EvictionHalted'

/** Why a workload is not moved although it should be. */
export interface EvictionHalt {
  readonly reason: 'TooManyClusters' | 'TooManyReplicas'
  /** What would be left, why that is too much, and how to confirm it. */
  readonly message: string
}

/** Who says so: a binding may be kept for both, and each takes back its own word only. */
const KEYS = { taint: ANNOTATION.evictionHalted, application: ANNOTATION.applicationHalted } as const

export type HaltSource = keyof typeof KEYS

type Annotated = { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }

/** @returns undefined when the binding says nothing of a halt, or nothing that is ours to read. */
export function haltOf(binding: Annotated, source?: HaltSource): EvictionHalt | undefined {
  if (source === undefined) return haltOf(binding, 'taint') ?? haltOf(binding, 'application')
  const text = binding.metadata.annotations?.[KEYS[source]]
  if (text === undefined) return undefined
  try {
    return decodeHalt(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** @returns the binding that says what keeps it where it is; the same object when it says so already. */
export function withHalt(binding: Binding, source: HaltSource, halt: EvictionHalt | undefined): Binding {
  const { annotations = {} } = binding.metadata
  const key = KEYS[source]
  if (halt === undefined && annotations[key] === undefined) return binding
  const known = haltOf(binding, source)
  if (halt !== undefined && known?.message === halt.message && known.reason === halt.reason) return binding
  const rest: Readonly<Record<string, string>> = omitFields(annotations, [key])
  const text = halt && JSON.stringify({ reason: halt.reason, message: halt.message })
  return {
    ...binding,
    metadata: { ...binding.metadata, annotations: text === undefined ? rest : { ...rest, [key]: text } },
  }
}

function decodeHalt(value: unknown): EvictionHalt | undefined {
  if (!isJsonObject(value)) return undefined
  const { reason, message } = value
  if (reason !== 'TooManyClusters' && reason !== 'TooManyReplicas') return undefined
  return typeof message === 'string' ? { reason, message } : undefined
}

/** The condition that a halt is told by; without one, that nothing is halted any more. */
export function haltedCondition(halt: EvictionHalt | undefined): DesiredCondition {
  return halt === undefined
    ? {
        type: EVICTION_HALTED,
        status: 'False',
        reason: 'NotHalted',
        message: 'Nothing keeps workloads from being moved.',
      }
    : { type: EVICTION_HALTED, status: 'True', ...halt }
}
