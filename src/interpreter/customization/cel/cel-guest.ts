import { CEL_MODULE } from './cel-library.ts'

/** What CEL's implementation takes from a browser, for its functions on bytes. */
export const CEL_SHIM = `
globalThis.TextEncoder = class {
  encode(text) {
    return Uint8Array.from(unescape(encodeURIComponent(text)), character => character.charCodeAt(0))
  }
}
globalThis.TextDecoder = class {
  decode(bytes) {
    return decodeURIComponent(escape(String.fromCharCode(...bytes)))
  }
}`

/**
 * What runs in the sandbox beside CEL's implementation. It gives `compile`: of an expression and a JSON list of its variables, a
 * function from the JSON list of their values to the JSON of the result.
 */
export const CEL_GUEST = `
import { Environment } from '${CEL_MODULE}'

/** Whole numbers of JSON are int, others double. */
function toCel(value) {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  for (const name in value) {
    const field = value[name]
    const type = typeof field
    // A field of that name would be the prototype, were it written again.
    if ((type === 'number' || type === 'object') && name !== '__proto__') value[name] = toCel(field)
  }
  return value
}

function toJson(value) {
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new RangeError(value + ' is no number of JSON')
    return number
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (value instanceof Set) return [...value].map(toJson)
  const isMap = value instanceof Map
  if (!isMap && ![Object.prototype, null].includes(Object.getPrototypeOf(value))) throw new TypeError('this value of CEL is no JSON: make it a string, or take what is in it')
  return Object.fromEntries((isMap ? [...value] : Object.entries(value)).map(([name, field]) => [name, toJson(field)]))
}

const stringify = value => JSON.stringify(toJson(value))
// What is handed to the library is brought out as JSON.
BigInt.prototype.toJSON = function () { return Number(this) }
const kubeOf = name => (...args) => toCel(kube[name](...args))

class Kube {}
const base = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  .registerType('kube', { ctor: Kube, fields: {} })
  .registerConstant('kube', 'kube', new Kube())
  .registerFunction('list.sum(): dyn', list => list.length === 0 ? 0n : list.reduce((a, b) => a + b))
  .registerFunction('list.min(): dyn', list => list.reduce((a, b) => (b < a ? b : a)))
  .registerFunction('list.max(): dyn', list => list.reduce((a, b) => (b > a ? b : a)))
  .registerFunction('kube.resourceAdd(list): string', (self, list) => kubeOf('resourceAdd')(...list))
  .registerFunction('kube.resourceAdd(dyn, dyn): string', (self, a, b) => kubeOf('resourceAdd')(a, b))
  .registerFunction('kube.getResourceQuantity(dyn): double', (self, quantity) => Number(kubeOf('getResourceQuantity')(quantity)))
  .registerFunction('kube.accuratePodRequirements(dyn): dyn', (self, template) => kubeOf('accuratePodRequirements')(template))
  .registerFunction('kube.getPodDependencies(dyn, string): list', (self, template, namespace) => kubeOf('getPodDependencies')(template, namespace))
const environments = new Map()

function environmentFor(variables) {
  if (!environments.has(variables)) {
    const added = JSON.parse(variables).reduce((environment, name) => environment.registerVariable(name, 'dyn'), base.clone())
    environments.set(variables, added)
  }
  return environments.get(variables)
}

/** With the line of the expression, and without the picture of it. */
function placed(error, name, text) {
  const { summary, range } = error
  if (summary === undefined) return error
  const line = text.slice(0, range?.start ?? 0).split('\\n').length
  return Object.assign(new Error(), { name: name + ':' + line, message: summary })
}

export const compile = (name, text, variables) => {
  const names = JSON.parse(variables)
  const guarded = run => {
    try {
      return run()
    } catch (error) {
      throw placed(error, name, text)
    }
  }
  const expression = guarded(() => environmentFor(variables).parse(text))
  const { valid, error } = expression.check()
  if (!valid) guarded(() => { throw error })
  return args => {
    const values = JSON.parse(args)
    return guarded(() => stringify(expression(Object.fromEntries(names.map((each, at) => [each, toCel(values[at])])))))
  }
}
`
