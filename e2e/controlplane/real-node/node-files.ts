import { stringify } from 'yaml'

/** Where a node stands: decided when its fleet is made. */
export interface RealNodeConfig {
  /** Its name in the cluster. */
  readonly name: string
  /** Everything it writes; its containerd's socket is there too. */
  readonly directory: string
  /** Its end of the link to the fleet's bridge. */
  readonly address: string
  /** The bridge's own address, where the apiservers listen. */
  readonly gateway: string
  readonly bridge: string
  /** The bridge's end of the link; 14 characters at most. */
  readonly link: string
  /** Addresses of its pods. */
  readonly podCidr: string
  /** The other nodes of its cluster, whose pods its own pods reach. */
  readonly peers: readonly Pick<RealNodeConfig, 'address' | 'podCidr'>[]
  /** Its cgroup in every hierarchy; unique on the machine. */
  readonly cgroup: string
}

/** The programs and files that a node is started with. */
export interface NodePaths {
  /** Folder of bridge, host-local and loopback. */
  readonly networkPlugins: string
  readonly runc: string
}

/** The image of the container that holds a pod's namespaces, and of test workloads (binaries/workload/main.go). */
export const WORKLOAD_IMAGE = 'localhost/workload:1'

/** @returns the socket of the node's containerd: a unix socket's path has 107 characters at most. */
export function containerdSocket({ directory }: Pick<RealNodeConfig, 'directory'>): string {
  return `${directory}/containerd.sock`
}

/** @returns the files that the node's programs read, by their names in its directory; kubeconfigs are not among them. */
export function nodeFiles(config: RealNodeConfig, paths: NodePaths): Readonly<Record<string, string>> {
  return {
    'containerd.toml': containerdToml(config, paths),
    'kubelet.yaml': stringify(kubeletConfiguration(config)),
    'kube-proxy.yaml': stringify(proxyConfiguration(config)),
    'cni/10-pods.conflist': JSON.stringify(networkConfiguration(config)),
    // Nothing outside of this machine is asked, and the answer is there at once.
    'resolv.conf': 'nameserver 127.0.0.1\noptions attempts:1 timeout:1\n',
  }
}

/** Without CAP_SYS_RESOURCE the kernel refuses a smaller oom_score_adj than one's own: containerd must not ask for it. */
function containerdToml(config: RealNodeConfig, { networkPlugins, runc }: NodePaths): string {
  const text = (value: string): string => JSON.stringify(value)
  return `version = 3
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.tracing.processor.v1.otlp']
[grpc]
  address = ${text(containerdSocket(config))}
[ttrpc]
  address = ${text(`${containerdSocket(config)}.ttrpc`)}
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = ${text(WORKLOAD_IMAGE)}
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = [${text(networkPlugins)}]
  conf_dir = ${text(`${config.directory}/cni`)}
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = ${text(runc)}
  SystemdCgroup = false
`
}

/** The node lends what the machine has: neither a full disk nor a machine that swaps is a reason to refuse pods. */
function kubeletConfiguration({ directory }: RealNodeConfig): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${containerdSocket({ directory })}`,
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    resolvConf: `${directory}/resolv.conf`,
    // Only this machine reaches it; the apiserver is not asked who asks for logs.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
  }
}

/** The limits of connection tracking belong to the machine and stay as they are. */
function proxyConfiguration({ name, directory, podCidr }: RealNodeConfig): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    hostnameOverride: name,
    clusterCIDR: podCidr,
    clientConnection: { kubeconfig: `${directory}/kube-proxy.kubeconfig` },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  }
}

function networkConfiguration({ podCidr }: RealNodeConfig): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
    ],
  }
}
