import type { NodeGroup } from './control-plane.ts'
import { call, callJson, type Endpoint } from './rest.ts'
import { waitFor } from './wait.ts'

const READY_MS = 180_000

/** Nodes that carry it with the value `fake` are kwok's; others have a kubelet. */
export const KWOK_ANNOTATION = 'kwok.x-k8s.io/node'

/** @returns a Node object that kwok brings to life. */
export function renderNode(name: string, group: NodeGroup): object {
  const { cpu = '32', memory = '128Gi', pods = 110, labels = {}, taints = [] } = group
  const capacity = { cpu, memory, pods: String(pods), 'ephemeral-storage': '100Gi' }
  const wellKnown = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...wellKnown, ...labels }, annotations: { [KWOK_ANNOTATION]: 'fake' } },
    spec: { taints },
    status: { capacity, allocatable: capacity },
  }
}

/** @returns `count` names `<prefix>-<n>` that are not taken, in ascending order. */
export function nextNodeNames(prefix: string, count: number, taken: ReadonlySet<string>): readonly string[] {
  const names: string[] = []
  for (let n = 1; names.length < count; n++) if (!taken.has(`${prefix}-${n}`)) names.push(`${prefix}-${n}`)
  return names
}

/** Creates the nodes of a group and waits until all are Ready. @returns their names. */
export async function addNodes(endpoint: Endpoint, group: NodeGroup): Promise<readonly string[]> {
  const taken = new Set((await listNodes(endpoint)).map(node => node.name))
  const names = nextNodeNames(group.prefix ?? 'node', group.count, taken)
  for (const name of names) await call(endpoint, '/api/v1/nodes', { method: 'POST', body: renderNode(name, group) })
  await awaitReadyNodes(endpoint, names)
  return names
}

/** Resolves when pods can land on all of these nodes. @param hopeless tells why one will never be ready */
export async function awaitReadyNodes(
  endpoint: Endpoint,
  names: readonly string[],
  hopeless: () => string | undefined = () => undefined,
): Promise<void> {
  const allReady = async (): Promise<true | undefined> => {
    const ready = new Set((await listNodes(endpoint)).filter(node => node.ready).map(node => node.name))
    return names.every(name => ready.has(name)) || undefined
  }
  await waitFor(allReady, { until: `nodes ${names.join(', ')} Ready`, timeoutMs: READY_MS, everyMs: 100, hopeless })
}

interface ObservedNode {
  readonly name: string
  readonly ready: boolean
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly spec?: { readonly taints?: readonly { readonly key: string }[] }
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
  }[]
}

const NOT_READY_TAINT = 'node.kubernetes.io/not-ready'

/** A node counts as ready once the controllers have also taken their not-ready taint away: only then pods land on it. */
async function listNodes(endpoint: Endpoint): Promise<readonly ObservedNode[]> {
  const list = (await callJson(endpoint, '/api/v1/nodes')) as NodeList
  return list.items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    ready:
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true &&
      spec?.taints?.some(({ key }) => key === NOT_READY_TAINT) !== true,
  }))
}
