import { describe, expect, it } from '@jest/globals'
import type { Recorder } from '../runtime/recorder.ts'
import { a } from '../testing/builders.ts'
import { newUnservedKinds } from './unserved-kinds.ts'

const policy = a.policy({ name: 'p' })
const misspelt = { group: 'apps', version: 'v2', kind: 'Deployment' }
const later = { group: 'example.com', version: 'v1', kind: 'Ledger' }

function newKinds() {
  const messages: string[] = []
  const recorder: Recorder = {
    event: (...[, type, reason, message]) => void messages.push(`${type} ${reason}: ${message}`),
  }
  return { messages, kinds: newUnservedKinds(recorder) }
}

describe('kinds that a policy selects and the host does not serve', () => {
  it('are told on the policy, all of them at once', () => {
    const { messages, kinds } = newKinds()
    kinds.tell(policy, [misspelt, later, misspelt])
    expect(messages).toEqual([
      'Warning KindNotServed: The host does not serve apps/v2 Deployment, example.com/v1 Ledger. What is not misspelt is propagated as soon as it does.',
    ])
  })

  it('are told again when they are others, and not each time somebody looks', () => {
    const { messages, kinds } = newKinds()
    kinds.tell(policy, [later])
    kinds.tell(policy, [later])
    expect(messages).toHaveLength(1)
    kinds.tell(policy, [])
    expect(messages).toHaveLength(1)
    kinds.tell(policy, [later])
    expect(messages).toHaveLength(2)
  })

  it('are told of a policy that was made again', () => {
    const { messages, kinds } = newKinds()
    kinds.tell(policy, [later])
    kinds.tell({ ...policy, metadata: { ...policy.metadata, uid: 'another' } }, [later])
    expect(messages).toHaveLength(2)
    kinds.forget(policy)
    kinds.tell(policy, [later])
    expect(messages).toHaveLength(3)
  })

  it('are quoted in one line, and not longer than anybody reads', () => {
    const { messages, kinds } = newKinds()
    kinds.tell(policy, [{ group: '', version: 'v1\n---\n', kind: '\u001b'.repeat(5000) }])
    expect(messages[0]).toContain(String.raw`v1\n---\n \u001b`)
    expect(messages[0]?.length).toBeLessThan(1000)
  })
})
