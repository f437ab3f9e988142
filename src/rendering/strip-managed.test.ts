import { expect, it } from '@jest/globals'
import { frozenObject } from '../testing/frozen-object.ts'
import { stripManaged } from './strip-managed.ts'

const labels = {
  'karmada.io/managed': 'true',
  'work.karmada.io/permanent-id': 'w',
  'resourcebinding.karmada.io/permanent-id': 'b',
  'clusterresourcebinding.karmada.io/permanent-id': 'b',
  'propagationpolicy.karmada.io/permanent-id': 'p',
  'clusterpropagationpolicy.karmada.io/permanent-id': 'p',
}
const annotations = Object.fromEntries(
  [
    'resourcetemplate.karmada.io/managed-annotations',
    'resourcetemplate.karmada.io/managed-labels',
    'resourcetemplate.karmada.io/uid',
    'resourcetemplate.karmada.io/generation',
    'work.karmada.io/namespace',
    'work.karmada.io/name',
    'resourcebinding.karmada.io/namespace',
    'resourcebinding.karmada.io/name',
    'clusterresourcebinding.karmada.io/name',
    'propagationpolicy.karmada.io/namespace',
    'propagationpolicy.karmada.io/name',
    'clusterpropagationpolicy.karmada.io/name',
    'flotilla.dev/applied-digest',
  ].map(key => [key, 'x']),
)

it('takes off all that ties an object to us, and nothing else', () => {
  const own = { labels: { app: 'a' }, annotations: { note: 'n', 'work.karmada.io/conflict-resolution': 'overwrite' } }
  const object = frozenObject('v1 ConfigMap', {
    metadata: {
      labels: { ...labels, ...own.labels },
      annotations: { ...annotations, ...own.annotations },
      resourceVersion: '3',
    },
    data: { a: 'b' },
  })
  expect(stripManaged(object)).toEqual(
    frozenObject('v1 ConfigMap', { metadata: { ...own, resourceVersion: '3' }, data: { a: 'b' } }),
  )
})

it.each([{}, { labels: { app: 'a' } }, { annotations: { note: 'n' } }])(
  'is the same object when it has nothing of ours: %j',
  metadata => {
    const object = frozenObject('v1 ConfigMap', { metadata })
    expect(stripManaged(object)).toBe(object)
  },
)
