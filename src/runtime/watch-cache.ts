import type { WatchEvent } from '../kube/client.ts'
import { deepEqual } from '../object/deep-equal.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf, type ObjectKey } from '../object/object-key.ts'
import type { Change } from './informer.ts'
import type { Lister } from './lister.ts'
import { isNewer } from './resource-version.ts'

export type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>

export interface WatchCacheOptions<T extends KubeObject> {
  /**
   * Turns a decoded object into what is kept; called only for what really enters the cache.
   *
   * @param relativeOf what is kept already and most like it: its last version, else a relative by `relatives`
   */
  readonly keep: (object: KubeObject, relativeOf: (object: T) => T | undefined) => T
  readonly indexes?: Indexes<T>
  /** The index by which objects are found that are alike: they share what is equal. */
  readonly relatives?: string
}

/** Collects a complete list; nothing is visible before `finish`, which swaps the contents in one go. */
export interface Replacement<T extends KubeObject> {
  put(object: KubeObject): void
  remove(object: KubeObject): void
  /** What is cached of an object stays: it is listed, and cannot be taken in. */
  keep(key: ObjectKey): void
  /** @returns the differences to what was cached before. */
  finish(resourceVersion: string): readonly Change<T>[]
}

const versionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? ''

/**
 * The contents of a watch cache and the bookkeeping of resource versions; no IO, no time, so that every order of list,
 * watch and own writes can be tested. Each mutation returns what really changed.
 *
 * Three versions meet here: that of an object in the cache, that of an incoming object, and `resourceVersion`, the last
 * that list or watch have told. An object of an own write (`observe`) may be ahead of the last; nothing else is.
 */
export class WatchCache<T extends KubeObject> implements Lister<T> {
  readonly #keep: WatchCacheOptions<T>['keep']
  readonly #indexes: Indexes<T>
  readonly #relatives: (object: T) => readonly string[]
  readonly #relativesIndex: string
  readonly #indexed = new Map<string, Map<string, Set<T>>>()
  readonly #namespaces = new Map<string, Map<string, T>>()
  #resourceVersion = ''
  #listed = false
  #size = 0
  /** Versions that came as answers of own writes, with the UIDs of their objects. */
  readonly #ownWrites = new Map<string, string>()

  constructor(options: WatchCacheOptions<T>) {
    this.#keep = options.keep
    this.#indexes = options.indexes ?? {}
    this.#relativesIndex = options.relatives ?? ''
    this.#relatives = this.#indexes[this.#relativesIndex] ?? (() => [])
    for (const name of Object.keys(this.#indexes)) this.#indexed.set(name, new Map())
  }

  /** The last version that list or watch have told; '' before the first list. A watch resumes from here. */
  get resourceVersion(): string {
    return this.#resourceVersion
  }

  get size(): number {
    return this.#size
  }

  get(key: ObjectKey): T | undefined {
    return this.#namespaces.get(key.namespace)?.get(key.name)
  }

  list(namespace?: string): readonly T[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace)?.values() ?? [])]
    return [...this.#namespaces.values()].flatMap(objects => [...objects.values()])
  }

  byIndex(index: string, value: string): readonly T[] {
    const values = this.#indexed.get(index)
    if (values === undefined) throw new Error(`no index ${index} was declared`)
    return [...(values.get(value) ?? [])]
  }

  /** As {@link observe}, and its version is known until list or watch have told of it. */
  takeAnswer(object: KubeObject): readonly Change<T>[] {
    const changes = this.observe(object)
    const { uid } = object.metadata
    if (changes.length > 0 && uid !== undefined) this.#ownWrites.set(versionOf(object), uid)
    return changes
  }

  /** The UID of the object that came as the answer of an own write in this version, if the watch has not told of it yet. */
  uidOfOwnWrite(resourceVersion: string): string | undefined {
    return this.#ownWrites.get(resourceVersion)
  }

  #forgetWritesUpTo(resourceVersion: string): void {
    for (const version of this.#ownWrites.keys()) {
      if (!isNewer(version, resourceVersion)) this.#ownWrites.delete(version)
    }
  }

  /** Takes one event of a watch that goes on from `resourceVersion`. */
  apply(event: WatchEvent): readonly Change<T>[] {
    const version = 'object' in event ? versionOf(event.object) : event.resourceVersion
    if (version !== '') this.#resourceVersion = version
    this.#ownWrites.delete(version)
    switch (event.type) {
      case 'BOOKMARK':
        this.#forgetWritesUpTo(version)
        return []
      case 'ECHO':
      case 'UNREADABLE':
        return []
      case 'DELETED':
        return this.#applyDeletion(event.object)
      case 'ADDED':
      case 'MODIFIED':
        return this.#applyObject(event.object)
    }
  }

  /**
   * Takes the answer of an own write. Ignored unless newer than all that list and watch have told, and than what is
   * cached; ignored too when it is the last answer before an object vanishes, where only the watch knows better.
   */
  observe(object: KubeObject): readonly Change<T>[] {
    const version = versionOf(object)
    const known = this.get(keyOf(object))
    if (!isNewer(version, this.#resourceVersion) || isVanishing(object)) return []
    return known !== undefined && !isNewer(version, versionOf(known)) ? [] : this.#put(this.#kept(object))
  }

  /**
   * Starts to take a complete list.
   *
   * @param listVersion the list's version where it is known from the start: objects that have not changed since are then
   * not kept twice meanwhile.
   */
  replace(listVersion?: string): Replacement<T> {
    const staged = new Map<string, Map<string, T>>()
    const relatives = new Map<string, T>()
    const reuse = listVersion !== undefined && !isNewer(this.#resourceVersion, listVersion)
    return {
      put: object => {
        const key = keyOf(object)
        const cached = reuse ? this.get(key) : undefined
        const same = cached !== undefined && isSameVersion(cached, object)
        setIn(staged, key, same ? cached : this.#kept(object, relatives))
      },
      remove: object => deleteIn(staged, keyOf(object)),
      keep: key => {
        const cached = this.get(key)
        if (cached !== undefined) setIn(staged, key, cached)
      },
      finish: resourceVersion => this.#swap(staged, resourceVersion),
    }
  }

  /** @param staged relatives of a list that is not complete yet, by the value of their index */
  #kept(object: KubeObject, staged?: Map<string, T>): T {
    const kept = this.#keep(object, projected => this.get(keyOf(projected)) ?? this.#relativeOf(projected, staged))
    for (const value of staged === undefined ? [] : this.#relatives(kept)) staged?.set(value, kept)
    return kept
  }

  #relativeOf(object: T, staged: ReadonlyMap<string, T> | undefined): T | undefined {
    const [value] = this.#relatives(object)
    if (value === undefined) return undefined
    const [cached] = this.#indexed.get(this.#relativesIndex)?.get(value) ?? []
    return staged?.get(value) ?? cached
  }

  #applyObject(object: KubeObject): readonly Change<T>[] {
    const known = this.get(keyOf(object))
    // The echo of an own write, or an older state than the own write that is cached.
    if (known !== undefined && !supersedes(object, known)) return []
    return this.#put(this.#kept(object))
  }

  #applyDeletion(object: KubeObject): readonly Change<T>[] {
    const known = this.get(keyOf(object))
    // Newer than the deletion: an own write has created it again. Equal: an own write took it out of the selector.
    return known === undefined || isNewer(versionOf(known), versionOf(object)) ? [] : [this.#remove(known)]
  }

  #swap(staged: Map<string, Map<string, T>>, listVersion: string): readonly Change<T>[] {
    // Versions that went backwards mean a restored etcd: nothing cached can be compared with the list by version.
    const forward = !isNewer(this.#resourceVersion, listVersion)
    const initial = !this.#listed
    const ahead = (cached: T): boolean => forward && isNewer(versionOf(cached), listVersion)
    const changes: Change<T>[] = []
    for (const cached of this.list()) {
      const listed = getIn(staged, keyOf(cached))
      if (listed === undefined && !ahead(cached)) changes.push(this.#remove(cached))
    }
    for (const listed of [...staged.values()].flatMap(objects => [...objects.values()])) {
      const cached = this.get(keyOf(listed))
      const settled =
        cached !== undefined &&
        (cached === listed || (forward ? !supersedes(listed, cached) : deepEqual(cached, listed)))
      if (!settled) changes.push(...this.#put(listed, initial))
    }
    this.#resourceVersion = listVersion
    this.#listed = true
    this.#ownWrites.clear()
    return changes
  }

  #put(object: T, initial = false): readonly Change<T>[] {
    const key = keyOf(object)
    const previous = this.get(key)
    const recreated = previous !== undefined && previous.metadata.uid !== object.metadata.uid
    if (previous === undefined) this.#size++
    else this.#unindex(previous)
    setIn(this.#namespaces, key, object)
    this.#index(object)
    if (previous === undefined) return [{ type: 'added', object, initial }]
    if (!recreated) return [{ type: 'updated', object, previous }]
    return [
      { type: 'deleted', object: previous },
      { type: 'added', object, initial },
    ]
  }

  #remove(object: T): Change<T> {
    deleteIn(this.#namespaces, keyOf(object))
    this.#unindex(object)
    this.#size--
    return { type: 'deleted', object }
  }

  #index(object: T): void {
    for (const [name, values] of this.#indexed) {
      for (const value of this.#indexes[name]?.(object) ?? []) {
        const objects = values.get(value)
        if (objects === undefined) values.set(value, new Set([object]))
        else objects.add(object)
      }
    }
  }

  #unindex(object: T): void {
    for (const [name, values] of this.#indexed) {
      for (const value of this.#indexes[name]?.(object) ?? []) {
        const objects = values.get(value)
        objects?.delete(object)
        if (objects?.size === 0) values.delete(value)
      }
    }
  }
}

function isSameVersion(a: KubeObject, b: KubeObject): boolean {
  return versionOf(a) === versionOf(b) && a.metadata.uid === b.metadata.uid
}

/** Whether what the server tells replaces what is cached; versions without an order only need to differ. */
function supersedes(told: KubeObject, cached: KubeObject): boolean {
  return versionOf(told) !== versionOf(cached) && !isNewer(versionOf(cached), versionOf(told))
}

/** Deletion was asked for and nothing holds it back any more. */
function isVanishing(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0
}

function getIn<T>(objects: ReadonlyMap<string, ReadonlyMap<string, T>>, key: ObjectKey): T | undefined {
  return objects.get(key.namespace)?.get(key.name)
}

function setIn<T>(objects: Map<string, Map<string, T>>, key: ObjectKey, object: T): void {
  const namespace = objects.get(key.namespace)
  if (namespace === undefined) objects.set(key.namespace, new Map([[key.name, object]]))
  else namespace.set(key.name, object)
}

function deleteIn<T>(objects: Map<string, Map<string, T>>, key: ObjectKey): void {
  const namespace = objects.get(key.namespace)
  namespace?.delete(key.name)
  if (namespace?.size === 0) objects.delete(key.namespace)
}
