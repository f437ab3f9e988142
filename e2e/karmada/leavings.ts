import { workName } from '../../src/object/generated-names.ts'
import type { AnyObject } from '../cluster-view.ts'

// Objects as Karmada leaves them: spec/behaviour/propagation.md §6-§8, spec/api/constants.md §2-§4.

/** A template with its binding, its Works and what the members hold. */
export interface Leaving {
  /** As Karmada's apiserver gives it back. */
  readonly template: AnyObject
  readonly binding: { readonly kind: string; readonly name: string; readonly permanentId: string }
}

export interface WorkLeaving extends Leaving {
  readonly cluster: string
  readonly permanentId: string
  /** The template with this member's replicas, overridden. */
  readonly revised: AnyObject
  readonly appliedOverrides?: string
}

const isNamespaced = ({ metadata }: AnyObject): boolean => metadata.namespace !== undefined

/** Labels and annotations by which a binding is named on Work and manifest. */
function bindingMarks({ template, binding }: Leaving): { readonly labels: object; readonly annotations: object } {
  return isNamespaced(template)
    ? {
        labels: { 'resourcebinding.karmada.io/permanent-id': binding.permanentId },
        annotations: {
          'resourcebinding.karmada.io/namespace': template.metadata.namespace,
          'resourcebinding.karmada.io/name': binding.name,
          'work.karmada.io/conflict-resolution': 'abort',
        },
      }
    : {
        labels: { 'clusterresourcebinding.karmada.io/permanent-id': binding.permanentId },
        annotations: {
          'clusterresourcebinding.karmada.io/name': binding.name,
          'work.karmada.io/conflict-resolution': 'abort',
        },
      }
}

export function nameOfWork(object: AnyObject): string {
  const { namespace, name } = object.metadata
  return workName({ kind: object.kind, name, ...(namespace && { namespace }) })
}

/** What a Work carries, and what Karmada puts into the member. */
export function manifestOf(leaving: WorkLeaving): AnyObject {
  const { template, revised, cluster, permanentId } = leaving
  const marks = bindingMarks(leaving)
  const { status: _status, ...fields } = revised
  const { namespace, name, labels, annotations = {}, generation, uid } = { ...template.metadata, ...pick(revised) }
  const labelled = { ...labels, 'karmada.io/managed': 'true', ...marks.labels }
  const annotated: Record<string, string> = {
    ...annotations,
    ...marks.annotations,
    'resourcetemplate.karmada.io/uid': uid,
    ...(generation > 0 && { 'resourcetemplate.karmada.io/generation': String(generation) }),
    'work.karmada.io/namespace': `karmada-es-${cluster}`,
    'work.karmada.io/name': nameOfWork(template),
  }
  const keys = [...Object.keys(annotated), MANAGED_ANNOTATIONS, MANAGED_LABELS].toSorted()
  const allLabels = { ...labelled, 'work.karmada.io/permanent-id': permanentId }
  return pruned({
    ...fields,
    metadata: {
      name,
      ...(namespace && { namespace }),
      labels: allLabels,
      annotations: {
        ...annotated,
        [MANAGED_ANNOTATIONS]: keys.join(','),
        [MANAGED_LABELS]: Object.keys(allLabels).toSorted().join(','),
      },
    },
  })
}

const MANAGED_ANNOTATIONS = 'resourcetemplate.karmada.io/managed-annotations'
const MANAGED_LABELS = 'resourcetemplate.karmada.io/managed-labels'

function pick({ metadata }: AnyObject): object {
  return { labels: metadata.labels, annotations: metadata.annotations }
}

function pruned(manifest: AnyObject): AnyObject {
  if (manifest.kind !== 'Service') return manifest
  const { clusterIP: _ip, clusterIPs: _ips, ...spec } = manifest.spec
  return { ...manifest, spec }
}

/** The Work with what the member reported. @param status what the kind's interpreter takes of the member's object. */
export function workOf(leaving: WorkLeaving, status: object | undefined): AnyObject {
  const { cluster, permanentId, appliedOverrides } = leaving
  const manifest = manifestOf(leaving)
  const marks = bindingMarks(leaving)
  const [version, group = ''] = manifest.apiVersion.split('/').toReversed()
  const { namespace, name } = manifest.metadata
  return {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: {
      namespace: `karmada-es-${cluster}`,
      name: nameOfWork(leaving.template),
      finalizers: ['karmada.io/execution-controller'],
      labels: { ...marks.labels, 'work.karmada.io/permanent-id': permanentId },
      annotations: {
        ...marks.annotations,
        ...(appliedOverrides && { 'policy.karmada.io/applied-overrides': appliedOverrides }),
      },
    },
    spec: { suspendDispatching: false, preserveResourcesOnDeletion: false, workload: { manifests: [manifest] } },
    status: {
      conditions: [
        condition('Applied', 'AppliedSuccessful', 'Manifest has been successfully applied'),
        condition('Dispatching', 'Dispatching', 'Work is being dispatched to member clusters.'),
      ],
      manifestStatuses: [
        {
          identifier: {
            ordinal: 0,
            group,
            version,
            kind: manifest.kind,
            resource: '',
            ...(namespace && { namespace }),
            name,
          },
          health: 'Healthy',
          ...(status && { status }),
        },
      ],
    },
  }
}

export function condition(type: string, reason: string, message: string): object {
  return { type, status: 'True', reason, message, lastTransitionTime: SOME_TIME }
}

export const SOME_TIME = '2026-01-02T03:04:05Z'

export interface BindingLeaving extends Leaving {
  readonly labels: object
  readonly annotations: object
  readonly spec: object
  readonly clusters: readonly string[]
}

export function bindingOf({ template, binding, labels, annotations, spec, clusters }: BindingLeaving): AnyObject {
  const { apiVersion, kind, metadata } = template
  const { namespace, name, uid, resourceVersion } = metadata
  const [finalizer, idLabel] =
    binding.kind === 'ResourceBinding'
      ? ['karmada.io/binding-controller', 'resourcebinding.karmada.io/permanent-id']
      : ['karmada.io/cluster-resource-binding-controller', 'clusterresourcebinding.karmada.io/permanent-id']
  return {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: binding.kind,
    metadata: {
      ...(namespace && { namespace }),
      name: binding.name,
      labels: { ...labels, [idLabel]: binding.permanentId },
      annotations,
      finalizers: [finalizer],
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      ...spec,
      resource: { apiVersion, kind, ...(namespace && { namespace }), name, uid, resourceVersion },
    },
    status: {
      schedulerObservedGeneration: 1,
      lastScheduledTime: SOME_TIME,
      conditions: [
        condition('Scheduled', 'Success', 'Binding has been scheduled successfully.'),
        condition('FullyApplied', 'FullyAppliedSuccess', 'All works have been successfully applied'),
      ],
      aggregatedStatus: clusters.map(clusterName => ({ clusterName, applied: true, health: 'Healthy' })),
    },
  }
}
