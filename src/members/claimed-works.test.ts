import { describe, expect, it } from '@jest/globals'
import type { Change } from '../runtime/informer.ts'
import { a } from '../testing/builders.ts'
import { claimedWorks } from './claimed-works.ts'

const OWN = 'karmada-es-m1'
const naming = (namespace: string, name = 'w') =>
  a.configMap({ name: 'a', annotations: { 'work.karmada.io/namespace': namespace, 'work.karmada.io/name': name } })
const added = (object: Change['object']): Change => ({ type: 'added', object, initial: false })
const updated = (previous: Change['object'], object: Change['object']): Change => ({
  type: 'updated',
  object,
  previous,
})

describe('an object of a member', () => {
  it.each<{ name: string; change: Change; want: readonly string[] }>([
    { name: 'that is new concerns the Work it names', change: added(naming(OWN)), want: ['karmada-es-m1/w'] },
    { name: 'that went does, too', change: { type: 'deleted', object: naming(OWN) }, want: ['karmada-es-m1/w'] },
    {
      name: 'that stays with its Work tells it once',
      change: updated(naming(OWN), naming(OWN)),
      want: ['karmada-es-m1/w'],
    },
    {
      name: 'that names another of its member concerns both',
      change: updated(naming(OWN), naming(OWN, 'v')),
      want: ['karmada-es-m1/v', 'karmada-es-m1/w'],
    },
    {
      name: "that names another member's still concerns the one it had",
      change: updated(naming(OWN), naming('karmada-es-m2')),
      want: ['karmada-es-m1/w'],
    },
    {
      name: 'that names none any more does, too',
      change: updated(naming(OWN), a.configMap({ name: 'a' })),
      want: ['karmada-es-m1/w'],
    },
  ])('$name', ({ change, want }) => expect(claimedWorks(OWN, change)).toEqual(want))

  it.each([
    { claim: "another member's Work", object: naming('karmada-es-m2') },
    { claim: 'a Work of another namespace', object: naming('default') },
    { claim: 'no Work', object: a.configMap({ name: 'a' }) },
  ])("is told of nobody's when it claims to be of $claim", ({ object }) => {
    expect(claimedWorks(OWN, added(object))).toEqual([])
  })
})
