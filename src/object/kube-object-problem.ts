import { isJsonObject } from './raw-json.ts'

const STRING_FIELDS = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
]

/**
 * Checks the types of what every reader of an object relies on: apiVersion, kind, metadata.
 *
 * @returns what is wrong with a value as a Kubernetes object; undefined when it is one.
 */
export function kubeObjectProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'no object'
  if (typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') return 'no apiVersion and kind'
  return metadataProblem(value['metadata'])
}

function metadataProblem(metadata: unknown): string | undefined {
  if (!isJsonObject(metadata)) return 'no metadata'
  if (typeof metadata['name'] !== 'string') return 'metadata without a name'
  for (const field of STRING_FIELDS) {
    const value = metadata[field]
    if (value !== undefined && typeof value !== 'string') return `metadata.${field} is not a string`
  }
  if (metadata['generation'] !== undefined && typeof metadata['generation'] !== 'number') {
    return 'metadata.generation is not a number'
  }
  return (
    stringMapProblem('labels', metadata['labels']) ??
    stringMapProblem('annotations', metadata['annotations']) ??
    listProblem('finalizers', metadata['finalizers'], value => typeof value === 'string') ??
    listProblem('ownerReferences', metadata['ownerReferences'], isOwnerReference) ??
    listProblem('managedFields', metadata['managedFields'], isJsonObject)
  )
}

function stringMapProblem(field: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (!isJsonObject(value)) return `metadata.${field} is not a map`
  for (const key in value) if (typeof value[key] !== 'string') return `metadata.${field} has a value that is no string`
  return undefined
}

function listProblem(field: string, value: unknown, isGood: (element: unknown) => boolean): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.every(isGood))) return undefined
  return `metadata.${field} is malformed`
}

function isOwnerReference(value: unknown): boolean {
  return isJsonObject(value) && ['apiVersion', 'kind', 'name', 'uid'].every(field => typeof value[field] === 'string')
}
