import { listAt, numberAt, objectAt, stringAt, valueAt, withValueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { toReplicas } from '../../../replica-workload.ts'

const HEALTHY = ['Running', 'Succeeded']

/** @source spec/behaviour/status.md §6.2; Argo Workflows documentation, "Field Reference" */
export const workflow: KindInterpreter = {
  gvk: { group: 'argoproj.io', version: 'v1alpha1', kind: 'Workflow' },
  // What its templates need is known step by step only; on which nodes all of them run stands in the spec.
  getReplicas: template => toReplicas(numberAt(template, 'spec', 'parallelism') ?? 1, { spec: nodesOf(template) }),
  reviseReplicas: (template, replicas) =>
    numberAt(template, 'spec', 'parallelism') === undefined
      ? template
      : withValueAt(template, ['spec', 'parallelism'], replicas),
  retain,
  isHealthy: observed => HEALTHY.includes(stringAt(observed, 'status', 'phase') ?? ''),
  getDependencies,
}

function nodesOf(template: KubeObject): object {
  const fields = ['nodeSelector', 'tolerations', 'affinity']
  return Object.fromEntries(fields.map(field => [field, valueAt(template, 'spec', field)]))
}

/** Who operates the member suspends and resumes it there. */
function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  const suspend = valueAt(observed, 'spec', 'suspend')
  return suspend === undefined ? desired : withValueAt(desired, ['spec', 'suspend'], suspend)
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies([
    ...podDependencies({ spec: podSpecOf(template) }, namespace),
    ...namedObjects(template).flatMap(({ apiVersion, kind, name }) =>
      name === undefined || name === '' ? [] : [{ apiVersion, kind, namespace, name }],
    ),
    ...clusterTemplate(template),
  ])
}

/** One pod that has everything that the pods of all steps have. */
function podSpecOf(template: KubeObject): object {
  const steps = listAt(template, 'spec', 'templates')
  return {
    serviceAccountName: stringAt(template, 'spec', 'serviceAccountName'),
    imagePullSecrets: listAt(template, 'spec', 'imagePullSecrets'),
    volumes: [...listAt(template, 'spec', 'volumes'), ...steps.flatMap(step => listAt(step, 'volumes'))],
    containers: steps.flatMap(step => [
      ...['container', 'script'].flatMap(name => objectAt(step, name) ?? []),
      ...['initContainers', 'sidecars'].flatMap(name => listAt(step, name)),
      ...listAt(step, 'containerSet', 'containers'),
    ]),
  }
}

interface Named {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string | undefined
}

function namedObjects(template: KubeObject): readonly Named[] {
  const steps = listAt(template, 'spec', 'templates')
  const parameters = listAt(template, 'spec', 'arguments', 'parameters')
  const isOfCluster = valueAt(template, 'spec', 'workflowTemplateRef', 'clusterScope') === true
  const workflowTemplate = isOfCluster ? undefined : stringAt(template, 'spec', 'workflowTemplateRef', 'name')
  return [
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', name: workflowTemplate },
    ...[
      stringAt(template, 'spec', 'artifactRepositoryRef', 'configMap'),
      ...parameters.map(parameter => stringAt(parameter, 'valueFrom', 'configMapKeyRef', 'name')),
    ].map(name => ({ apiVersion: 'v1', kind: 'ConfigMap', name })),
    ...steps.map(step => ({ apiVersion: 'v1', kind: 'ServiceAccount', name: stringAt(step, 'serviceAccountName') })),
  ]
}

function clusterTemplate(template: KubeObject): readonly Dependency[] {
  const name = stringAt(template, 'spec', 'workflowTemplateRef', 'name') ?? ''
  const isOfCluster = valueAt(template, 'spec', 'workflowTemplateRef', 'clusterScope') === true
  return isOfCluster && name !== ''
    ? [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'ClusterWorkflowTemplate', name }]
    : []
}
