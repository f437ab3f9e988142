import { describe, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import type { Client, WatchEvent } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { newFakeClock, settle } from '../testing/fake-clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import { newInformer } from './informer.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }

function configMap(name: string, resourceVersion: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: name, resourceVersion } }
}

/** A server that lists these, and tells these events once. */
function newServer(
  items: readonly KubeObject[],
  events: readonly WatchEvent[],
): Pick<Client, 'name' | 'listPage' | 'watch'> {
  const left = [...events]
  return {
    name: 'm',
    listPage: async () => ({ items, resourceVersion: '10' }),
    async *watch(_resource, _query, { signal }) {
      yield* left.splice(0)
      await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve()))
    },
  }
}

async function follow(events: readonly WatchEvent[]) {
  const informer = newInformer(
    { client: newServer([configMap('a', '1'), configMap('b', '2')], events), clock: newFakeClock(), log: silentLog },
    { resource: CONFIG_MAP, mostObjects: 3 },
  )
  await informer.waitForSync()
  await settle()
  const { lastError, size } = informer
  informer.stop()
  return { lastError, size }
}

describe('a server that may have three objects, and lists two', () => {
  it.each(['ADDED', 'MODIFIED'] as const)('has no more taken in than that, told as %s', async type => {
    const events = ['c', 'd', 'e'].map((name, i) => ({ type, object: configMap(name, `${11 + i}`) }))
    expect(await follow(events)).toMatchObject({ size: 3, lastError: { kind: 'too-large' } })
  })

  it.each(['ADDED', 'MODIFIED'] as const)('may change each of three, told as %s', async type => {
    const events = ['c', 'a', 'b', 'c'].map((name, i) => ({ type, object: configMap(name, `${11 + i}`) }))
    expect(await follow(events)).toEqual({ size: 3, lastError: undefined })
  })

  it('may have one instead of another', async () => {
    const events = [
      { type: 'ADDED', object: configMap('c', '11') },
      { type: 'DELETED', object: configMap('a', '12') },
      { type: 'MODIFIED', object: configMap('d', '13') },
    ] as const
    expect(await follow(events)).toEqual({ size: 3, lastError: undefined })
  })
})
