import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { Component } from './control-plane.ts'
import { KWOK_ANNOTATION } from './nodes.ts'
import type { BinaryName } from './recipes.ts'
import type { ProcessSpec } from './supervisor.ts'

/** What a cluster is made of; all of it survives in a state file. */
export interface ClusterConfig {
  readonly name: string
  readonly components: readonly Component[]
  /** Controllers to run; `*` for all. */
  readonly controllers: readonly string[]
  /** Certificates, keys, kubeconfigs and logs. */
  readonly directory: string
  /** Where the apiserver listens. */
  readonly address: string
  readonly port: number
  readonly etcdUrl: string
  /** Bearer tokens by user. */
  readonly tokens: Readonly<Record<ClusterUser, string>>
  /** Second byte of the pods' and Services' ranges (10.x and 10.x+64), so that no two clusters overlap. */
  readonly network: number
  /** Adds flags to the apiserver's. */
  readonly apiserverFlags: readonly string[]
  /** Its nodes with a kubelet: what each is called, and its token. */
  readonly realNodes: readonly { readonly name: string; readonly token: string }[]
}

/** Who talks to an apiserver: people as admin, and each component as itself. */
export const CLUSTER_USERS = ['admin', 'controller-manager', 'scheduler', 'kwok', 'kube-proxy'] as const

export type ClusterUser = (typeof CLUSTER_USERS)[number]

/** The user names and groups that RBAC knows the components by. */
const IDENTITIES: Readonly<Record<ClusterUser, { readonly user: string; readonly group: string }>> = {
  admin: { user: 'admin', group: 'system:masters' },
  'controller-manager': { user: 'system:kube-controller-manager', group: 'system:authenticated' },
  scheduler: { user: 'system:kube-scheduler', group: 'system:authenticated' },
  kwok: { user: 'kwok', group: 'system:masters' },
  'kube-proxy': { user: 'system:kube-proxy', group: 'system:authenticated' },
}

/** What a dedicated host runs: enough for namespaces to go away, owners to be followed and ServiceAccounts to exist. */
export const DEDICATED_CONTROLLERS = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
]

/** Client-side limits of the components, so that members are not what a test waits for. */
const CLIENT_RATE = ['--kube-api-qps=500', '--kube-api-burst=1000']

/** Logs and exec reach a kubelet by its node's address: there is no DNS. */
const REAL_NODE_FLAGS = ['--kubelet-preferred-address-types=InternalIP']

/** The address that fake nodes report; nothing listens there. */
const NODE_IP = '10.0.0.1'

/** @returns the lines of an apiserver's token file. */
export function renderTokens({ tokens, realNodes }: Pick<ClusterConfig, 'tokens' | 'realNodes'>): string {
  const users = CLUSTER_USERS.map(name => ({ token: tokens[name], ...IDENTITIES[name] }))
  const nodes = realNodes.map(({ name, token }) => ({ token, user: `system:node:${name}`, group: 'system:nodes' }))
  return [...users, ...nodes].map(({ token, user, group }) => `${token},${user},${user},"${group}"\n`).join('')
}

/** @returns the kubeconfig file of a user of the cluster. */
export function kubeconfigFile({ directory }: ClusterConfig, user: ClusterUser): string {
  return join(directory, `${user}.kubeconfig`)
}

/** @returns the log file of a component. */
export function logFile({ directory }: ClusterConfig, component: Component): string {
  return join(directory, `${component}.log`)
}

/** @returns the name under which a supervisor knows a cluster's component. */
export function processName({ name }: Pick<ClusterConfig, 'name'>, component: Component): string {
  return `${name}/${component}`
}

/** @returns the programs that the components need. */
export function binariesOf(components: readonly Component[]): readonly BinaryName[] {
  return components.map(component => (component === 'kwok' ? 'kwok' : (`kube-${component}` as const)))
}

/** @returns how a component of the cluster is started. */
export function componentSpec(config: ClusterConfig, component: Component, binaries: Binaries): ProcessSpec {
  const [binary = 'kube-apiserver'] = binariesOf([component])
  return {
    name: processName(config, component),
    command: binaries.path(binary),
    args: componentArguments(config, component, binaries.kwokStages),
    logFile: logFile(config, component),
  }
}

function componentArguments(config: ClusterConfig, component: Component, stages: readonly string[]): readonly string[] {
  switch (component) {
    case 'apiserver':
      return apiserverArguments(config)
    case 'controller-manager':
      return controllerManagerArguments(config)
    case 'scheduler':
      return [
        `--kubeconfig=${kubeconfigFile(config, 'scheduler')}`,
        '--secure-port=0',
        '--leader-elect=false',
        ...CLIENT_RATE,
      ]
    case 'kwok':
      return kwokArguments(config, stages)
  }
}

function apiserverArguments(config: ClusterConfig): readonly string[] {
  const { directory, port, etcdUrl, name } = config
  const key = join(directory, 'service-account.key')
  // Without the controller that makes ServiceAccounts no Pod could be created.
  const accounts = config.components.includes('controller-manager')
    ? []
    : ['--disable-admission-plugins=ServiceAccount']
  return [
    `--etcd-servers=${etcdUrl}`,
    `--etcd-prefix=/${name}`,
    `--bind-address=${config.address}`,
    `--advertise-address=${config.address}`,
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'certificates')}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    `--service-cluster-ip-range=10.${config.network + 64}.0.0/16`,
    // Loopback is no address for the endpoints of the Service `kubernetes`; only real nodes need them.
    ...(config.realNodes.length === 0 ? ['--endpoint-reconciler-type=none'] : REAL_NODE_FLAGS),
    '--profiling=false',
    ...accounts,
    ...config.apiserverFlags,
  ]
}

function controllerManagerArguments(config: ClusterConfig): readonly string[] {
  const { directory, controllers, network } = config
  return [
    `--kubeconfig=${kubeconfigFile(config, 'controller-manager')}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--controllers=${controllers.join()}`,
    `--service-account-private-key-file=${join(directory, 'service-account.key')}`,
    `--root-ca-file=${join(directory, 'certificates', 'apiserver.crt')}`,
    `--cluster-cidr=10.${network}.0.0/16`,
    '--allocate-node-cidrs=false',
    '--profiling=false',
    ...CLIENT_RATE,
  ]
}

function kwokArguments(config: ClusterConfig, stages: readonly string[]): readonly string[] {
  return [
    `--kubeconfig=${kubeconfigFile(config, 'kwok')}`,
    ...stages.map(stage => `--config=${stage}`),
    `--manage-nodes-with-annotation-selector=${KWOK_ANNOTATION}=fake`,
    '--node-lease-duration-seconds=40',
    `--node-ip=${NODE_IP}`,
    `--cidr=10.${config.network}.0.1/16`,
  ]
}
