import type { KubeObject } from './kube-object.ts'
import { hashSuffix } from './name-hash.ts'
import type { ObjectKey } from './object-key.ts'

/** What a generated name is made from; `namespace` is '' or absent for cluster-scoped objects. */
export interface NamedObject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/**
 * The name of the binding of a template. Two kinds with the same word in different groups collide, as in Karmada.
 *
 * @source spec/api/constants.md §8 "Object names", propagation.md §6
 */
export function bindingName(template: Pick<NamedObject, 'kind' | 'name'>): string {
  return fitting(`${dotted(template.name)}-${template.kind}`.toLowerCase())
}

/** @returns where the binding of a template is, or would be. */
export function bindingKeyOf({ kind, metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? '', name: bindingName({ kind, name: metadata.name }) }
}

/**
 * The name of the Work that carries a manifest. The cluster is not part of it: it is the Work's namespace.
 *
 * @source spec/api/constants.md §8 "Object names", propagation.md §8.1
 */
export function workName(manifest: NamedObject): string {
  const name = dotted(manifest.name).toLowerCase()
  const key = manifest.namespace ? `${manifest.namespace}-${name}-${manifest.kind}` : `${name}-${manifest.kind}`
  const suffix = hashSuffix(key.toLowerCase())
  return `${shortened(name, MAX_NAME - suffix.length - 1)}-${suffix}`
}

/**
 * The key by which an attached binding refers to an independent one, as in the label
 * `resourcebinding.karmada.io/depended-by-<key>`.
 *
 * @source spec/api/constants.md §8 "depended-by label suffix"
 */
export function referenceKey(binding: Pick<NamedObject, 'name' | 'namespace'>): string {
  return hashSuffix(binding.namespace ? `${binding.namespace}/${binding.name}` : binding.name)
}

/**
 * The name of a policy that the CLI makes for one object.
 *
 * @param template.gvkText the kind as Kubernetes prints it, e.g. `apps/v1, Kind=Deployment`
 * @source spec/api/constants.md §8 "policy made by karmadactl apply/promote"
 */
export function policyName(template: {
  readonly namespace: string
  readonly name: string
  readonly gvkText: string
}): string {
  return `${dotted(template.name)}-${hashSuffix(template.namespace + template.gvkText)}`.toLowerCase()
}

/** The longest name of an object. */
const MAX_NAME = 253

/** A name that is too long ends in a hash of the whole. Karmada makes none: the apiserver refuses its binding. */
function fitting(name: string): string {
  if (name.length <= MAX_NAME) return name
  const suffix = hashSuffix(name)
  return `${shortened(name, MAX_NAME - suffix.length - 1)}-${suffix}`
}

/** No part of a name ends in a dot or a hyphen. */
function shortened(name: string, length: number): string {
  return name.length <= length ? name : name.slice(0, length).replace(/[^a-z0-9]+$/, '')
}

function dotted(name: string): string {
  return name.replaceAll(':', '.')
}
