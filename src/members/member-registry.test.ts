import { describe, expect, it } from '@jest/globals'
import { newDiscovery } from '../kube/discovery.ts'
import { newClient } from '../kube/new-client.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import type { MemberConnection } from './connection.ts'
import { newMemberRegistry } from './member-registry.ts'

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
  return { registry, told }
}

describe('a member registry', () => {
  it('tells of a member once, however often it is connected the same way', () => {
    const { registry, told } = newRegistry()
    registry.connect('m', connection('1'))
    const member = registry.get('m')
    registry.connect('m', { ...connection('1'), token: 'rotated' })
    expect(told).toEqual(['added m'])
    expect(registry.get('m')).toBe(member)
  })

  it('replaces a member whose connection changed: first removed, then added', () => {
    const { registry, told } = newRegistry()
    registry.connect('m', connection('1'))
    const member = registry.get('m')
    registry.connect('m', connection('2'))
    expect(told).toEqual(['added m', 'removed m', 'added m'])
    expect(registry.get('m')).not.toBe(member)
  })

  it('no longer has a member when it tells that it is removed', () => {
    const { registry } = newRegistry()
    registry.connect('m', connection('1'))
    const seen: unknown[] = []
    registry.addHandler(({ type, member }) => type === 'removed' && seen.push(registry.get(member.name)))
    registry.disconnect('m')
    registry.disconnect('m')
    expect(seen).toEqual([undefined])
    expect(registry.list()).toEqual([])
  })

  it('tells a late handler of those connected, and a removed handler of nothing', () => {
    const { registry } = newRegistry()
    registry.connect('a', connection('1'))
    const told: string[] = []
    const remove = registry.addHandler(({ type, member }) => void told.push(`${type} ${member.name}`))
    remove()
    registry.connect('b', connection('1'))
    expect(told).toEqual(['added a'])
  })

  it('disconnects all when it stops', () => {
    const { registry, told } = newRegistry()
    registry.connect('a', connection('1'))
    registry.connect('b', connection('1'))
    registry.stop()
    expect(told).toEqual(['added a', 'added b', 'removed a', 'removed b'])
  })

  it('says whether the Cluster is ready, also of a member that was given out before', () => {
    const ready = new Set<string>()
    const { registry } = newRegistry(ready)
    registry.connect('m', connection('1'))
    const member = registry.get('m')
    expect(member?.ready).toBe(false)
    ready.add('m')
    expect(member?.ready).toBe(true)
  })
})
