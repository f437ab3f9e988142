import type { KubeObject } from '../object/kube-object.ts'
import type { Change, Informer } from './informer.ts'

/**
 * Takes answers of own writes into an informer, and tells apart which of its changes are such: a reconciler has to look again at what
 * somebody else has written, and not at what it has just written itself. A write of its own counts as somebody else's when the watch tells of it
 * first, and when its answer was lost: it may have been done after the one that followed it.
 */
export class OwnAnswers<T extends KubeObject> {
  readonly #informer: Pick<Informer<T>, 'observe'>
  #taken: KubeObject | undefined

  constructor(informer: Pick<Informer<T>, 'observe'>) {
    this.#informer = informer
  }

  /** As {@link Informer.observe}. */
  readonly observe = (object: KubeObject): void => {
    this.#taken = object
    try {
      this.#informer.observe(object)
    } finally {
      this.#taken = undefined
    }
  }

  /** To be asked by a handler of the informer, while it is told. */
  has({ object: { metadata } }: Change<T>): boolean {
    const taken = this.#taken?.metadata
    return taken !== undefined && taken.uid === metadata.uid && taken.resourceVersion === metadata.resourceVersion
  }
}
