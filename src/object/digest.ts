import { hash } from 'node:crypto'
import { isJsonObject } from './raw-json.ts'

/** 22 base64url characters hold 132 bits: equal digests mean equal values for any practical purpose. */
const DIGEST_LENGTH = 22

/**
 * A short stable digest of any JSON value: the order of members does not matter, that of lists does. Members that are
 * undefined are left out, as JSON does.
 *
 * @returns 22 characters of [A-Za-z0-9_-], fit for an annotation.
 */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url').slice(0, DIGEST_LENGTH)
}

/** @returns `value` as JSON without spaces, members sorted by UTF-16 code unit; numbers kept as raw JSON verbatim. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(element => canonicalJson(element ?? null)).join(',')}]`
  if (isJsonObject(value)) return canonicalObject(value)
  return JSON.stringify(value) ?? 'null'
}

function canonicalObject(object: { readonly [field: string]: unknown }): string {
  let text = ''
  for (const name of Object.keys(object).sort()) {
    const member = object[name]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}
