import { describe, expect, it } from '@jest/globals'
import type { Gvk } from '../object/gvk.ts'
import type { Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { a } from '../testing/builders.ts'
import { newUnservedKinds } from './unserved-kinds.ts'

const POLL_MS = 15_000
const policy = a.policy({ name: 'p', metadata: { uid: 'u', generation: 1 } })
const misspelt = { group: 'apps', version: 'v2', kind: 'Deployment' }
const later = { group: 'example.com', version: 'v1', kind: 'Ledger' }

function newKinds() {
  const messages: string[] = []
  const recorder: Recorder = {
    event: (...[, type, reason, message]) => void messages.push(`${type} ${reason}: ${message}`),
  }
  let nowMs = 0
  const kinds = newUnservedKinds({ recorder, clock: { monotonicMs: () => nowMs } })
  const lookFor = (ms: number, unserved: readonly Gvk[], of: Policy = policy): number => {
    const before = messages.length
    for (let passed = 0; passed <= ms; passed += POLL_MS) {
      kinds.look(of, unserved)
      nowMs += POLL_MS
    }
    return messages.length - before
  }
  return { messages, kinds, lookFor }
}

describe('kinds that a policy selects and the host does not serve', () => {
  it('are told on the policy, all of them at once', () => {
    const { messages, lookFor } = newKinds()
    lookFor(POLL_MS, [misspelt, later, misspelt])
    expect(messages).toEqual([
      'Warning KindNotServed: The host does not serve apps/v2 Deployment, example.com/v1 Ledger, or not so that it can be watched: nothing of it is propagated until it does',
    ])
  })

  it('are not told where they come soon, one after the other', () => {
    const { messages, lookFor } = newKinds()
    lookFor(0, [misspelt, later])
    lookFor(0, [])
    expect(lookFor(0, [later])).toBe(0)
    expect(messages).toEqual([])
  })

  it('are told again after some minutes, and each hour, since events are dropped and expire', () => {
    const { lookFor } = newKinds()
    expect(lookFor(240_000, [later])).toBe(1)
    expect(lookFor(120_000, [later])).toBe(1)
    expect(lookFor(3 * 3_600_000, [later])).toBe(3)
  })

  it('are told of a policy that was changed, or made again', () => {
    const { kinds, lookFor } = newKinds()
    expect(lookFor(POLL_MS, [later])).toBe(1)
    for (const metadata of [{ generation: 2 }, { uid: 'another' }])
      expect(lookFor(POLL_MS, [later], { ...policy, metadata: { ...policy.metadata, ...metadata } })).toBe(1)
    kinds.forget(formatKey(keyOf(policy)))
    expect(lookFor(POLL_MS, [later])).toBe(1)
  })

  it('are quoted in one line, and not longer than anybody reads', () => {
    const { messages, lookFor } = newKinds()
    const many = Array.from({ length: 30 }, (_, index) => ({ ...later, kind: `${index}${'\u001b'.repeat(5000)}` }))
    lookFor(POLL_MS, [{ group: '', version: 'v1\n---\n', kind: 'x\u001b' }, ...many])
    expect(messages[0]).toContain(String.raw`v1 --- x\u001b`)
    expect(messages[0]).not.toMatch(/\p{Cc}/u)
    expect(messages[0]).toContain(' and 26 more, or not so')
    expect(messages[0]?.length).toBeLessThan(1000)
  })
})
