import { expect, it } from '@jest/globals'
import { sortOf } from './request-sorts.ts'

it.each([
  ['GET', '/readyz?verbose', 'probe'],
  ['GET', '/version', 'probe'],
  ['GET', '/api', 'discovery'],
  ['GET', '/apis/apps/v1', 'discovery'],
  ['GET', '/openapi/v3', 'discovery'],
  ['GET', '/api/v1/nodes?limit=200', 'list'],
  ['GET', '/api/v1/namespaces', 'list'],
  ['GET', '/apis/apps/v1/namespaces/a/deployments', 'list'],
  ['GET', '/api/v1/namespaces/kube-system', 'get'],
  ['GET', '/api/v1/namespaces/a/configmaps/b', 'get'],
  ['GET', '/api/v1/configmaps?watch=true&resourceVersion=7', 'watch'],
  ['GET', '/api/v1/configmaps?watch=1', 'watch'],
  ['GET', '/api/v1/configmaps?watch=false', 'list'],
  ['PATCH', '/api/v1/namespaces/a/configmaps/b', 'write'],
  ['DELETE', '/api/v1/namespaces/a/configmaps/b', 'write'],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'review'],
] as const)('%s %s is a %s', (method, path, sort) => expect(sortOf(method, path)).toBe(sort))
