import type { Taint } from '../../api/generated/cluster.ts'
import { valueAt, withValueAt } from '../../object/field.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { CommandError } from '../manifests.ts'
import type { World } from './world.ts'

/** One `--what-if`: what is changed before planning. */
export type Change =
  | { readonly type: 'drain'; readonly cluster: string }
  | { readonly type: 'taint'; readonly cluster: string; readonly taint: Taint }
  | { readonly type: 'label'; readonly cluster: string; readonly key: string; readonly value: string }
  | { readonly type: 'replicas'; readonly replicas: number }

const FORMS = 'drain=CLUSTER, taint=CLUSTER:KEY[=VALUE]:EFFECT, label=CLUSTER:KEY=VALUE, replicas=NUMBER'
const EFFECTS = ['NoSchedule', 'NoExecute'] as const
const LABEL_FORM = /^([^:]+):([^=]+)=(.*)$/
const TAINT_FORM = /^([^:]+):([^=:]+)(?:=([^:]*))?:(\w+)$/

/** @throws CommandError that lists what there is. */
export function parseChange(text: string): Change {
  const separator = text.indexOf('=')
  const [type, value] = separator < 0 ? [text, ''] : [text.slice(0, separator), text.slice(separator + 1)]
  const change = value === '' ? undefined : PARSERS[type]?.(value)
  if (change === undefined) throw new CommandError(`--what-if ${text}: should be one of ${FORMS}`)
  return change
}

const PARSERS: Readonly<Record<string, (value: string) => Change | undefined>> = {
  drain: cluster => ({ type: 'drain', cluster }),
  taint: text => {
    const [, cluster = '', key = '', value, wanted] = TAINT_FORM.exec(text) ?? []
    const effect = EFFECTS.find(each => each === wanted)
    if (effect === undefined) return undefined
    return { type: 'taint', cluster, taint: { key, ...(value && { value }), effect } }
  },
  label: text => {
    const [matched, cluster = '', key = '', value = ''] = LABEL_FORM.exec(text) ?? []
    return matched === undefined ? undefined : { type: 'label', cluster, key, value }
  },
  replicas: text => (/^\d{1,9}$/.test(text) ? { type: 'replicas', replicas: Number(text) } : undefined),
}

/**
 * The world after a change. What is drained loses its replicas there and gets none back, as with an eviction; a taint lets
 * alone what is there already, as the scheduler does.
 *
 * @throws CommandError when there is no such cluster.
 */
export function changed(world: World, change: Change): World {
  if (change.type === 'replicas') {
    return { ...world, templates: world.templates.map(template => withReplicas(template, change.replicas)) }
  }
  if (!world.clusters.some(({ metadata }) => metadata.name === change.cluster)) {
    const names = world.clusters.map(({ metadata }) => metadata.name).join(', ')
    throw new CommandError(
      `--what-if ${change.type}: there is no cluster ${change.cluster}; there are: ${names || 'none'}`,
    )
  }
  if (change.type === 'drain') {
    const bindings = Array.from(world.bindings, ([key, binding]): [string, Binding] => [key, drained(binding, change)])
    return { ...world, bindings: new Map(bindings) }
  }
  const clusters = world.clusters.map(cluster =>
    cluster.metadata.name === change.cluster ? changedCluster(cluster, change) : cluster,
  )
  return { ...world, clusters }
}

/** Clusters that nothing may go to, whatever a binding says that is not there yet. */
export function drainedClusters(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(change => (change.type === 'drain' ? [change.cluster] : []))
}

function changedCluster(cluster: Cluster, change: Extract<Change, { readonly type: 'taint' | 'label' }>): Cluster {
  const { metadata, spec } = cluster
  if (change.type === 'label') {
    return { ...cluster, metadata: { ...metadata, labels: { ...metadata.labels, [change.key]: change.value } } }
  }
  return { ...cluster, spec: { ...spec, taints: [...(spec.taints ?? []), change.taint] } }
}

function drained(binding: Binding, { cluster }: { readonly cluster: string }): Binding {
  const { clusters = [] } = binding.spec
  return { ...binding, spec: { ...binding.spec, clusters: clusters.filter(({ name }) => name !== cluster) } }
}

/** Of what has a number of replicas, or of pods at once. */
function withReplicas(template: KubeObject, replicas: number): KubeObject {
  const field = ['replicas', 'parallelism'].find(name => typeof valueAt(template, 'spec', name) === 'number')
  return field === undefined ? template : withValueAt(template, ['spec', field], replicas)
}
