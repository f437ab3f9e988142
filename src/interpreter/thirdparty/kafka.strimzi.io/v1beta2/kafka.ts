import type { Component } from '../../../../api/generated/resource-binding.ts'
import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies } from '../../../pod-dependencies.ts'
import { aggregateConditioned, isReadyNow } from '../../conditioned-status.ts'
import { reflectFields } from '../../member-statuses.ts'
import { toComponent } from '../../pod-groups.ts'

const AGREED = ['kafkaVersion', 'kafkaMetadataState', 'operatorLastSuccessfulVersion']
const ROLES = ['kafka', 'zookeeper']

/** @source Strimzi documentation, "Kafka schema reference" */
export const kafka: KindInterpreter = {
  gvk: { group: 'kafka.strimzi.io', version: 'v1beta2', kind: 'Kafka' },
  getComponents,
  reflectStatus: observed =>
    reflectFields(observed, ['conditions', 'observedGeneration', 'listeners', 'clusterId', ...AGREED]),
  isHealthy: isReadyNow,
  aggregateStatus: (template, items) =>
    aggregateConditioned(template, items, { agreed: AGREED, anyOf: ['NotReady', 'Warning'] }),
  getDependencies,
}

/** Brokers that stand in node pools of their own have no replicas here. */
function getComponents(template: KubeObject): readonly Component[] {
  return ROLES.flatMap(name => {
    const role = objectAt(template, 'spec', name)
    const replicas = numberAt(role, 'replicas')
    if (replicas === undefined) return []
    const pod = objectAt(role, 'template', 'pod')
    const spec = { ...pod, containers: [{ resources: valueAt(role, 'resources') }] }
    return [toComponent({ name, replicas, podTemplate: { spec } })]
  })
}

/** Certificates of its listeners, and what its metrics are made by. */
function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  const listeners = listAt(template, 'spec', 'kafka', 'listeners')
  const certificates = listeners.map(each => stringAt(each, 'configuration', 'brokerCertChainAndKey', 'secretName'))
  const metrics = ROLES.map(role =>
    stringAt(template, 'spec', role, 'metricsConfig', 'valueFrom', 'configMapKeyRef', 'name'),
  )
  const toDependencies = (kind: string, names: readonly (string | undefined)[]): readonly Dependency[] =>
    names.flatMap(name => (name === undefined ? [] : [{ apiVersion: 'v1', kind, namespace, name }]))
  return mergeDependencies([...toDependencies('Secret', certificates), ...toDependencies('ConfigMap', metrics)])
}
