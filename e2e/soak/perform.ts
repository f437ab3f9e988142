import { apply, eventually } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'
import { joinManifests } from '../joining.ts'
import { propagationPolicy } from '../test-fleet.ts'
import { NAMESPACE, type SoakFleet, type SoakMember } from './soak-fleet.ts'
import type { Step, Template, World } from './world.ts'

export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
const POLICIES = `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/propagationpolicies`
const CLUSTERS = '/apis/cluster.karmada.io/v1alpha1/clusters'
const TAINT = { key: 'soak', effect: 'NoSchedule' }

/** Does on the host, or in a member, what a step says. A server that is away is tried again, as a user would. */
export async function perform(soak: SoakFleet, world: World, step: Step): Promise<void> {
  const { host } = soak
  switch (step.do) {
    case 'put':
      return applyObject(host, pathOf(step.template, step.name), manifestOf(step.name, step.template))
    case 'delete':
      return remove(host, pathOf(templateOf(world, step.name), step.name))
    case 'place':
      return applyObject(host, `${POLICIES}/${step.group}`, policyOf(step.group, step.clusters))
    case 'drop': {
      const selected = [...world.templates].filter(([, { group }]) => group === step.group)
      for (const [name, template] of selected) await remove(host, pathOf(template, name))
      return remove(host, `${POLICIES}/${step.group}`)
    }
    case 'taint':
    case 'untaint': {
      const spec = { taints: step.do === 'taint' ? [TAINT] : [] }
      return persist(host, `${CLUSTERS}/${step.cluster}`, { method: 'PATCH', body: { spec } })
    }
    case 'join':
      return join(soak, step.cluster)
    case 'leave':
      return remove(host, `${CLUSTERS}/${step.cluster}`)
    case 'meddle':
      return meddle(soak, step)
  }
}

function templateOf(world: World, name: string): Template {
  const template = world.templates.get(name)
  if (template === undefined) throw new Error(`there is no template ${name}`)
  return template
}

function pathOf({ kind }: Template, name: string): string {
  return `${kind === 'ConfigMap' ? CONFIG_MAPS : DEPLOYMENTS}/${name}`
}

function manifestOf(name: string, { kind, group, value, replicas }: Template): object {
  const metadata = { name, namespace: NAMESPACE, labels: { group }, annotations: { value } }
  if (kind === 'ConfigMap') return { apiVersion: 'v1', kind, metadata, data: { value } }
  const containers = [{ name: 'main', image: `example.com/main:${value}` }]
  const template = { metadata: { labels: { app: name } }, spec: { containers } }
  const spec = { replicas, selector: { matchLabels: { app: name } }, template }
  return { apiVersion: 'apps/v1', kind, metadata, spec }
}

function policyOf(group: string, clusterNames: readonly string[]): object {
  const labelSelector = { matchLabels: { group } }
  const selectors = [
    { apiVersion: 'v1', kind: 'ConfigMap', labelSelector },
    { apiVersion: 'apps/v1', kind: 'Deployment', labelSelector },
  ]
  const replicaScheduling = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' }
  const placement = { clusterAffinity: { clusterNames }, replicaScheduling }
  return propagationPolicy({ name: group, namespace: NAMESPACE }, selectors, { placement })
}

async function join({ host, members }: SoakFleet, name: string): Promise<void> {
  const kubeconfig = await memberNamed(members, name).kubeconfig()
  await eventually(`${name} is joined`, async () => {
    // While the Cluster of that name is being deleted there can be no other one.
    const old = await host.request(`${CLUSTERS}/${name}`).then(
      () => true,
      error => !isNotFound(error),
    )
    if (old) return false
    return apply(host, ...joinManifests({ name, kubeconfig })).then(
      () => true,
      () => false,
    )
  })
}

function memberNamed(members: readonly SoakMember[], name: string): SoakMember {
  const member = members.find(candidate => candidate.name === name)
  if (member === undefined) throw new Error(`there is no member ${name}`)
  return member
}

/** What a person does in a member, who then finds it as it was. What is not there or does not answer is left. */
async function meddle({ members }: SoakFleet, step: Step & { readonly do: 'meddle' }): Promise<void> {
  const { plane } = memberNamed(members, step.cluster)
  const path = `${CONFIG_MAPS}/${step.name}`
  const call =
    step.how === 'remove'
      ? ({ method: 'DELETE' } as const)
      : ({ method: 'PATCH', body: { data: { value: 'x' } } } as const)
  await plane.request(path, { ...call, timeoutMs: 1_000 }).catch(() => undefined)
}

function applyObject(host: ControlPlane, path: string, body: object): Promise<void> {
  const contentType = 'application/apply-patch+yaml'
  return persist(host, `${path}?fieldManager=user&force=true`, { method: 'PATCH', contentType, body })
}

function remove(host: ControlPlane, path: string): Promise<void> {
  return persist(host, path, { method: 'DELETE' })
}

async function persist(
  host: ControlPlane,
  path: string,
  options: Parameters<ControlPlane['request']>[1],
): Promise<void> {
  await eventually(`${options?.method} ${path}`, async () => {
    try {
      await host.request(path, options)
      return true
    } catch (error) {
      if (isNotFound(error)) return true
      if (error instanceof CallError && error.statusCode < 500 && error.statusCode !== 429) throw error
      return false
    }
  })
}

function isNotFound(error: unknown): boolean {
  return error instanceof CallError && error.statusCode === 404
}
