import type { KubeObject } from '../object/kube-object.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Settled } from './opposition.ts'

/** An object that is as it should be, and what becomes of it. */
export interface WrittenObject extends Settled {
  /** As the member holds it by now, as far as is known. */
  latest(): KubeObject
}

/** @param from the cache of where it was written: what that knows of this very object is never older than the answer to our last write. */
export function written(
  from: { readonly informer: Pick<Informer, 'get'>; readonly key: ObjectKey },
  settled: Settled,
): WrittenObject {
  const { object } = settled
  const latest = (): KubeObject => {
    const known = from.informer.get(from.key)
    return known !== undefined && known.metadata.uid === object.metadata.uid ? known : object
  }
  return { ...settled, latest }
}
