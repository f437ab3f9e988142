import type { Component, ReplicaRequirements } from '../../api/generated/resource-binding.ts'
import { numberAt, objectAt, stringAt, stringsAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import type { Replicas } from '../kind-interpreter.ts'
import type { Dependency } from '../pod-dependencies.ts'

/** What a script gave is not what its operation is for. */
export class ResultError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ResultError'
  }
}

/** @throws ResultError */
export function toReplicas([replicas, requirements]: readonly unknown[]): Replicas {
  const count = toCount(replicas, 'GetReplicas must return a number')
  return isRequirements(requirements)
    ? { replicas: count, requirements: withoutEmpty(requirements) }
    : { replicas: count }
}

/** @throws ResultError */
export function toComponents([components]: readonly unknown[]): readonly Component[] {
  if (components === null) return []
  if (!Array.isArray(components)) throw new ResultError('GetComponents must return a list')
  return components.map(component => {
    const name = stringAt(component, 'name')
    const requirements = objectAt(component, 'replicaRequirements')
    if (name === undefined || name === '') throw new ResultError('GetComponents: a component without a name')
    const replicas = toCount(
      numberAt(component, 'replicas'),
      `GetComponents: component ${name} needs a number of replicas`,
    )
    return { name, replicas, ...(isRequirements(requirements) && { replicaRequirements: withoutEmpty(requirements) }) }
  })
}

function toCount(value: unknown, problem: string): number {
  if (typeof value !== 'number') throw new ResultError(problem)
  return Math.trunc(value)
}

// What it holds is used by the scheduler only, which reads each field as what it should be.
function isRequirements(value: unknown): value is ReplicaRequirements {
  return isJsonObject(value) && Object.keys(value).length > 0
}

/** A script makes `nodeClaim = {}` as readily as none, and Lua cannot tell it from a list. */
function withoutEmpty({ nodeClaim, resourceRequest, ...others }: ReplicaRequirements): ReplicaRequirements {
  return {
    ...(isFilled(nodeClaim) && { nodeClaim }),
    ...(isFilled(resourceRequest) && { resourceRequest }),
    ...others,
  }
}

function isFilled(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length > 0
}

/**
 * Reads an object as a script changed it: it stays the same object.
 *
 * @throws ResultError
 */
export function toObject(name: string, given: KubeObject) {
  return ([object]: readonly unknown[]): KubeObject => {
    if (!isJsonObject(object)) throw new ResultError(`${name} must return an object`)
    if (!isSameObject(object, given)) throw new ResultError(`${name} must return the object that it was given`)
    return { ...object, apiVersion: given.apiVersion, kind: given.kind, metadata: metadataOf(object, given) }
  }
}

function isSameObject(object: JsonObject, { apiVersion, kind, metadata }: KubeObject): boolean {
  const isSameKind = object.apiVersion === apiVersion && object.kind === kind
  const namespace = stringAt(object, 'metadata', 'namespace') ?? ''
  return (
    isSameKind && stringAt(object, 'metadata', 'name') === metadata.name && namespace === (metadata.namespace ?? '')
  )
}

/** Of the metadata scripts change labels and annotations. What they give comes from outside: only texts are taken. */
function metadataOf(object: JsonObject, { metadata }: KubeObject): KubeObject['metadata'] {
  const labels = stringsAt(object, 'metadata', 'labels')
  const annotations = stringsAt(object, 'metadata', 'annotations')
  return {
    ...metadata,
    ...((metadata.labels || isFilled(labels)) && { labels }),
    ...((metadata.annotations || isFilled(annotations)) && { annotations }),
  }
}

/** @throws ResultError */
export function toStatus([status]: readonly unknown[]): JsonObject | undefined {
  if (!isJsonObject(status)) throw new ResultError('ReflectStatus must return an object')
  return status
}

/** @throws ResultError */
export function toHealthy([healthy]: readonly unknown[]): boolean {
  if (typeof healthy !== 'boolean') throw new ResultError('InterpretHealth must return true or false')
  return healthy
}

/** @throws ResultError */
export function toDependencies([dependencies]: readonly unknown[]): readonly Dependency[] {
  if (!Array.isArray(dependencies)) throw new ResultError('GetDependencies must return a list')
  return dependencies.map(toDependency)
}

function toDependency(value: unknown): Dependency {
  const [apiVersion, kind] = [stringAt(value, 'apiVersion') ?? '', stringAt(value, 'kind') ?? '']
  const [name, namespace] = [stringAt(value, 'name') ?? '', stringAt(value, 'namespace') ?? '']
  const labelSelector = objectAt(value, 'labelSelector')
  if (apiVersion === '' || kind === '') throw new ResultError('GetDependencies: a dependency needs apiVersion and kind')
  const reference = { apiVersion, kind, ...(namespace !== '' && { namespace }) }
  if (name !== '') return { ...reference, name }
  if (labelSelector !== undefined) return { ...reference, labelSelector }
  throw new ResultError(`GetDependencies: a dependency of kind ${kind} needs a name or a labelSelector`)
}
