import { describe, expect, it } from '@jest/globals'
import { placeRealNodes } from './launch-real-nodes.ts'
import { fleetNetwork } from './network.ts'
import { containerdSocket, nodeFiles } from './node-files.ts'

const nodes = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `east-${n + 1}`, token: 't' }))
const cluster = { name: 'east', directory: '/fleet/east', realNodes: nodes(2) }
const network = fleetNetwork(200)

describe('placeRealNodes', () => {
  it('gives each node of a fleet an address, a link and pods of its own', () => {
    const places = [0, 1].flatMap(index => placeRealNodes(cluster, network, index))
    for (const field of ['address', 'link', 'podCidr'] as const) {
      expect(new Set(places.map(place => place[field])).size).toBe(places.length)
    }
    expect(places[2]).toMatchObject({ name: 'east-1', address: '10.200.0.10', podCidr: '10.200.9.0/24' })
  })

  it('tells each node where the pods of the other nodes of its cluster are, and of no others', () => {
    const places = placeRealNodes({ ...cluster, realNodes: nodes(3) }, network, 1)
    expect(places.map(place => place.peers.map(({ podCidr }) => podCidr))).toEqual([
      ['10.200.10.0/24', '10.200.11.0/24'],
      ['10.200.9.0/24', '10.200.11.0/24'],
      ['10.200.9.0/24', '10.200.10.0/24'],
    ])
  })

  it('keeps the names of links within what the kernel takes, with one letter for the other end', () => {
    const [, last] = placeRealNodes(cluster, fleetNetwork(255), 30)
    expect(last?.link.length).toBeLessThanOrEqual(14)
  })

  it.each([
    { name: 'nine nodes', realNodes: nodes(9), index: 0 },
    { name: 'a cluster beyond the last address', realNodes: nodes(8), index: 31 },
  ])('refuses $name', ({ realNodes, index }) =>
    expect(() => placeRealNodes({ ...cluster, realNodes }, network, index)).toThrow('east'),
  )
})

describe('nodeFiles', () => {
  const [place] = placeRealNodes(cluster, network, 0)
  if (place === undefined) throw new Error('no place')
  const files = nodeFiles(place, { networkPlugins: '/plugins', runc: '/bin/runc' })

  it('lets kubelet and containerd meet at one socket', () => {
    expect(files['containerd.toml']).toContain(`address = "${containerdSocket(place)}"`)
    expect(files['kubelet.yaml']).toContain(`containerRuntimeEndpoint: unix://${containerdSocket(place)}`)
  })

  it('gives pods addresses of the node', () => {
    expect(files['cni/10-pods.conflist']).toContain(place.podCidr)
    expect(files['kube-proxy.yaml']).toContain(`clusterCIDR: ${place.podCidr}`)
  })
})
