import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { patched } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import type { Replicas } from '../kind-interpreter.ts'
import { restoreEmpty } from './empty-tables.ts'
import { type Language, toLanguage } from './script-language.ts'
import { ResultError, toObject, toReplicas, toStatus } from './script-results.ts'

type Read<T> = (results: readonly unknown[]) => T

/** What scripts of a language give where languages differ. All of them throw ResultError. */
export interface Dialect {
  readonly replicas: Read<Replicas>
  readonly status: Read<JsonObject | undefined>
  /** @param given what the function was called with, the object that it gives back first */
  object(name: string, given: readonly [KubeObject, ...KubeObject[]]): Read<KubeObject>
}

/** The dialect of a script; of a language that does not exist any, since nothing comes of it. */
export function dialectOf(language: string): Dialect {
  return DIALECTS[toLanguage(language) ?? 'lua']
}

const DIALECTS: Readonly<Record<Language, Dialect>> = {
  // Functions give several values, and an empty table is an object or a list.
  lua: {
    replicas: toReplicas,
    status: ([status]) => toStatus([Array.isArray(status) && status.length === 0 ? {} : status]),
    object(name, given) {
      const read = toObject(name, given[0])
      return ([value]) => read([restoreEmpty(value, given)])
    },
  },
  javascript: {
    replicas: ([value]) => toReplicas(replicasOf(value)),
    status: toStatus,
    object: (name, [given]) => toObject(name, given),
  },
  // An expression changes nothing: it gives what is to be changed.
  cel: {
    replicas: ([value]) => toReplicas(replicasOf(value)),
    status: toStatus,
    object(name, [given]) {
      const read = toObject(name, given)
      return ([patch]) => {
        if (!isJsonObject(patch)) throw new ResultError(`${name} must give a map: what changes of the object`)
        return read([patched(given, patch)])
      }
    },
  },
}

/** A number, `[replica, requires]`, or `{replica, requires}`. */
function replicasOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isJsonObject(value) ? [value['replica'], value['requires']] : [value]
}
