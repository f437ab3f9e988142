import { expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { serviceImport } from './service-import.ts'

it('takes its derived Service along, and the endpoints of that (propagation.md §7)', () => {
  const object = frozenObject('multicluster.x-k8s.io/v1alpha1 ServiceImport', {
    metadata: { name: 'serve', namespace: 'shop' },
  })
  expect(serviceImport.getDependencies?.(object)).toEqual([
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace: 'shop',
      labelSelector: { matchLabels: { 'kubernetes.io/service-name': 'derived-serve' } },
    },
    { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'derived-serve' },
  ])
})
