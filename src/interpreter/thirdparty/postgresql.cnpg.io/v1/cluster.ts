import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies } from '../../../pod-dependencies.ts'
import { agreedFields, decisiveItem, type StateOrder } from '../../member-statuses.ts'
import { toComponent } from '../../pod-groups.ts'

const COUNTERS = ['instances', 'readyInstances']
/** Every other phase is one of trouble or of work. */
const PHASES: StateOrder = { path: ['phase'], states: ['', 'Cluster in healthy state'] }
const CERTIFICATES = ['serverCASecret', 'serverTLSSecret', 'clientCASecret', 'replicationTLSSecret']

/** @source CloudNativePG documentation, "API Reference", Cluster */
export const postgresCluster: KindInterpreter = {
  gvk: { group: 'postgresql.cnpg.io', version: 'v1', kind: 'Cluster' },
  // Its instances replicate one database: they stay together.
  getComponents: template => [
    toComponent({ name: 'postgres', replicas: instancesOf(template), podTemplate: podTemplateOf(template) }),
  ],
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items)),
  getDependencies,
}

function instancesOf(template: KubeObject): number {
  return numberAt(template, 'spec', 'instances') ?? 1
}

function podTemplateOf(template: KubeObject): JsonObject {
  return {
    spec: {
      containers: [{ resources: valueAt(template, 'spec', 'resources') }],
      nodeSelector: valueAt(template, 'spec', 'affinity', 'nodeSelector'),
      tolerations: valueAt(template, 'spec', 'affinity', 'tolerations'),
      affinity: { nodeAffinity: valueAt(template, 'spec', 'affinity', 'nodeAffinity') },
      priorityClassName: valueAt(template, 'spec', 'priorityClassName'),
    },
  }
}

function isHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  return isConditionTrueIn(status, 'Ready') && (numberAt(status, 'readyInstances') ?? 0) >= instancesOf(observed)
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  const decisive = decisiveItem(items, PHASES)?.status
  return {
    ...sumCounters(items, COUNTERS),
    ...agreedFields(items, ['currentPrimary', 'targetPrimary', 'image']),
    phase: stringAt(decisive, 'phase'),
    phaseReason: stringAt(decisive, 'phaseReason'),
    conditions: mergeConditions(items),
  }
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const spec = objectAt(template, 'spec')
  const s3 = objectAt(spec, 'backup', 'barmanObjectStore', 's3Credentials')
  const names = [
    stringAt(spec, 'superuserSecret', 'name'),
    stringAt(spec, 'bootstrap', 'initdb', 'secret', 'name'),
    ...CERTIFICATES.map(field => stringAt(spec, 'certificates', field)),
    ...listAt(spec, 'imagePullSecrets').map(each => stringAt(each, 'name')),
    ...listAt(spec, 'managed', 'roles').map(role => stringAt(role, 'passwordSecret', 'name')),
    ...['accessKeyId', 'secretAccessKey', 'region', 'sessionToken'].map(field => stringAt(s3, field, 'name')),
  ]
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies(
    names.flatMap(name => (name === undefined ? [] : [{ apiVersion: 'v1', kind: 'Secret', namespace, name }])),
  )
}
