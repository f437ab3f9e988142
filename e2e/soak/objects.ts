import { clusterPropagationPolicy, propagationPolicy } from '../test-fleet.ts'
import { imageOf } from './content.ts'
import { type ClusterState, type Override, type Policy, SETTINGS, type Template } from './world.ts'

export const NAMESPACE = 'soak'
export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
export const CLUSTERS = '/apis/cluster.karmada.io/v1alpha1/clusters'
const POLICY_API = '/apis/policy.karmada.io/v1alpha1'
/** Where all of them are. */
export const POLICY_PATHS = [
  `${POLICY_API}/clusterpropagationpolicies`,
  `${POLICY_API}/namespaces/${NAMESPACE}/propagationpolicies`,
]
export const OVERRIDE_PATHS = [
  `${POLICY_API}/clusteroverridepolicies`,
  `${POLICY_API}/namespaces/${NAMESPACE}/overridepolicies`,
]
/** The label of what is ours in a member. */
export const MANAGED = 'karmada.io/managed'
/** Some groups are selected by policies of the whole host, and some are changed by such; two are both, or neither. */
const WIDELY_PLACED: readonly string[] = ['blue', 'coral']
const WIDELY_MARKED: readonly string[] = ['coral', 'dune']

export const TAINT_KEY = 'soak'
export const CORDON_KEY = 'cluster.karmada.io/unschedulable'

/** @returns the taints that users have given a cluster. */
export function taintsOf({
  cordoned,
  taint,
}: ClusterState): readonly { readonly key: string; readonly effect: string }[] {
  return [
    ...(cordoned ? [{ key: CORDON_KEY, effect: 'NoSchedule' }] : []),
    ...(taint === 'none' ? [] : [{ key: TAINT_KEY, effect: taint }]),
  ]
}

/** What a user applies, and where. */
export interface Applied {
  readonly path: string
  readonly body: object
}

export function templatePath({ kind }: Pick<Template, 'kind'>, name: string): string {
  return `${kind === 'ConfigMap' ? CONFIG_MAPS : DEPLOYMENTS}/${name}`
}

export function templateObject(name: string, template: Template): Applied {
  const { kind, group, value } = template
  const metadata = { name, namespace: NAMESPACE, labels: group === SETTINGS ? {} : { group }, annotations: { value } }
  const path = templatePath(template, name)
  if (kind === 'ConfigMap') return { path, body: { apiVersion: 'v1', kind, metadata, data: { value } } }
  return { path, body: { apiVersion: 'apps/v1', kind, metadata, spec: deploymentSpec(name, template) } }
}

function deploymentSpec(name: string, { value, replicas, needs }: Template): object {
  const envFrom = needs === undefined ? [] : [{ configMapRef: { name: needs, optional: true } }]
  const containers = [{ name: 'main', image: imageOf(value), envFrom }]
  const labels = { app: name }
  return { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } }
}

export function policyPath(group: string): string {
  return WIDELY_PLACED.includes(group)
    ? `${POLICY_API}/clusterpropagationpolicies/${group}`
    : `${POLICY_API}/namespaces/${NAMESPACE}/propagationpolicies/${group}`
}

export function policyObject(group: string, { clusters }: Policy): Applied {
  const replicaScheduling = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' }
  const placement = { clusterAffinity: { clusterNames: clusters }, replicaScheduling }
  const spec = { placement, propagateDeps: true }
  const path = policyPath(group)
  const isWide = WIDELY_PLACED.includes(group)
  if (isWide) return { path, body: clusterPropagationPolicy(group, selectorsOf(group, isWide), spec) }
  return { path, body: propagationPolicy({ name: group, namespace: NAMESPACE }, selectorsOf(group, isWide), spec) }
}

export function overridePath(group: string): string {
  return WIDELY_MARKED.includes(group)
    ? `${POLICY_API}/clusteroverridepolicies/${group}`
    : `${POLICY_API}/namespaces/${NAMESPACE}/overridepolicies/${group}`
}

export function overrideObject(group: string, { clusters, mark }: Override): Applied {
  const isWide = WIDELY_MARKED.includes(group)
  const overriders = { annotationsOverrider: [{ operator: 'add', value: { mark } }] }
  const overrideRules = [{ targetCluster: { clusterNames: clusters }, overriders }]
  const body = {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: isWide ? 'ClusterOverridePolicy' : 'OverridePolicy',
    metadata: { name: group, ...(!isWide && { namespace: NAMESPACE }) },
    spec: { resourceSelectors: selectorsOf(group, isWide), overrideRules },
  }
  return { path: overridePath(group), body }
}

function selectorsOf(group: string, isWide: boolean): readonly object[] {
  const which = { labelSelector: { matchLabels: { group } }, ...(isWide && { namespace: NAMESPACE }) }
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', ...which },
    { apiVersion: 'apps/v1', kind: 'Deployment', ...which },
  ]
}
