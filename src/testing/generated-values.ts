import fc from 'fast-check'
import type { JsonObject } from '../object/kube-object.ts'

/** Members of an object. */
export type Model = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** Members that may be left out, beside those that may not. */
export function some(optional: Model, required: Model = {}): fc.Arbitrary<JsonObject> {
  return fc.record({ ...optional, ...required }, { requiredKeys: Object.keys(required) })
}

/** One of several values. */
export const oneOf = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values)
/** A list, empty ones among them. */
export const listOf = (entry: fc.Arbitrary<unknown>, maxLength = 2): fc.Arbitrary<unknown> =>
  fc.array(entry, { maxLength, minLength: 0 })
export const flag = oneOf(true, false)

/** Processors, in every notation. */
export const CPU = oneOf('1', 1, '1000m', '0.5', '500m', '1e0', 0, '0', '0.10')
/** Sizes, in every notation. */
export const BYTES = oneOf('1Gi', '1024Mi', 1073741824, '1e9', '1G', '1000M', '1.5Gi', '128974848000m')
/** Counts, in every notation. */
export const COUNT = oneOf('5', 5, '5000m', '1k', '1000', '10E2')
const requests = some({ cpu: CPU, memory: BYTES, 'example.com/device': oneOf('1', 1) })
const devices = { 'example.com/device': oneOf('1', 1) }
const limits = some({}, { cpu: oneOf('2', 2, '2000m'), memory: oneOf('2Gi', '2048Mi', '2.5e9'), ...devices })
/** Of a container: each way to write a quantity. */
export const resources = fc.oneof(
  oneOf({}, { limits: {} }, { requests: {}, claims: [] }),
  some({ requests }, { limits }),
)
