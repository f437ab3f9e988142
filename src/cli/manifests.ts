import { Ajv, type ValidateFunction } from 'ajv'
import { CRD_MANIFESTS } from '../api/generated/crds.ts'
import { listAt, objectAt, stringAt, valueAt, withValueAt } from '../object/field.ts'
import { gvkOf } from '../object/gvk.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { readYamlDocuments, YamlError } from './yaml.ts'

/** A mistake of whoever called the command; the message says where and what. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** A text with YAML or JSON documents, and where it came from. */
export interface ManifestText {
  readonly source: string
  readonly text: string
}

/**
 * The objects of a text, as an apiserver would have stored them: lists are taken apart, objects of our own kinds are checked
 * against their schema and have its defaults, workloads have their count of replicas.
 *
 * @throws CommandError naming source, object and field. Rules in CEL are left to a real apiserver.
 */
export function readManifests({ source, text }: ManifestText): readonly KubeObject[] {
  return documentsOf({ source, text }).flatMap(value =>
    value === null ? [] : itemsOf(value).map(item => readObject(source, item)),
  )
}

function documentsOf({ source, text }: ManifestText): readonly unknown[] {
  try {
    return readYamlDocuments(text)
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`${source}: ${error.message}`)
    throw error
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  const isList = stringAt(value, 'kind')?.endsWith('List') === true && Array.isArray(valueAt(value, 'items'))
  return isList ? listAt(value, 'items') : [value]
}

function readObject(source: string, value: unknown): KubeObject {
  if (!isKubeObject(value)) throw new CommandError(`${source}: an object needs apiVersion, kind and metadata.name`)
  const problems = checkWithDefaults(value)
  if (problems.length > 0) {
    throw new CommandError(`${source}: ${value.kind} ${value.metadata.name}: ${problems.join('; ')}`)
  }
  return withReplicas(value)
}

/** Whether a value has what every object has. */
export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isJsonObject(value) &&
    Boolean(stringAt(value, 'apiVersion')) &&
    Boolean(stringAt(value, 'kind')) &&
    Boolean(stringAt(value, 'metadata', 'name'))
  )
}

/** Where apiservers put 1 when the field is absent. @source Kubernetes API reference, apps/v1 and batch/v1 */
const COUNTS: Readonly<Record<string, string>> = {
  'apps/Deployment': 'replicas',
  'apps/StatefulSet': 'replicas',
  'apps/ReplicaSet': 'replicas',
  'batch/Job': 'parallelism',
}

function withReplicas(object: KubeObject): KubeObject {
  const { group, kind } = gvkOf(object)
  const field = COUNTS[`${group}/${kind}`]
  return field === undefined || valueAt(object, 'spec', field) !== undefined
    ? object
    : withValueAt(object, ['spec', field], 1)
}

let validators: ReadonlyMap<string, ValidateFunction> | undefined

/** Puts the defaults of its schema into an object. @returns what is wrong with it; empty for kinds that are not ours. */
function checkWithDefaults(object: KubeObject): readonly string[] {
  validators ??= newValidators()
  const validate = validators.get(`${object.apiVersion} ${object.kind}`)
  if (validate === undefined || validate(object)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const field = 'additionalProperty' in params ? ` "${params['additionalProperty']}"` : ''
    return `${instancePath || '/'} ${message ?? 'is invalid'}${field}`
  })
}

function newValidators(): ReadonlyMap<string, ValidateFunction> {
  // Formats are the apiserver's matter; so are fields that older or newer releases of the API have.
  const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: true, validateFormats: false })
  return new Map(
    CRD_MANIFESTS.flatMap(text => {
      const crd: unknown = JSON.parse(text)
      const [group, kind] = [stringAt(crd, 'spec', 'group'), stringAt(crd, 'spec', 'names', 'kind')]
      return listAt(crd, 'spec', 'versions').map((version): [string, ValidateFunction] => {
        const schema = objectAt(version, 'schema', 'openAPIV3Schema') ?? {}
        return [`${group}/${stringAt(version, 'name')} ${kind}`, ajv.compile(closed(schema))]
      })
    }),
  )
}

/** A structural schema as JSON schema in which a field of `spec` that nobody defined is an error, as in `kubectl apply`. */
function closed(schema: JsonObject): JsonObject {
  const inner = Object.fromEntries(Object.entries(schema).map(([field, value]) => [field, closedField(field, value)]))
  if (schema['x-kubernetes-int-or-string'] === true) return { ...inner, type: ['integer', 'string'], anyOf: undefined }
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema
  return 'properties' in schema && !isOpen ? { ...inner, additionalProperties: false } : inner
}

function closedField(field: string, value: unknown): unknown {
  if (field === 'properties' && isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, isJsonObject(each) ? closed(each) : each]),
    )
  }
  return ['items', 'additionalProperties'].includes(field) && isJsonObject(value) ? closed(value) : value
}
