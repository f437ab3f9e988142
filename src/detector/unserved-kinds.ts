import { formatApiVersion, type Gvk } from '../object/gvk.ts'
import type { Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { printable, shorten } from '../object/printable.ts'
import type { Recorder } from '../runtime/recorder.ts'

/** Tells of kinds that policies select and the host does not serve. */
export interface UnservedKinds {
  /** @param unserved all of a policy; none when the host serves what it selects */
  tell(policy: Policy, unserved: readonly Gvk[]): void
  /** The policy goes. */
  forget(policy: Policy): void
}

const LONGEST_NAME = 100

/**
 * A kind that comes later is as good as any, a misspelt one never comes: nobody else tells them apart. They are asked for every few
 * seconds, so what has been told of a policy is not told again before it is something else.
 */
export function newUnservedKinds(recorder: Recorder): UnservedKinds {
  const told = new Map<string, string>()
  return {
    tell: (policy, unserved) => {
      const names = [...new Set(unserved.map(nameOf))].join(', ')
      const key = formatKey(keyOf(policy))
      const news = `${policy.metadata.uid} ${names}`
      if (told.get(key) === news) return
      told.set(key, news)
      if (names === '') return
      const message = `The host does not serve ${names}. What is not misspelt is propagated as soon as it does.`
      recorder.event(policy, 'Warning', 'KindNotServed', message)
    },
    forget: policy => void told.delete(formatKey(keyOf(policy))),
  }
}

function nameOf({ group, version, kind }: Gvk): string {
  return printable(shorten(`${formatApiVersion({ group, version })} ${kind}`, LONGEST_NAME))
}
