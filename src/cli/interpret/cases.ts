import type { AggregatedStatusItem } from '../../interpreter/kind-interpreter.ts'
import { decodeJson, encodeJson } from '../../kube/json.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { CommandError, isKubeObject, type ManifestText } from '../manifests.ts'
import { readYaml, writeYaml } from '../yaml.ts'
import type { Input } from './operations.ts'

/** What an operation must give, for one input. */
export interface Case {
  readonly name: string
  readonly operation: string
  readonly input: Input
  /** The whole result; or, for `contains`, a part of it. */
  readonly want?: unknown
  /** Fields that the result must have, whatever else it has. */
  readonly contains?: unknown
  /** A part of the message of the failure that is wanted. */
  readonly error?: string
}

const FIELDS = ['name', 'operation', 'desired', 'observed', 'replicas', 'status', 'want', 'contains', 'error']

/**
 * Reads a list of cases.
 *
 * @throws CommandError naming source, case and field
 */
export function readCases({ source, text }: ManifestText): readonly Case[] {
  const list: unknown = readYaml(text)
  if (!Array.isArray(list)) throw new CommandError(`${source}: a file of cases is a list`)
  return list.map((value, index) => readCase(value, `${source}: case ${index + 1}`))
}

function readCase(value: unknown, where: string): Case {
  if (!isJsonObject(value)) throw new CommandError(`${where} is no object`)
  const { name = where, operation, desired, observed, replicas, status, want, contains, error } = value
  const unknown = Object.keys(value).find(field => !FIELDS.includes(field))
  if (unknown !== undefined) throw new CommandError(`${where} has a field ${unknown}: there are ${FIELDS.join(', ')}`)
  if (typeof operation !== 'string') throw new CommandError(`${where} has no operation`)
  if (want === undefined && contains === undefined && error === undefined) {
    throw new CommandError(`${where} says neither want nor contains nor error`)
  }
  return {
    name: String(name),
    operation,
    input: {
      ...(desired !== undefined && { desired: readObject(desired, `${where}: desired`) }),
      ...(observed !== undefined && { observed: readObject(observed, `${where}: observed`) }),
      ...(typeof replicas === 'number' && { replicas }),
      ...(status !== undefined && { status: readStatus(status, `${where}: status`) }),
    },
    ...(want !== undefined && { want }),
    ...(contains !== undefined && { contains }),
    ...(error !== undefined && { error: String(error) }),
  }
}

function readObject(value: unknown, where: string): KubeObject {
  if (!isKubeObject(value)) throw new CommandError(`${where} needs apiVersion, kind and metadata.name`)
  return value
}

/**
 * Reads what members report: items with `clusterName` and `status`.
 *
 * @throws CommandError naming the place
 */
export function readStatus(value: unknown, where: string): readonly AggregatedStatusItem[] {
  if (!Array.isArray(value) || !value.every(isItem)) {
    throw new CommandError(`${where} is a list of items with clusterName and status`)
  }
  return value
}

function isItem(value: unknown): value is AggregatedStatusItem {
  return isJsonObject(value) && typeof value['clusterName'] === 'string'
}

/** What an operation came to. */
export type Outcome = { readonly result: unknown } | { readonly failure: string }

/** @returns what is wrong; undefined when it is as wanted. */
export function verdictOf(wanted: Case, outcome: Outcome): string | undefined {
  if ('failure' in outcome) {
    return wanted.error !== undefined && outcome.failure.includes(wanted.error)
      ? undefined
      : `failed: ${outcome.failure}`
  }
  if (wanted.error !== undefined) return `did not fail with "${wanted.error}"; it gave ${brief(outcome.result)}`
  if (wanted.want !== undefined && !deepEqual(plain(outcome.result), wanted.want)) {
    return `gave ${brief(outcome.result)}, not ${brief(wanted.want)}`
  }
  const lacking = wanted.contains === undefined ? [] : missing(outcome.result, wanted.contains, '')
  return lacking.length === 0 ? undefined : lacking.join('; ')
}

/** Fields of `part` that `whole` lacks or has otherwise, by path. */
function missing(whole: unknown, part: unknown, path: string): readonly string[] {
  if (isJsonObject(part) && isJsonObject(whole)) {
    return Object.entries(part).flatMap(([name, value]) =>
      missing(Object.hasOwn(whole, name) ? whole[name] : undefined, value, `${path}/${name}`),
    )
  }
  if (deepEqual(plain(whole), part)) return []
  return [`${path === '' ? 'it' : path} is ${brief(whole)}, not ${brief(part)}`]
}

/** As JSON has it: fields that are undefined are not there. */
function plain(value: unknown): unknown {
  return value === undefined ? null : decodeJson(encodeJson(value))
}

function brief(value: unknown): string {
  return value === undefined ? 'nothing' : writeYaml(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}
