import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { a } from '../testing/builders.ts'
import type { Change } from './informer.ts'
import { WatchCache } from './watch-cache.ts'

const object = (name: string, version: number | string, extra: { uid?: string; data?: Record<string, string> } = {}) =>
  a.configMap({ name, namespace: 'ns', resourceVersion: `${version}`, labels: { app: name }, ...extra })

function newCache() {
  let kept = 0
  const cache = new WatchCache<KubeObject>({
    keep: kubeObject => {
      kept++
      return Object.freeze(kubeObject)
    },
    indexes: { app: ({ metadata }) => Object.values(metadata.labels ?? {}) },
  })
  const list = (version: number, ...objects: readonly KubeObject[]) => {
    const replacement = cache.replace(`${version}`)
    for (const listed of objects) replacement.put(listed)
    return replacement.finish(`${version}`)
  }
  return { cache, list, kept: () => kept }
}

/** Keeps what is most like each object, by its name. */
function newFamily() {
  const relativeOf = new Map<string, string | undefined>()
  const cache = new WatchCache<KubeObject>({
    keep: (kubeObject, relative) => {
      const like = relative(kubeObject)
      relativeOf.set(kubeObject.metadata.name, like && `${like.metadata.name}@${like.metadata.resourceVersion}`)
      return Object.freeze(kubeObject)
    },
    indexes: { family: ({ metadata }) => Object.values(metadata.labels ?? {}) },
    relatives: 'family',
  })
  const of = (name: string, version: number, family: string): KubeObject => ({
    ...object(name, version),
    metadata: { ...object(name, version).metadata, labels: { family } },
  })
  return { cache, of, relativeOf: (name: string) => relativeOf.get(name) }
}

const said = (changes: readonly Change[]): readonly string[] =>
  changes.map(change => `${change.type} ${change.object.metadata.name}@${change.object.metadata.resourceVersion}`)

const versions = (cache: WatchCache<KubeObject>): Readonly<Record<string, string>> =>
  Object.fromEntries(cache.list().map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']))

describe('a list', () => {
  it('tells initial objects as added and initial', () => {
    const { cache, list } = newCache()
    expect(list(5, object('a', 1), object('b', 2))).toMatchObject([
      { type: 'added', initial: true, object: { metadata: { name: 'a' } } },
      { type: 'added', initial: true, object: { metadata: { name: 'b' } } },
    ])
    expect(cache.size).toBe(2)
    expect(cache.resourceVersion).toBe('5')
  })

  it('taken again tells only what differs, and keeps unchanged objects as they are', () => {
    const { cache, list, kept } = newCache()
    list(5, object('same', 1), object('changed', 2), object('gone', 3))
    const before = cache.get({ namespace: 'ns', name: 'same' })
    const changes = list(9, object('same', 1), object('changed', 7), object('new', 8))
    expect(said(changes)).toEqual(['deleted gone@3', 'updated changed@7', 'added new@8'])
    expect(changes.every(change => change.type !== 'added' || !change.initial)).toBe(true)
    expect(cache.get({ namespace: 'ns', name: 'same' })).toBe(before)
    expect(kept()).toBe(5)
  })

  it('tells an object that was created again meanwhile as deleted and added', () => {
    const { list } = newCache()
    list(5, object('a', 1, { uid: 'old' }))
    expect(said(list(9, object('a', 7, { uid: 'new' })))).toEqual(['deleted a@1', 'added a@7'])
  })

  it('shows nothing before it is complete', () => {
    const { cache } = newCache()
    const replacement = cache.replace()
    replacement.put(object('a', 1))
    replacement.put(object('b', 2))
    replacement.remove(object('b', 3))
    expect(cache.size).toBe(0)
    expect(said(replacement.finish('4'))).toEqual(['added a@1'])
  })

  it('of a restored etcd, whose versions went back, is taken whole', () => {
    const { cache, list } = newCache()
    list(100, object('same', 10), object('reused', 20, { data: { v: 'before' } }), object('late', 90))
    const changes = list(50, object('same', 10), object('reused', 20, { data: { v: 'after' } }))
    expect(said(changes)).toEqual(['deleted late@90', 'updated reused@20'])
    expect(cache.resourceVersion).toBe('50')
  })
})

describe('a watch', () => {
  it('tells additions, changes and deletions', () => {
    const { cache, list } = newCache()
    list(1)
    expect(said(cache.apply({ type: 'ADDED', object: object('a', 2) }))).toEqual(['added a@2'])
    expect(cache.apply({ type: 'MODIFIED', object: object('a', 3) })).toMatchObject([
      { type: 'updated', previous: { metadata: { resourceVersion: '2' } } },
    ])
    expect(said(cache.apply({ type: 'DELETED', object: object('a', 4) }))).toEqual(['deleted a@3'])
    expect(cache.size).toBe(0)
    expect(cache.resourceVersion).toBe('4')
  })

  it('moves the version to resume from by bookmarks', () => {
    const { cache, list } = newCache()
    list(1)
    expect(cache.apply({ type: 'BOOKMARK', resourceVersion: '77', initialEventsEnd: false })).toEqual([])
    expect(cache.resourceVersion).toBe('77')
  })
})

describe('the answer of an own write', () => {
  it('is seen at once, and its echo is no change', () => {
    const { cache, list } = newCache()
    list(1)
    expect(said(cache.observe(object('a', 5)))).toEqual(['added a@5'])
    expect(cache.apply({ type: 'ADDED', object: object('a', 5) })).toEqual([])
    expect(cache.resourceVersion).toBe('5')
  })

  it('is known by its version until list or watch have told of it', () => {
    const { cache, list } = newCache()
    list(1)
    const uidAt = (version: string) => cache.uidOfOwnWrite(version)
    cache.takeAnswer(object('a', 5, { uid: 'ua' }))
    cache.takeAnswer(object('b', 6, { uid: 'ub' }))
    cache.takeAnswer(object('c', 9, { uid: 'uc' }))
    expect(['5', '6', '7', '9'].map(uidAt)).toEqual(['ua', 'ub', undefined, 'uc'])
    expect(cache.apply({ type: 'ECHO', resourceVersion: '5' })).toEqual([])
    expect(cache.resourceVersion).toBe('5')
    expect(['5', '6', '9'].map(uidAt)).toEqual([undefined, 'ub', 'uc'])
    cache.apply({ type: 'BOOKMARK', resourceVersion: '8', initialEventsEnd: false })
    expect(['6', '9'].map(uidAt)).toEqual([undefined, 'uc'])
    list(10, object('a', 5))
    expect(uidAt('9')).toBeUndefined()
  })

  it('is not undone by an older event that comes after it', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1))
    cache.observe(object('a', 6))
    expect(cache.apply({ type: 'MODIFIED', object: object('a', 4) })).toEqual([])
    expect(versions(cache)).toEqual({ a: '6' })
  })

  it('is ignored when the watch has told more already, so a deleted object never comes back', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1))
    cache.apply({ type: 'DELETED', object: object('a', 8) })
    expect(cache.observe(object('a', 7))).toEqual([])
    cache.apply({ type: 'BOOKMARK', resourceVersion: '20', initialEventsEnd: false })
    expect(cache.observe(object('a', 15))).toEqual([])
    expect(cache.size).toBe(0)
  })

  it('survives the deletion of the object that it created anew', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1, { uid: 'old' }))
    expect(said(cache.observe(object('a', 9, { uid: 'new' })))).toEqual(['deleted a@1', 'added a@9'])
    expect(cache.apply({ type: 'DELETED', object: object('a', 8, { uid: 'old' }) })).toEqual([])
    expect(versions(cache)).toEqual({ a: '9' })
  })

  it('that takes an object out of the selector gives way to the deletion of the same version', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1))
    cache.observe(object('a', 5))
    expect(said(cache.apply({ type: 'DELETED', object: object('a', 5) }))).toEqual(['deleted a@5'])
  })

  it('is ignored when it is the last before the object vanishes', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1))
    const last = object('a', 5)
    expect(
      cache.observe({
        ...last,
        metadata: { ...last.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [] },
      }),
    ).toEqual([])
  })

  it('newer than a list that is taken later is not lost, older is replaced', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1), object('b', 1))
    cache.observe(object('a', 30))
    cache.observe(object('new', 31))
    cache.observe(object('b', 6))
    cache.observe(object('old', 7))
    expect(said(list(20, object('a', 10), object('b', 9)))).toEqual(['deleted old@7', 'updated b@9'])
    expect(versions(cache)).toEqual({ a: '30', new: '31', b: '9' })
    expect(cache.apply({ type: 'MODIFIED', object: object('a', 30) })).toEqual([])
  })

  it('before the first list is kept', () => {
    const { cache, list } = newCache()
    expect(said(cache.observe(object('a', 3)))).toEqual(['added a@3'])
    expect(list(5, object('a', 3))).toEqual([])
  })
})

describe('reads', () => {
  it('list one namespace, or all', () => {
    const { cache, list } = newCache()
    list(5, object('a', 1), a.configMap({ name: 'b', namespace: 'other', resourceVersion: '2' }))
    expect(cache.list('ns').map(({ metadata }) => metadata.name)).toEqual(['a'])
    expect(cache.list()).toHaveLength(2)
    expect(cache.list('none')).toEqual([])
  })

  it('by index follow changes and deletions', () => {
    const { cache, list } = newCache()
    list(1, object('a', 1))
    const relabelled = a.configMap({ name: 'a', namespace: 'ns', resourceVersion: '2', labels: { app: 'other' } })
    cache.apply({ type: 'MODIFIED', object: relabelled })
    expect(cache.byIndex('app', 'a')).toEqual([])
    expect(cache.byIndex('app', 'other')).toEqual([relabelled])
    cache.apply({ type: 'DELETED', object: object('a', 3) })
    expect(cache.byIndex('app', 'other')).toEqual([])
    expect(() => cache.byIndex('nope', 'x')).toThrow('no index nope')
  })
})

describe('what is most like an object', () => {
  it('is one of its family, also while the list is taken', () => {
    const { cache, of, relativeOf } = newFamily()
    const replacement = cache.replace('5')
    for (const listed of [of('a', 1, 'x'), of('b', 2, 'y'), of('c', 3, 'x')]) replacement.put(listed)
    expect([relativeOf('a'), relativeOf('b'), relativeOf('c')]).toEqual([undefined, undefined, 'a@1'])
    replacement.finish('5')
    cache.apply({ type: 'ADDED', object: of('d', 6, 'y') })
    expect(relativeOf('d')).toBe('b@2')
  })

  it('is its last version, where there is one', () => {
    const { cache, of, relativeOf } = newFamily()
    const replacement = cache.replace('5')
    for (const listed of [of('a', 1, 'x'), of('b', 2, 'x')]) replacement.put(listed)
    replacement.finish('5')
    cache.apply({ type: 'MODIFIED', object: of('b', 6, 'x') })
    expect(relativeOf('b')).toBe('b@2')
  })

  it('is none that is gone', () => {
    const { cache, of, relativeOf } = newFamily()
    cache.apply({ type: 'ADDED', object: of('a', 1, 'x') })
    cache.apply({ type: 'DELETED', object: of('a', 2, 'x') })
    cache.apply({ type: 'ADDED', object: of('b', 3, 'x') })
    expect(relativeOf('b')).toBeUndefined()
  })
})

describe('an object that cannot be read', () => {
  const key = { namespace: 'ns', name: 'a' }

  it('stays as it was known, in a list and in a watch', () => {
    const { cache, list } = newCache()
    list(5, object('a', 4), object('b', 5))
    expect(cache.apply({ type: 'UNREADABLE', resourceVersion: '6', key })).toEqual([])
    expect(cache.resourceVersion).toBe('6')
    const replacement = cache.replace('7')
    replacement.keep(key)
    expect(replacement.finish('7').map(({ type, object: { metadata } }) => `${type} ${metadata.name}`)).toEqual([
      'deleted b',
    ])
    expect(cache.get(key)?.metadata.resourceVersion).toBe('4')
  })

  it('is not there when it never was known', () => {
    const { cache } = newCache()
    const replacement = cache.replace('7')
    replacement.keep(key)
    expect(replacement.finish('7')).toEqual([])
    expect(cache.size).toBe(0)
  })
})
