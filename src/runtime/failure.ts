import { types } from 'node:util'

/** @returns what was thrown as an Error; anything else becomes the message of one. */
export function toError(thrown: unknown): Error {
  if (isError(thrown)) return thrown
  return new Error(typeof thrown === 'string' ? thrown : `thrown: ${describe(thrown)}`, { cause: thrown })
}

/** True for errors of any realm, which `instanceof` is not. */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown)
}

function describe(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown)
  } catch {
    return Object.prototype.toString.call(thrown)
  }
}
