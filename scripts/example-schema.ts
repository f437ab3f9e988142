import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

type JsonObject = { readonly [field: string]: unknown }

/** A CustomResourceDefinition as far as validation needs it. */
export interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: JsonObject } }[]
  }
}

/** Something that stands in an example file. */
export interface ExampleObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
}

/** @returns what is wrong with an object, in words; empty when it is fine or of a kind that is not ours. */
export type ExampleValidator = (object: ExampleObject) => readonly string[]

/** Every group of the API ends so; a kind of such a group without a definition is a typing error. */
const OUR_DOMAIN = '.karmada.io/'

/** Validates against the definitions' schemas, unknown fields included; CEL rules are left to a real apiserver. */
export function newExampleValidator(definitions: readonly CustomResourceDefinition[]): ExampleValidator {
  const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false }))
  const validators = new Map<string, ValidateFunction>()
  for (const { spec } of definitions) {
    for (const version of spec.versions) {
      const key = `${spec.group}/${version.name} ${spec.names.kind}`
      validators.set(key, ajv.compile(closed(version.schema.openAPIV3Schema)))
    }
  }
  return object => {
    if (!object.apiVersion || !object.kind || !object.metadata?.name)
      return ['needs apiVersion, kind and metadata.name']
    const validate = validators.get(`${object.apiVersion} ${object.kind}`)
    if (validate === undefined) {
      return object.apiVersion.includes(OUR_DOMAIN)
        ? [`${object.apiVersion} ${object.kind} is not defined in crds/`]
        : []
    }
    validate(object)
    return (validate.errors ?? []).map(error => {
      const field = 'additionalProperty' in error.params ? ` "${error.params['additionalProperty']}"` : ''
      return `${error.instancePath || '/'} ${error.message ?? 'is invalid'}${field}`
    })
  }
}

/** Turns a structural schema into JSON schema in which a field that nobody defined is an error, as in `kubectl apply`. */
function closed(schema: JsonObject): JsonObject {
  const inner = Object.fromEntries(Object.entries(schema).map(([field, value]) => [field, closedField(field, value)]))
  if (schema['x-kubernetes-int-or-string'] === true) return { ...inner, type: ['integer', 'string'], anyOf: undefined }
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema
  const isClosed = 'properties' in schema && !isOpen && schema['x-kubernetes-embedded-resource'] !== true
  return isClosed ? { ...inner, additionalProperties: false } : inner
}

function closedField(field: string, value: unknown): unknown {
  if (field === 'properties' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, isObject(each) ? closed(each) : each]))
  }
  return ['items', 'additionalProperties'].includes(field) && isObject(value) ? closed(value) : value
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
