import { objectAt, stringAt, valueAt, withValueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import { hasObservedLatest } from '../../../generation.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies } from '../../../pod-dependencies.ts'
import { aggregateConditioned } from '../../conditioned-status.ts'
import { decisiveItem, reflectFields, type StateOrder } from '../../member-statuses.ts'

const FLAGS = ['infrastructureReady', 'controlPlaneReady']
const PHASES: StateOrder = {
  path: ['phase'],
  states: ['Failed', 'Deleting', 'Unknown', '', 'Pending', 'Provisioning', 'Provisioned'],
}

/** @source Cluster API documentation, "Cluster" */
export const clusterApiCluster: KindInterpreter = {
  gvk: { group: 'cluster.x-k8s.io', version: 'v1beta1', kind: 'Cluster' },
  retain,
  reflectStatus: observed =>
    reflectFields(observed, [
      ...['conditions', 'observedGeneration', 'phase', 'failureReason', 'failureMessage'],
      ...FLAGS,
    ]),
  isHealthy: observed =>
    hasObservedLatest(observed) &&
    stringAt(observed, 'status', 'phase') === 'Provisioned' &&
    FLAGS.every(flag => valueAt(observed, 'status', flag) === true),
  aggregateStatus,
  getDependencies,
}

/** The provider of the infrastructure writes where the API is. */
function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  const endpoint = objectAt(observed, 'spec', 'controlPlaneEndpoint')
  return (stringAt(endpoint, 'host') ?? '') === ''
    ? desired
    : withValueAt(desired, ['spec', 'controlPlaneEndpoint'], endpoint)
}

function aggregateStatus(template: KubeObject, items: readonly AggregatedStatusItem[]): KubeObject {
  const decisive = decisiveItem(items, PHASES)?.status
  const flags = FLAGS.map(flag => [flag, items.every(item => valueAt(item.status, flag) === true)])
  return mergeStatus(aggregateConditioned(template, items, { agreed: [] }), {
    ...(items.length > 0 && Object.fromEntries(flags)),
    phase: stringAt(decisive, 'phase'),
    failureReason: stringAt(decisive, 'failureReason'),
    failureMessage: stringAt(decisive, 'failureMessage'),
  })
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const references = ['infrastructureRef', 'controlPlaneRef'].map(field => objectAt(template, 'spec', field))
  return mergeDependencies(
    references.flatMap(reference => {
      const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map(field => stringAt(reference, field))
      const namespace = stringAt(reference, 'namespace') ?? template.metadata.namespace ?? ''
      return apiVersion && kind && name ? [{ apiVersion, kind, namespace, name }] : []
    }),
  )
}
