import { describe, expect, it } from '@jest/globals'
import { planHost, planMembers, toClusterConfig } from './cluster-config.ts'
import { componentSpec, renderTokens } from './components.ts'

describe('planHost', () => {
  it.each([
    { name: 'a dedicated host', host: undefined, components: ['apiserver', 'controller-manager'], nodes: 0 },
    {
      name: 'an ordinary host',
      host: 'ordinary',
      components: ['apiserver', 'controller-manager', 'scheduler', 'kwok'],
      nodes: 2,
    },
  ] as const)('$name', ({ host, components, nodes }) => {
    const plan = planHost(host === undefined ? {} : { host })
    expect(plan.components).toEqual(components)
    expect(plan.nodes.count).toBe(nodes)
  })
})

describe('planMembers', () => {
  it.each([
    { name: 'two by default', members: undefined, want: ['member1', 'member2'] },
    { name: 'any number', members: 3, want: ['member1', 'member2', 'member3'] },
    { name: 'by name', members: ['east', { name: 'west' }], want: ['east', 'west'] },
    { name: 'none', members: 0, want: [] },
  ])('$name', ({ members, want }) => {
    expect(planMembers(members === undefined ? {} : { members }).map(plan => plan.name)).toEqual(want)
  })

  it('gives no nodes to a member without kwok', () => {
    const [plan] = planMembers({ members: [{ name: 'bare', components: ['apiserver'] }], nodes: { count: 5 } })
    expect(plan?.nodes.count).toBe(0)
  })
})

describe('components', () => {
  const place = { directory: '/fleet', etcdUrl: 'http://127.0.0.1:1', port: 2 }
  const [plan] = planMembers({ members: [{ name: 'east', apiserverFlags: ['--v=4'] }] })
  const binaries = { path: (name: string) => `/bin/${name}`, kwokStages: ['/stages/a.yaml'] }
  if (plan === undefined) throw new Error('no plan')
  const config = toClusterConfig(plan, { ...place, index: 1 })

  it('keep clusters apart in etcd and in their networks', () => {
    const { command, args } = componentSpec(config, 'apiserver', binaries)
    expect(command).toBe('/bin/kube-apiserver')
    expect(args).toEqual(
      expect.arrayContaining(['--etcd-prefix=/east', '--service-cluster-ip-range=10.65.0.0/16', '--v=4']),
    )
  })

  it('without controllers, Pods need no ServiceAccount', () => {
    const bare = componentSpec({ ...config, components: ['apiserver'] }, 'apiserver', binaries)
    expect(bare.args).toContain('--disable-admission-plugins=ServiceAccount')
    expect(componentSpec(config, 'apiserver', binaries).args).not.toContain(
      '--disable-admission-plugins=ServiceAccount',
    )
  })

  it('every stage is given to kwok', () => {
    expect(componentSpec(config, 'kwok', binaries).args).toContain('--config=/stages/a.yaml')
  })

  it('each user has its own token and group', () => {
    const tokens = { admin: 'a', 'controller-manager': 'b', scheduler: 'c', kwok: 'd', 'kube-proxy': 'e' }
    expect(renderTokens({ tokens, realNodes: [{ name: 'east-1', token: 'f' }] }).split('\n')).toEqual([
      'a,admin,admin,"system:masters"',
      'b,system:kube-controller-manager,system:kube-controller-manager,"system:authenticated"',
      'c,system:kube-scheduler,system:kube-scheduler,"system:authenticated"',
      'd,kwok,kwok,"system:masters"',
      'e,system:kube-proxy,system:kube-proxy,"system:authenticated"',
      'f,system:node:east-1,system:node:east-1,"system:nodes"',
      '',
    ])
  })
})
