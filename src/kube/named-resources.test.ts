import { describe, expect, it } from '@jest/globals'
import { findResource, type NamedResource, readNamedResources, similarResources } from './named-resources.ts'

const row = (text: string, shortNames: readonly string[] = []): NamedResource => {
  const [apiVersion = '', plural = '', kind = ''] = text.split(' ')
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const names = { plural, kind, singular: kind.toLowerCase(), shortNames, verbs: ['list'] }
  return { group, version, namespaced: true, ...names }
}
const SERVED = [
  row('v1 pods Pod', ['po']),
  row('v1 services Service', ['svc']),
  row('apps/v1 deployments Deployment', ['deploy']),
  row('extensions/v1beta1 deployments Deployment'),
  row('serving.knative.dev/v1 services Service', ['ksvc']),
  row('example.com/v1 policies Policy', ['po']),
]

describe('findResource', () => {
  it.each([
    { word: 'pods', want: 'v1 pods' },
    { word: 'pod', want: 'v1 pods' },
    { word: 'Pod', want: 'v1 pods' },
    { word: 'po', want: 'v1 pods' },
    { word: 'deploy', want: 'apps/v1 deployments' },
    { word: 'deployments.extensions', want: 'extensions/v1beta1 deployments' },
    { word: 'deployment.v1.apps', want: 'apps/v1 deployments' },
    { word: 'service', want: 'v1 services' },
    { word: 'services.serving.knative.dev', want: 'serving.knative.dev/v1 services' },
    { word: 'pots', want: undefined },
    { word: 'pods.apps', want: undefined },
  ])('$word', ({ word, want }) => {
    const found = findResource(SERVED, word)
    const text = found && `${found.group === '' ? '' : `${found.group}/`}${found.version} ${found.plural}`
    expect(text).toBe(want)
  })

  it('tells what comes near', () => {
    expect(similarResources(SERVED, 'serv')).toEqual(['services', 'services.serving.knative.dev'])
  })
})

describe('readNamedResources', () => {
  const aggregated = (group: string, resources: readonly object[]) => ({
    kind: 'APIGroupDiscoveryList',
    items: [{ metadata: { name: group }, versions: [{ version: 'v1', resources }] }],
  })
  const pod = {
    resource: 'pods',
    responseKind: { kind: 'Pod' },
    scope: 'Namespaced',
    singularResource: 'pod',
    shortNames: ['po'],
    verbs: ['list'],
  }

  it('reads the document that has everything', async () => {
    const document = (path: string) => aggregated('', path === '/api' ? [pod] : [])
    const readDocument = async (path: string) => ({ document: document(path), etag: undefined })
    const request = async () => undefined
    const read = await readNamedResources({ readDocument, request }, new AbortController().signal)
    expect(read).toEqual([row('v1 pods Pod', ['po'])])
  })

  it('asks older servers for each version, and does without one that fails', async () => {
    const documents: Record<string, object> = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': { kind: 'APIGroupList', groups: [{ name: 'apps', versions: [{ version: 'v1' }] }] },
    }
    const readDocument = async (path: string) => ({ document: documents[path], etag: undefined })
    const resources = [
      { name: 'pods', kind: 'Pod', namespaced: true, singularName: '', shortNames: ['po'], verbs: ['list'] },
      { name: 'pods/log', kind: 'Pod', namespaced: true },
    ]
    const request = async (_method: string, path: string) => {
      if (path === '/api/v1') return { kind: 'APIResourceList', resources }
      throw new Error('not today')
    }
    const read = await readNamedResources({ readDocument, request }, new AbortController().signal)
    expect(read).toEqual([row('v1 pods Pod', ['po'])])
  })
})
