import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { EventLedger } from './event-ledger.ts'

const MINUTE_MS = 60_000
const nginx = a.deployment({ name: 'nginx' })
const changed = (generation: number) => ({ ...nginx, metadata: { ...nginx.metadata, generation } })
const event = (message: string) => ({ type: 'Normal', reason: 'Synced', message }) as const

describe('equal events', () => {
  it('within ten minutes of the last are one, with a count', () => {
    const ledger = new EventLedger()
    ledger.record(nginx, event('m'), { nowMs: 0 })
    ledger.record(nginx, event('m'), { nowMs: 9 * MINUTE_MS })
    expect(ledger.record(nginx, event('m'), { nowMs: 18 * MINUTE_MS })).toMatchObject({
      type: 'raised',
      entry: { count: 3, firstMs: 0, lastMs: 18 * MINUTE_MS },
    })
    for (const { key, count } of ledger.unsent()) ledger.sent(key, { name: 'nginx.1', count, nowMs: 18 * MINUTE_MS })
    expect(ledger.record(nginx, event('m'), { nowMs: 28 * MINUTE_MS })).toMatchObject({
      type: 'new',
      entry: { count: 1 },
    })
  })

  it('are one however long it waits to be sent', () => {
    const ledger = new EventLedger()
    ledger.record(nginx, event('m'), { nowMs: 0 })
    expect(ledger.record(nginx, event('m'), { nowMs: 28 * MINUTE_MS })).toMatchObject({
      type: 'raised',
      entry: { count: 2, firstMs: 0 },
    })
  })

  it('are counted where there is no room for a new one, which takes nothing of its share', () => {
    const ledger = new EventLedger()
    ledger.record(nginx, event('m'), { nowMs: 0 })
    const full = { nowMs: 1, isFull: true }
    expect(ledger.record(nginx, event('m'), full)).toMatchObject({ type: 'raised', entry: { count: 2 } })
    for (const message of ['1', '2', '3']) {
      expect(ledger.record(nginx, event(message), full)).toEqual({ type: 'dropped', why: 'overflow' })
    }
    const types = ['1', '2', '3'].map(message => ledger.record(nginx, event(message), { nowMs: 2 }).type)
    expect(types).toEqual(['new', 'new', 'dropped'])
  })

  it('of two objects are two', () => {
    const ledger = new EventLedger()
    expect(ledger.record(nginx, event('m'), { nowMs: 0 }).type).toBe('new')
    expect(ledger.record(a.deployment({ name: 'other' }), event('m'), { nowMs: 0 }).type).toBe('new')
  })

  it('keep what was sent apart from what was counted meanwhile', () => {
    const ledger = new EventLedger()
    const recorded = ledger.record(nginx, event('m'), { nowMs: 0 })
    const key = recorded.type === 'dropped' ? '' : recorded.entry.key
    ledger.record(nginx, event('m'), { nowMs: 5 })
    ledger.sent(key, { name: 'nginx.1', count: 1, nowMs: 10 })
    expect(ledger.unsent()).toMatchObject([{ count: 2, sentCount: 1, name: 'nginx.1' }])
    ledger.sent(key, { name: 'nginx.1', count: 2, nowMs: 20 })
    expect(ledger.unsent()).toEqual([])
  })
})

describe('different events of one object', () => {
  it('are at most three for one change', () => {
    const ledger = new EventLedger()
    const types = ['1', '2', '3', '4', '5'].map(message => ledger.record(nginx, event(message), { nowMs: 0 }).type)
    expect(types).toEqual(['new', 'new', 'new', 'dropped', 'dropped'])
    expect(ledger.record(changed(2), event('4'), { nowMs: 0 }).type).toBe('new')
  })

  it('a warning is told after three that all is well', () => {
    const ledger = new EventLedger()
    for (const message of ['1', '2', '3']) ledger.record(nginx, event(message), { nowMs: 0 })
    expect(ledger.record(nginx, { ...event('m'), type: 'Warning' }, { nowMs: 0 }).type).toBe('new')
  })

  it('may be one more each minute without a change', () => {
    const ledger = new EventLedger()
    for (const message of ['1', '2', '3']) ledger.record(nginx, event(message), { nowMs: 0 })
    const at = (ms: number, message: string) => ledger.record(nginx, event(message), { nowMs: ms }).type
    expect([at(59_999, 'a'), at(60_000, 'b'), at(61_000, 'c'), at(120_000, 'd')]).toEqual([
      'dropped',
      'new',
      'dropped',
      'new',
    ])
    expect([at(600_000, 'e'), at(600_000, 'f'), at(600_000, 'g'), at(600_000, 'h')]).toEqual([
      'new',
      'new',
      'new',
      'dropped',
    ])
  })

  it('are three however the object is named: a target does not say which change it is', () => {
    const ledger = new EventLedger()
    const { uid = '' } = nginx.metadata
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'nginx', uid }
    const typeOf = (about: typeof target | typeof nginx, message: string) =>
      ledger.record(about, event(message), { nowMs: 0 }).type
    const first = [
      typeOf(target, '1'),
      typeOf(nginx, '2'),
      typeOf(target, '3'),
      typeOf(nginx, '4'),
      typeOf(target, '5'),
    ]
    expect(first).toEqual(['new', 'new', 'new', 'dropped', 'dropped'])
    expect([typeOf(changed(2), '6'), typeOf(target, '7')]).toEqual(['new', 'new'])
  })

  it('named only by a target share its budget', () => {
    const ledger = new EventLedger()
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'ns', name: 'x' }
    const types = ['1', '2', '3', '4'].map(message => ledger.record(target, event(message), { nowMs: 0 }).type)
    expect(types).toEqual(['new', 'new', 'new', 'dropped'])
  })
})

describe('limits', () => {
  it('forget the oldest entries', () => {
    const ledger = new EventLedger({ memory: 2 })
    for (const name of ['a', 'b', 'c']) ledger.record(a.deployment({ name }), event('m'), { nowMs: 0 })
    expect(ledger.unsent().map(({ about }) => about.name)).toEqual(['b', 'c'])
  })

  it('show in messages what cannot be read', () => {
    const recorded = new EventLedger().record(nginx, event('x\u001b[2J is never propagated'), { nowMs: 0 })
    expect(recorded).toMatchObject({ entry: { message: 'x\\u001b[2J is never propagated' } })
  })

  it('shorten messages to what the API takes', () => {
    const recorded = new EventLedger().record(nginx, event('x'.repeat(5000)), { nowMs: 0 })
    expect(recorded.type === 'dropped' ? 0 : recorded.entry.message.length).toBe(1024)
  })
})
