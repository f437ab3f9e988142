import { describe, expect, it } from '@jest/globals'
import { KindControlPlane, parseCluster } from './kind-control-plane.ts'
import { renderKubeconfig } from './kubeconfig.ts'

describe('parseCluster', () => {
  it('reads address and CA', () => {
    const endpoint = { url: 'https://127.0.0.1:6443', ca: 'PEM\n', token: 't' }
    expect(parseCluster(renderKubeconfig('east', endpoint))).toEqual({ url: endpoint.url, ca: endpoint.ca })
  })

  it('refuses a kubeconfig without a cluster', () =>
    expect(() => parseCluster('kind: Config')).toThrow('names no cluster'))
})

describe('what kind cannot do', () => {
  const cluster = new KindControlPlane({ name: 'east', kindName: 'x-east', directory: '/nowhere', engine: 'docker' })

  it.each([
    { name: 'fake nodes', attempt: () => cluster.addNodes() },
    { name: 'a single component', attempt: () => cluster.pause('scheduler') },
    { name: 'a component at start', attempt: () => cluster.kill('apiserver') },
  ])('$name: says so and what to do', async ({ attempt }) => {
    await expect(attempt()).rejects.toThrow('CLUSTER_PROVIDER=local')
  })
})
