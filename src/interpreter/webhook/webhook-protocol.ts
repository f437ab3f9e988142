import { decodeJson } from '../../kube/json.ts'
import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../object/field.ts'
import { gvkOf } from '../../object/gvk.ts'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from '../../object/json-patch.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import type { AggregatedStatusItem } from '../kind-interpreter.ts'

/** What a webhook is asked besides the object. */
export interface Question {
  readonly operation: string
  readonly object: KubeObject
  readonly observedObject?: KubeObject
  readonly replicas?: number
  readonly aggregatedStatus?: readonly AggregatedStatusItem[]
}

/** An answer that is not as the protocol wants it, or that says that it failed. */
export class AnswerError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AnswerError'
  }
}

const CONTEXT = { apiVersion: 'config.karmada.io/v1alpha1', kind: 'ResourceInterpreterContext' } as const

/** The document that is posted. @source spec/behaviour/status.md §6.3 */
export function formatQuestion({ operation, object, replicas, ...more }: Question, uid: string): JsonObject {
  const { name, namespace } = object.metadata
  const { group, version, kind } = gvkOf(object)
  const request = {
    uid,
    kind: { group, version, kind },
    name,
    ...(namespace !== undefined && { namespace }),
    operation,
    object,
    replicas: replicas ?? 0,
    ...more,
  }
  return { ...CONTEXT, request }
}

/**
 * Reads what came back.
 *
 * @returns its `response`
 * @throws AnswerError
 */
export function readAnswer(document: unknown, uid: string): JsonObject {
  const response = objectAt(document, 'response')
  if (response === undefined) throw new AnswerError('its answer has no response')
  if (stringAt(response, 'uid') !== uid) throw new AnswerError('its response is to another request')
  if (response['successful'] === true) return response
  const status = objectAt(response, 'status')
  if (status === undefined) throw new AnswerError('it failed, and its response has no status')
  throw new AnswerError(`status code: ${numberAt(status, 'code') ?? 0}, msg: ${stringAt(status, 'message') ?? ''}`)
}

/**
 * The object with what the webhook changed.
 *
 * @throws AnswerError for a patch that is none, or that does not fit
 */
export function patched(object: KubeObject, response: JsonObject): unknown {
  const patch = stringAt(response, 'patch') ?? ''
  const patchType = stringAt(response, 'patchType') ?? ''
  if (patch === '' && patchType === '') return object
  if (patch === '' || patchType === '')
    throw new AnswerError('its response has one of patch and patchType, and not the other')
  if (patchType !== 'JSONPatch') throw new AnswerError(`it gives a patch of type ${patchType}, not JSONPatch`)
  try {
    return applyJsonPatch(object, readPatch(patch))
  } catch (error) {
    if (error instanceof JsonPatchError) throw new AnswerError(`its patch does not fit: ${error.message}`)
    throw error
  }
}

function readPatch(base64: string): readonly PatchOperation[] {
  const operations = parse(Buffer.from(base64, 'base64').toString('utf8'))
  if (!Array.isArray(operations)) throw new AnswerError('its patch is no list of operations')
  return operations.map((operation, index) => {
    if (isOperation(operation)) return operation
    throw new AnswerError(`operation ${index} of its patch is none of add, remove and replace`)
  })
}

function parse(text: string): unknown {
  try {
    return decodeJson(text)
  } catch {
    throw new AnswerError('its patch is no JSON in base64')
  }
}

function isOperation(value: unknown): value is PatchOperation {
  const op = stringAt(value, 'op') ?? ''
  return ['add', 'remove', 'replace'].includes(op) && stringAt(value, 'path') !== undefined
}

/** Fields of a response as the results of a script of the same operation: one set of checks serves both. */
export const RESULTS: Readonly<Record<string, (response: JsonObject, object: KubeObject) => readonly unknown[]>> = {
  InterpretReplica: response => [needed(response, 'replicas'), objectAt(response, 'replicaRequirements') ?? null],
  InterpretComponent: response => [listAt(response, 'components')],
  InterpretDependency: response => [listAt(response, 'dependencies')],
  InterpretStatus: response => [needed(response, 'rawStatus')],
  InterpretHealth: response => [needed(response, 'healthy')],
  ReviseReplica: (response, object) => [patched(object, response)],
  Retain: (response, object) => [patched(object, response)],
  AggregateStatus: (response, object) => [patched(object, response)],
}

function needed(response: JsonObject, field: string): unknown {
  const value = valueAt(response, field)
  if (value === undefined || (field === 'rawStatus' && !isJsonObject(value))) {
    throw new AnswerError(`its response has no ${field}`)
  }
  return value
}
