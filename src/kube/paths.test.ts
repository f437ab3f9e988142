import { describe, expect, it } from '@jest/globals'
import { NAMESPACE, WORK } from '../api/kinds.ts'
import { collectionPath, formatQuery, objectPath, watchQuery, writeQuery } from './paths.ts'

describe('paths', () => {
  it.each([
    {
      name: 'a collection of all namespaces',
      path: collectionPath(WORK, undefined),
      want: '/apis/work.karmada.io/v1alpha1/works',
    },
    {
      name: 'a collection of a namespace',
      path: collectionPath(WORK, 'a'),
      want: '/apis/work.karmada.io/v1alpha1/namespaces/a/works',
    },
    {
      name: 'a cluster-scoped object of the core group',
      path: objectPath(NAMESPACE, { namespace: '', name: 'x' }),
      want: '/api/v1/namespaces/x',
    },
    {
      name: 'a subresource',
      path: objectPath(WORK, { namespace: 'a', name: 'x' }, 'status'),
      want: '/apis/work.karmada.io/v1alpha1/namespaces/a/works/x/status',
    },
    {
      name: 'a name that would climb out of its path',
      path: objectPath(NAMESPACE, { namespace: '', name: '../a?b' }),
      want: '/api/v1/namespaces/..%2Fa%3Fb',
    },
    {
      name: 'an RBAC name with a colon',
      path: objectPath(NAMESPACE, { namespace: '', name: 'system:x' }),
      want: '/api/v1/namespaces/system%3Ax',
    },
  ])('names $name', ({ path, want }) => expect(path).toBe(want))

  it.each([
    { name: 'nothing for nothing', query: formatQuery({ a: undefined }), want: '' },
    { name: 'an escaped selector', query: formatQuery({ labelSelector: 'a=b,c' }), want: '?labelSelector=a%3Db%2Cc' },
    { name: 'the field manager of a write', query: writeQuery('flotilla', {}), want: '?fieldManager=flotilla' },
    {
      name: 'a forced dry run',
      query: writeQuery('f', { force: true, dryRun: true }),
      want: '?fieldManager=f&force=true&dryRun=All',
    },
    {
      name: 'a streaming list from the beginning',
      query: watchQuery({}, { resourceVersion: '', sendInitialEvents: true }),
      want: '?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    },
    {
      name: 'a watch with a selector and an end',
      query: watchQuery({ labelSelector: 'a' }, { resourceVersion: '7', timeoutSeconds: 300 }),
      want: '?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300&labelSelector=a',
    },
  ])('writes $name', ({ query, want }) => expect(query).toBe(want))
})
