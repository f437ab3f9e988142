import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { a } from '../testing/builders.ts'
import { type ActivationInput, decideActivation, lazyMark } from './activation.ts'

const LATER = '2026-02-01T00:00:00Z'
const lazy = a.policy({ spec: { activationPreference: 'Lazy' } })
const laterLazy = a.policy({ spec: { activationPreference: 'Lazy' }, metadata: { creationTimestamp: LATER } })
const template = a.deployment()
const edited = a.deployment({ replicas: 5 })
const claimed = a.deployment({
  labels: { 'propagationpolicy.karmada.io/permanent-id': 'p1' },
  annotations: { 'propagationpolicy.karmada.io/name': 'policy' },
  metadata: { generation: 7, resourceVersion: '9' },
})

const decide = (input: Partial<ActivationInput>) =>
  decideActivation({ template, policy: lazy, existing: undefined, byPolicy: false, ...input })
/** What is recorded of a template that waits. */
const { digest = '' } = decide({ byPolicy: true })
const boundWith = (annotations: Readonly<Record<string, string>>): Binding => a.binding({ annotations })
const waiting = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...lazyMark(digest) } },
})

// spec/behaviour/propagation.md §4
describe('decideActivation', () => {
  it.each<{ name: string; input: Partial<ActivationInput>; want: object }>([
    {
      name: 'a policy that is not lazy counts at once',
      input: { policy: a.policy(), byPolicy: true },
      want: { type: 'apply' },
    },
    { name: 'a template that is made after the policy goes at once', input: {}, want: { type: 'apply', digest } },
    {
      name: 'one that the policy finds waits, and is marked',
      input: { byPolicy: true },
      want: { type: 'wait', digest, mark: 'template' },
    },
    {
      name: 'one that is older than the policy, found at start, too',
      input: { policy: laterLazy },
      want: { type: 'wait', digest, mark: 'template' },
    },
    { name: 'it waits on, through restarts', input: { template: waiting(template) }, want: { type: 'wait', digest } },
    {
      name: 'the claim is no change of the user',
      input: { template: waiting(claimed) },
      want: { type: 'wait', digest },
    },
    {
      name: 'a binding that is there stays as it is, and is marked',
      input: { existing: boundWith({}) },
      want: { type: 'wait', digest, mark: 'binding' },
    },
    {
      name: 'also when the policy changes',
      input: { existing: boundWith(lazyMark(digest)), byPolicy: true },
      want: { type: 'wait', digest },
    },
  ])('$name', ({ input, want }) => expect(decide(input)).toEqual(want))

  it.each([
    { name: 'without a binding', input: { template: waiting(edited) } },
    { name: 'with one', input: { template: edited, existing: boundWith(lazyMark(digest)) } },
    {
      name: 'a label is one',
      input: { template: a.deployment({ labels: { tier: 'gold' } }), existing: boundWith(lazyMark(digest)) },
    },
  ])('the next change of the user counts: $name', ({ input }) => {
    const activation = decide(input)
    expect(activation.type).toBe('apply')
    expect(activation.digest).not.toBe(digest)
  })
})
