import { expect, it } from '@jest/globals'
import { templateTarget } from './template-target.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

it.each([
  { name: 'namespaced', resource: { ...resource, namespace: 'shop', uid: 'u1', resourceVersion: '7' } },
  { name: 'cluster-scoped, its uid not known yet', resource },
])('events about a template are addressed by what its binding says of it: $name', ({ resource: given }) => {
  const { resourceVersion: _version, ...want } = { resourceVersion: undefined, ...given }
  expect(templateTarget({ spec: { resource: given } })).toEqual(want)
})
