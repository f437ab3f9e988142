import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { scalarText } from '../../../../object/raw-json.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import { aggregateObservedGeneration } from '../../../generation.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies, templateDependencies } from '../../../pod-dependencies.ts'
import { reviseSpecReplicas, toReplicas } from '../../../replica-workload.ts'
import { agreedFields, decisiveItem, reflectFields, type StateOrder } from '../../member-statuses.ts'

const COUNTERS = ['replicas', 'readyReplicas', 'availableReplicas', 'updatedReplicas', 'HPAReplicas']
const AGREED = ['currentPodHash', 'stableRS', 'selector']
const STATES: StateOrder = { path: ['phase'], states: ['Degraded', 'Paused', '', 'Progressing', 'Healthy'] }
const ANY_OF = ['Progressing', 'Paused', 'InvalidSpec', 'ReplicaFailure']
const SERVICES = [
  ['canary', 'canaryService'],
  ['canary', 'stableService'],
  ['blueGreen', 'activeService'],
  ['blueGreen', 'previewService'],
]
const ANALYSES = [
  ['canary', 'analysis'],
  ['blueGreen', 'prePromotionAnalysis'],
  ['blueGreen', 'postPromotionAnalysis'],
]

/** @source Argo Rollouts documentation, "Rollout Specification" */
export const rollout: KindInterpreter = {
  gvk: { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout' },
  getReplicas: template =>
    toReplicas(numberAt(template, 'spec', 'replicas') ?? 1, objectAt(template, 'spec', 'template')),
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed =>
    reflectFields(observed, [...COUNTERS, ...AGREED, 'phase', 'message', 'conditions', 'observedGeneration']),
  isHealthy: observed =>
    generationOf(observed['status']) === (observed.metadata.generation ?? 0) &&
    stringAt(observed, 'status', 'phase') === 'Healthy',
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(template, items), COUNTERS),
  getDependencies,
}

/** It is text in this kind, of some versions a number. */
function generationOf(status: unknown): number {
  const generation = Number(scalarText(valueAt(status, 'observedGeneration')))
  return Number.isNaN(generation) ? 0 : generation
}

function mergedStatus(template: KubeObject, items: readonly AggregatedStatusItem[]): JsonObject {
  const decisive = decisiveItem(items, STATES)?.status
  const numbered = items.map(item =>
    item.status === undefined
      ? item
      : { ...item, status: { ...item.status, observedGeneration: generationOf(item.status) } },
  )
  const before = { ...template, status: { observedGeneration: generationOf(template['status']) } }
  return {
    ...sumCounters(items, COUNTERS),
    ...agreedFields(items, AGREED),
    phase: stringAt(decisive, 'phase'),
    message: stringAt(decisive, 'message'),
    conditions: mergeConditions(items, { anyOf: ANY_OF }),
    observedGeneration: String(aggregateObservedGeneration(before, numbered)),
  }
}

/** What its pods need, the Services between which it moves traffic, and what it measures a new version by. */
function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  const strategy = objectAt(template, 'spec', 'strategy')
  const services = SERVICES.flatMap(path => stringAt(strategy, ...path) ?? [])
  return mergeDependencies([
    ...templateDependencies(template, 'spec', 'template'),
    ...services.map(name => ({ apiVersion: 'v1', kind: 'Service', namespace, name })),
    ...analysisTemplates(strategy, namespace),
    ...workloadOf(template, namespace),
  ])
}

function analysisTemplates(strategy: unknown, namespace: string): readonly Dependency[] {
  const analyses = [
    ...ANALYSES.map(path => valueAt(strategy, ...path)),
    ...listAt(strategy, 'canary', 'steps').map(step => valueAt(step, 'analysis')),
  ]
  const references = analyses.flatMap(analysis => listAt(analysis, 'templates'))
  return references.flatMap(reference => {
    const name = stringAt(reference, 'templateName')
    if (name === undefined) return []
    const apiVersion = 'argoproj.io/v1alpha1'
    return valueAt(reference, 'clusterScope') === true
      ? [{ apiVersion, kind: 'ClusterAnalysisTemplate', name }]
      : [{ apiVersion, kind: 'AnalysisTemplate', namespace, name }]
  })
}

/** The workload whose pod template it takes, instead of one of its own. */
function workloadOf(template: KubeObject, namespace: string): readonly Dependency[] {
  const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map(field =>
    stringAt(template, 'spec', 'workloadRef', field),
  )
  return apiVersion && kind && name ? [{ apiVersion, kind, namespace, name }] : []
}
