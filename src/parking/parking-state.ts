import { isJsonObject } from '../object/raw-json.ts'
import type { ParkingMode } from './decide.ts'

/** Who keeps templates from running on the host at this moment: the apiserver at admission, the operator after it, nobody. */
export type ParkedBy = 'apiserver' | 'operator' | 'nobody'

/** How it stands with parking, for whoever wants to know. */
export interface ParkingState {
  /** What was configured, or follows from the host. */
  readonly mode: ParkingMode
  readonly by: ParkedBy
  /** A sentence: why it is so. */
  readonly why: string
}

/** Holds the present state, and tells of changes. */
export interface ParkingStateHolder {
  readonly current: ParkingState
  set(by: ParkedBy, why: string): void
  /** @returns ends it. */
  onChange(listener: (state: ParkingState) => void): () => void
}

export function newParkingState(initial: ParkingState): ParkingStateHolder {
  const listeners = new Set<(state: ParkingState) => void>()
  let current = initial
  return {
    get current() {
      return current
    },
    set: (by, why) => {
      if (by === current.by && why === current.why) return
      current = { ...current, by, why }
      for (const listener of listeners) listener(current)
    },
    onChange: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** @returns the state as it stands in an annotation. */
export function formatParkingState({ mode, by, why }: ParkingState): string {
  return JSON.stringify({ mode, by, why })
}

const MODES: readonly ParkingMode[] = ['policies', 'operator', 'off']
const PARKED_BY: readonly ParkedBy[] = ['apiserver', 'operator', 'nobody']

/** The inverse of {@link formatParkingState}. @returns undefined for a text that says nothing of it. */
export function parseParkingState(text: string | undefined): ParkingState | undefined {
  const value = text === undefined ? undefined : parseJson(text)
  if (!isJsonObject(value)) return undefined
  const mode = MODES.find(each => each === value['mode'])
  const by = PARKED_BY.find(each => each === value['by'])
  const why = value['why']
  return mode && by && typeof why === 'string' ? { mode, by, why } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
