import { omitFields } from '../object/field.ts'
import { isNamedBySomebody, isSetBySomebody } from '../object/fields-v1.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'

/** Names of fields; `*` is every entry of a list. */
type Path = readonly string[]

/**
 * Fields of `v1` kinds that a host's apiserver fills in where the user says nothing: its allocators, its admission plugins, its
 * scheduler. A user may set them as well, and then they travel.
 */
const FILLED_IN: Readonly<Record<string, readonly Path[]>> = {
  Service: [
    ['spec', 'ports', '*', 'nodePort'],
    ['spec', 'healthCheckNodePort'],
    ['spec', 'ipFamilies'],
    ['spec', 'ipFamilyPolicy'],
  ],
  Pod: [
    ['spec', 'nodeName'],
    ['spec', 'priorityClassName'],
    ['spec', 'tolerations'],
    ['spec', 'imagePullSecrets'],
    // By a LimitRange of the host's namespace.
    ...['containers', 'initContainers'].flatMap(list =>
      ['requests', 'limits'].map(field => ['spec', list, '*', 'resources', field]),
    ),
  ],
  PersistentVolumeClaim: [['spec', 'storageClassName']],
}

/**
 * What the caches of the host keep of a template: all of it but the managedFields, and but for what nobody set: a port or an
 * address family that the host chose says nothing of what a member should have.
 *
 * Guarantees: an object without managedFields is given as it is: then nobody can tell who set what.
 *
 * @source spec/behaviour/host-vs-dedicated.md §5 "Extend pruning"; design.md "Seams": caches hold projections
 */
export function projectTemplate(object: KubeObject): KubeObject {
  const { managedFields = [], ...metadata } = object.metadata
  if (managedFields.length === 0) return object
  const filledIn = object.apiVersion === 'v1' && Object.hasOwn(FILLED_IN, object.kind) ? FILLED_IN[object.kind] : []
  const isUnset = (names: Path): boolean => {
    const isSet = names.includes('resources') ? isNamedBySomebody : isSetBySomebody
    return !isSet(object, jsonPointer(...names))
  }
  const spec = (filledIn ?? []).reduce(
    (value, [, ...path]) => without(value, path, names => isUnset(['spec', ...names])),
    object['spec'],
  )
  return { ...object, metadata, ...(spec !== object['spec'] && { spec }) }
}

/** @returns the value without the fields at a path that `isGone` names. */
function without(value: unknown, path: Path, isGone: (names: Path) => boolean): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (name === '*' && Array.isArray(value)) {
    return value.map((entry, index) => without(entry, rest, names => isGone([String(index), ...names])))
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return value
  if (rest.length === 0) return isGone([name]) ? omitFields(value, [name]) : value
  return { ...value, [name]: without(value[name], rest, names => isGone([name, ...names])) }
}
