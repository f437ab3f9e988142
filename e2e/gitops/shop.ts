import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type AnyObject, eventually, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { CheckedObject } from './tool.ts'

/** The namespace of examples/gitops/repository. */
export const SHOP = 'shop'

export const place = (kind: string, name: string) => ({ kind, name, namespace: SHOP })

/** What the repository has, by the kinds that the members get. */
export const DELIVERED = [
  place('configmap', 'settings'),
  place('deployment', 'web'),
  place('service', 'web'),
  place('ingress', 'web'),
  place('statefulset', 'db'),
  place('service', 'db'),
  place('daemonset', 'agent'),
  place('job', 'migrate'),
  place('cronjob', 'report'),
]

export const BINDING = 'ResourceBinding'

/** A binding as a Kustomization lists it. */
export function bindingOf(name: string): CheckedObject {
  return { apiVersion: 'work.karmada.io/v1alpha2', kind: BINDING, name, namespace: SHOP }
}

const manifest = (name: string, rest: object): string => stringify({ metadata: { name, namespace: SHOP }, ...rest })
const NOWHERE = { nodeSelector: { 'example.com/nowhere': 'true' } }
const CONTAINERS = [{ name: 'main', image: 'nginx:1.29' }]

/** A ConfigMap with a policy of its own. */
export const TAKEN = [
  manifest('taken', {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    spec: {
      resourceSelectors: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'taken' },
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'stuck' },
      ],
      placement: {},
    },
  }),
  manifest('taken', { apiVersion: 'v1', kind: 'ConfigMap', data: { owner: 'the shop' } }),
].join('---\n')

/** What is left of the shop: on the host alone, no policy selects it. */
export const CLOSED = manifest('closed', { apiVersion: 'v1', kind: 'ConfigMap', data: { since: 'today' } })

/** A Job whose pods fit no node and whose time is soon over. */
export const LATE = manifest('late', {
  apiVersion: 'batch/v1',
  kind: 'Job',
  spec: {
    activeDeadlineSeconds: 1,
    template: { spec: { restartPolicy: 'Never', containers: CONTAINERS, ...NOWHERE } },
  },
})

const labels = { app: 'stuck' }

/** A Deployment whose pods fit no node. */
export const STUCK = manifest('stuck', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: {
    replicas: 1,
    progressDeadlineSeconds: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: CONTAINERS, ...NOWHERE } },
  },
})

export function hasExceededDeadline({ status }: AnyObject): boolean {
  return status?.conditions?.some((each: AnyObject) => each.reason === 'ProgressDeadlineExceeded') === true
}

/** @returns the keys of an object's labels and annotations. */
export function metadataKeys({ metadata }: AnyObject): readonly string[] {
  return [...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})]
}

export function imageOf({ spec }: AnyObject): string {
  return spec.template.spec.containers[0].image
}

/** Does what an ingress controller in each member would: without an address an Ingress is not healthy. */
export async function publishIngress(members: readonly ControlPlane[]): Promise<void> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${SHOP}/ingresses/web/status`
  for (const [index, member] of members.entries()) {
    const body = { status: { loadBalancer: { ingress: [{ ip: `192.0.2.${index + 1}` }] } } }
    await member.request(path, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })
  }
}

const STEADY_MS = 4_000

/** The same, once nothing of it has changed for a while: controllers may have something to add to what has just arrived. */
export async function steadyVersions(
  host: ControlPlane,
  members: readonly ControlPlane[],
): Promise<Readonly<Record<string, string>>> {
  let last = ''
  return eventually('nothing is written any more', async () => {
    const now = await versions(host, members)
    const isSteady = JSON.stringify(now) === last
    last = JSON.stringify(now)
    if (isSteady) return now
    await sleep(STEADY_MS)
    return undefined
  })
}

/** @returns the version of everything that was delivered, by cluster, and of the bindings: it changes with any write. */
export async function versions(
  host: ControlPlane,
  members: readonly ControlPlane[],
): Promise<Readonly<Record<string, string>>> {
  const looks = [host, ...members].flatMap(cluster => DELIVERED.map(look => ({ cluster, look })))
  const bindings = DELIVERED.map(({ kind, name }) => ({ cluster: host, look: place('rb', `${name}-${kind}`) }))
  const entries = await Promise.all(
    [...looks, ...bindings].map(async ({ cluster, look }) => {
      const object = await readObject(cluster, look)
      return [`${cluster.name} ${look.kind}/${look.name}`, object === undefined ? 'missing' : writesOf(object)] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** The version of an object, and who has written it when: what a comparison of versions has to tell when it fails. */
function writesOf({ metadata }: AnyObject): string {
  const writers = metadata.managedFields.map(
    ({ manager, operation, subresource = 'main', time }: AnyObject) => `${time} ${manager} ${operation} ${subresource}`,
  )
  return [metadata.resourceVersion, ...writers.toSorted()].join('\n')
}
