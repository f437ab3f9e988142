import { describe, expect, it } from '@jest/globals'
import { FINALIZER } from '../../api/names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey, type ObjectKey } from '../../object/object-key.ts'
import type { Change } from '../../runtime/informer.ts'
import { a } from '../../testing/builders.ts'
import { bindingThatWaited, dependentsLeft } from './controller.ts'

const binding = (propagateDeps: boolean, finalizers: readonly string[] = []): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'web-deployment', namespace: 'shop', finalizers },
  spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, propagateDeps },
})
const template = a.deployment({ name: 'web', namespace: 'shop' })
const added: Change = { type: 'added', object: template, initial: true }
const known = (found: Binding | undefined) => ({
  get: (key: ObjectKey) => (formatKey(key) === 'shop/web-deployment' ? found : undefined),
})

describe('a template that has come', () => {
  it.each<{ name: string; change: Change; found: Binding | undefined; want: string | undefined }>([
    {
      name: 'has its binding looked at that was known before',
      change: added,
      found: binding(true),
      want: 'shop/web-deployment',
    },
    {
      name: 'also when that took something along before',
      change: added,
      found: binding(false, [FINALIZER.dependencies]),
      want: 'shop/web-deployment',
    },
    { name: 'not one that takes nothing along', change: added, found: binding(false), want: undefined },
    { name: 'none while there is none', change: added, found: undefined, want: undefined },
    {
      name: 'none again when it only changes: the binding tells that',
      change: { type: 'updated', object: template, previous: template },
      found: binding(true),
      want: undefined,
    },
  ])('$name', ({ change, found, want }) => expect(bindingThatWaited(change, known(found))).toBe(want))
})

describe('the binding of what others need', () => {
  const needed = {
    ...binding(false),
    spec: { ...binding(false).spec, requiredBy: [{ namespace: 'shop', name: 'web-deployment' }] },
  }
  it.each<{ name: string; change: Change<Binding>; want: readonly string[] }>([
    {
      name: 'has them looked at when it is gone',
      change: { type: 'deleted', object: needed },
      want: ['shop/web-deployment'],
    },
    { name: 'not when it comes', change: { type: 'added', object: needed, initial: false }, want: [] },
    { name: 'nor when nobody needs it', change: { type: 'deleted', object: binding(true) }, want: [] },
  ])('$name', ({ change, want }) => expect(dependentsLeft(change)).toEqual(want))
})
