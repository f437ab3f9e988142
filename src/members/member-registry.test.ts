import { describe, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { newClient } from '../kube/new-client.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import type { MemberConnection } from './connection.ts'
import { newMemberRegistry } from './member-registry.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const connection = (digest: string): MemberConnection => ({
  config: { name: 'm', server: 'https://member.invalid' },
  token: 't',
  digest,
})

/** Clients connect when first used: nothing here reaches a network. */
function newRegistry(ready: ReadonlySet<string> = new Set()) {
  const registry = newMemberRegistry({
    clock: newFakeClock(),
    log: silentLog,
    newClient,
    newDiscovery,
    isReady: name => ready.has(name),
  })
  const told: string[] = []
  registry.addHandler(({ type, member }) => void told.push(`${type} ${member.name}`))
  const admit = (name: string): void => {
    const candidate = registry.candidate(name)
    if (candidate !== undefined) registry.admit(candidate)
  }
  const use = (name: string, how: MemberConnection): void => {
    registry.connect(name, how)
    admit(name)
  }
  return { registry, told, admit, use }
}

describe('a member registry', () => {
  it('tells of a member once, however often it is connected the same way', () => {
    const { registry, told, use } = newRegistry()
    use('m', connection('1'))
    const member = registry.get('m')
    use('m', { ...connection('1'), token: 'rotated' })
    expect(told).toEqual(['added m'])
    expect(registry.get('m')).toBe(member)
  })

  it('replaces a member whose connection changed: first removed, then added', () => {
    const { registry, told, use } = newRegistry()
    use('m', connection('1'))
    const member = registry.get('m')
    use('m', connection('2'))
    expect(told).toEqual(['added m', 'removed m', 'added m'])
    expect(registry.get('m')).not.toBe(member)
  })

  it('no longer has a member when it tells that it is removed', () => {
    const { registry, use } = newRegistry()
    use('m', connection('1'))
    const seen: unknown[] = []
    registry.addHandler(({ type, member }) => void (type === 'removed' && seen.push(registry.get(member.name))))
    registry.disconnect('m')
    registry.disconnect('m')
    expect(seen).toEqual([undefined])
    expect(registry.list()).toEqual([])
  })

  it('tells a late handler of those connected, and a removed handler of nothing', () => {
    const { registry, use } = newRegistry()
    use('a', connection('1'))
    const told: string[] = []
    const remove = registry.addHandler(({ type, member }) => void told.push(`${type} ${member.name}`))
    remove()
    use('b', connection('1'))
    expect(told).toEqual(['added a'])
  })

  it('has retired a member when all that was begun there is done', async () => {
    const { registry, use } = newRegistry()
    const begun = Promise.withResolvers<void>()
    registry.addHandler(({ type }) => (type === 'removed' ? begun.promise : undefined))
    use('m', connection('1'))
    let isRetired = false
    const retired = registry.retire('m').then(() => {
      isRetired = true
    })
    expect(registry.get('m')).toBeUndefined()
    expect(registry.isConnected('m')).toBe(false)
    await new Promise(setImmediate)
    expect(isRetired).toBe(false)
    begun.resolve()
    await retired
    await registry.retire('m')
    expect(registry.connected()).toEqual([])
  })

  it('disconnects all when it stops', () => {
    const { registry, told, use } = newRegistry()
    use('a', connection('1'))
    use('b', connection('1'))
    registry.stop()
    expect(told).toEqual(['added a', 'added b', 'removed a', 'removed b'])
  })

  it('says whether the Cluster is ready, also of a member that was given out before', () => {
    const ready = new Set<string>()
    const { registry, use } = newRegistry(ready)
    use('m', connection('1'))
    const member = registry.get('m')
    expect(member?.ready).toBe(false)
    ready.add('m')
    expect(member?.ready).toBe(true)
  })

  it('lets nobody use a member before it is admitted', () => {
    const { registry, told, admit } = newRegistry()
    registry.connect('m', connection('1'))
    expect([registry.get('m'), registry.list(), told]).toEqual([undefined, [], []])
    expect(registry.candidate('m')?.name).toBe('m')
    admit('m')
    admit('m')
    expect(told).toEqual(['added m'])
    expect(registry.get('m')?.name).toBe('m')
  })

  it('admits no connection that was replaced meanwhile', () => {
    const { registry, told } = newRegistry()
    registry.connect('m', connection('1'))
    const before = registry.candidate('m')
    registry.connect('m', connection('2'))
    if (before !== undefined) registry.admit(before)
    expect(registry.get('m')).toBeUndefined()
    expect(told).toEqual([])
  })

  it('takes a member out of use: what was given out writes no more, and a new candidate waits', async () => {
    const { registry, told, use } = newRegistry()
    use('m', connection('1'))
    const member = registry.get('m')
    const candidate = registry.candidate('m')
    if (candidate !== undefined) registry.withdraw(candidate)
    expect(told).toEqual(['added m', 'removed m'])
    expect(registry.get('m')).toBeUndefined()
    expect(registry.candidate('m')).not.toBe(candidate)
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b' } }
    await expect(member?.client.apply(CONFIG_MAP, object)).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('withdraws nothing that is not in use', () => {
    const { registry } = newRegistry()
    registry.connect('m', connection('1'))
    const candidate = registry.candidate('m')
    if (candidate !== undefined) registry.withdraw(candidate)
    expect(registry.candidate('m')).toBe(candidate)
  })

  it('tells of connections that come, change their token and go', () => {
    const { registry } = newRegistry()
    registry.connect('a', connection('1'))
    const changes: string[] = []
    registry.addCandidateHandler(({ type, name }) => void changes.push(`${type} ${name}`))
    registry.connect('a', connection('1'))
    registry.connect('a', { ...connection('1'), token: 'rotated' })
    registry.connect('a', { ...connection('1'), token: 'rotated' })
    registry.connect('a', connection('2'))
    registry.disconnect('a')
    expect(changes).toEqual(['connected a', 'renewed a', 'connected a', 'disconnected a'])
  })
})
