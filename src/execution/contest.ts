import type { ForeignField } from '../members/foreign-fields.ts'
import { pointerOfKeys } from '../object/fields-v1.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** How often the same manager may take the same field from us, and within which time. */
const MOST_FIGHTS = 3
const WINDOW_MS = 600_000
/** Fields of one object that are remembered. */
const MOST_FIELDS = 50

interface Fight {
  readonly field: ForeignField
  /** When it was taken from us, of late. */
  readonly atMs: readonly number[]
  readonly version: string
  /** Left alone until the manifest changes. */
  readonly lost: boolean
}

interface ObjectFights {
  /** Of the manifest that the fights are about: with another one they begin anew. */
  readonly digest: string
  readonly fights: Map<string, Fight>
}

/** One look at an object in which others hold fields that we declare, or added some. */
export interface Skirmish {
  readonly key: string
  readonly digest: string
  readonly fields: readonly ForeignField[]
  /** The object's resourceVersion: what fails and is tried again is one fight. */
  readonly version: string
  readonly nowMs: number
}

/**
 * Remembers who takes which field from us how often, so that no war is endless.
 *
 * @source design.md, rules of writing 4
 */
export class ContestLedger {
  readonly #objects = new Map<string, ObjectFights>()

  /** Notes that fields are about to be restored. */
  record({ key, digest, fields, version, nowMs }: Skirmish): void {
    const { fights } = this.#of(key, digest)
    for (const field of fields) {
      const id = JSON.stringify([field.keys, field.manager])
      const known = fights.get(id)
      if (known === undefined ? fights.size >= MOST_FIELDS : known.version === version) continue
      const atMs = [...(known?.atMs ?? []).filter(at => nowMs - at < WINDOW_MS), nowMs]
      fights.set(id, { field, atMs, version, lost: known?.lost === true || atMs.length >= MOST_FIGHTS })
    }
  }

  /**
   * @param observed the member's object, for where the fields stand by now
   * @returns the fields that are left alone from now on, until the manifest is another one.
   */
  contested(key: string, digest: string, observed: KubeObject): readonly ForeignField[] {
    const known = this.#objects.get(key)
    if (known === undefined || known.digest !== digest) return []
    const lost = [...known.fights.values()].filter(fight => fight.lost)
    return lost.flatMap(({ field }) => {
      const path = pointerOfKeys(observed, field.keys)
      return path === undefined ? [] : [{ ...field, path }]
    })
  }

  forget(key: string): void {
    this.#objects.delete(key)
  }

  #of(key: string, digest: string): ObjectFights {
    const known = this.#objects.get(key)
    if (known?.digest === digest) return known
    const fresh = { digest, fights: new Map<string, Fight>() }
    this.#objects.set(key, fresh)
    return fresh
  }
}
