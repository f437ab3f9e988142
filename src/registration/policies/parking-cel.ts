import { ANNOTATION, LABEL } from '../../api/names.ts'
import { jsonPointer } from '../../object/json-pointer.ts'
import { fieldName, type Mechanism, mechanismsOf, PARKABLE_KINDS, type ParkableKind } from '../../parking/mechanisms.ts'

// The same rules as src/parking/park.ts, in CEL: there the operator parks what exists, here the apiserver what is made.

const quote = (text: string): string => `'${text}'`

/** @returns CEL: the labels (or annotations) of an object as a map, which may be empty. */
export function mapOf(of: string, field: 'labels' | 'annotations'): string {
  return `(has(${of}.metadata.${field}) ? ${of}.metadata.${field} : {})`
}

function path(of: string, { path: names }: Pick<Mechanism, 'path'>): string {
  return [of, ...names].join('.')
}

/** @returns CEL: whether the field parks the object. */
function isSet(of: string, mechanism: Mechanism): string {
  const field = path(of, mechanism)
  switch (mechanism.type) {
    case 'scalar':
      return `(has(${field}) && ${field} == ${literal(mechanism.value)})`
    case 'entry':
      return `(has(${field}) && ${quote(mechanism.key)} in ${field})`
    case 'gate':
      return `(has(${field}) && ${field}.exists(gate, gate.name == ${quote(mechanism.name)}))`
  }
}

/** @returns CEL: JSON of what the field holds without parking. */
function ownValue(mechanism: Mechanism): string {
  const field = path('object', mechanism)
  return `(has(${field}) ? ${ownText(mechanism, field)} : 'null')`
}

function ownText(mechanism: Mechanism, field: string): string {
  if (mechanism.type === 'entry') return `'{}'`
  if (mechanism.type === 'gate') return `'[]'`
  return mechanism.value === true ? `string(${field})` : `'"' + ${field} + '"'`
}

/** @returns CEL: the operations that park. */
function setting(mechanism: Mechanism): string {
  const field = path('object', mechanism)
  const pointer = quote(jsonPointer(...mechanism.path))
  const add = (at: string, value: string) => `[JSONPatch{op: 'add', path: ${at}, value: ${value}}]`
  const set = isSet('object', mechanism)
  switch (mechanism.type) {
    case 'scalar':
      return `${set} ? [] : ${add(pointer, literal(mechanism.value))}`
    case 'entry': {
      const key = quote(jsonPointer(...mechanism.path, mechanism.key))
      const whole = `{${quote(mechanism.key)}: ${quote(mechanism.value)}}`
      return `${set} ? [] : has(${field}) ? ${add(key, quote(mechanism.value))} : ${add(pointer, whole)}`
    }
    case 'gate': {
      const gate = `{'name': ${quote(mechanism.name)}}`
      const end = quote(`${jsonPointer(...mechanism.path)}/-`)
      return `${set} ? [] : has(${field}) ? ${add(end, gate)} : ${add(pointer, `[${gate}]`)}`
    }
  }
}

/** @returns CEL: the operations that give the user's own value back. */
function restoring(mechanism: Mechanism): string {
  const field = path('object', mechanism)
  const pointer = quote(jsonPointer(...mechanism.path))
  const remove = (at: string) => `[JSONPatch{op: 'remove', path: ${at}}]`
  const set = isSet('object', mechanism)
  switch (mechanism.type) {
    case 'scalar':
      return `${set} && variables.record != '' && !variables.record.contains(':true}') ? ${remove(pointer)} : []`
    case 'entry': {
      const key = quote(jsonPointer(...mechanism.path, mechanism.key))
      return `!${set} ? [] : ${field}.size() == 1 && !variables.record.contains(':{}') ? ${remove(pointer)} : ${remove(key)}`
    }
    case 'gate': {
      const others = `${field}.filter(gate, gate.name != ${quote(mechanism.name)})`
      return `!${set} ? [] : ${field}.size() == 1 ? ${remove(pointer)} : [JSONPatch{op: 'replace', path: ${pointer}, value: ${others}}]`
    }
  }
}

function literal(value: true | string): string {
  return value === true ? 'true' : quote(value)
}

/** @returns CEL: one branch a kind. */
function byKind(branch: (kind: ParkableKind) => string, otherwise: string): string {
  const branches = PARKABLE_KINDS.map(kind => `object.kind == ${quote(kind.resource.kind)} ? (${branch(kind)}) : `)
  return `${branches.join('\n')}${otherwise}`
}

/** An object whose field can be set once only is parked when it is made, or when it becomes what acts on the host. */
function fresh(kind: ParkableKind): string {
  const became = kind.only === undefined ? '' : ` || ${path('oldObject', kind.only)} != ${quote(kind.only.value)}`
  return `(oldObject == null || ${isSet('oldObject', kind.atCreation)}${became})`
}

function applies({ only, unless }: ParkableKind): string {
  const wanted = only && `has(${path('object', only)}) && ${path('object', only)} == ${quote(only.value)}`
  // A Pod that was parked gets its node when its gate has gone.
  const refused = unless && `(${WAS_PARKED} || !has(${['object', ...unless].join('.')}))`
  return [wanted, refused].filter(each => each !== undefined).join(' && ') || 'true'
}

/** @returns CEL that picks between the field of creation and that of later. */
function chosen(kind: ParkableKind, branch: (mechanism: Mechanism) => string, impossible: string): string {
  if (kind.later === kind.atCreation) return branch(kind.atCreation)
  const later = kind.later === undefined ? impossible : branch(kind.later)
  return `${fresh(kind)} ? (${branch(kind.atCreation)}) : (${later})`
}

/** Scalars that the apiserver lets nobody change once they are set: such an object stays parked. */
function stays(kind: ParkableKind): string {
  const { atCreation, later } = kind
  return atCreation.type === 'scalar' && later !== atCreation
    ? `oldObject != null && ${isSet('oldObject', atCreation)}`
    : 'false'
}

const isTrue = (map: string, key: string): string => `(${quote(key)} in ${map} && ${map}[${quote(key)}] == 'true')`

/** CEL: whether a controller made the object. */
export const IS_CHILD = `(has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller))`

/** CEL: whether the object was parked before this request. */
export const WAS_PARKED = `(oldObject != null && ${isTrue(mapOf('oldObject', 'labels'), LABEL.parked)})`
export const IS_LABELLED_PARKED = isTrue(mapOf('object', 'labels'), LABEL.parked)
export const IS_LOCAL = isTrue(mapOf('object', 'labels'), LABEL.local)
/**
 * What the patch is made from.
 *
 * @param wanted CEL: whether the object shall be parked
 */
export const parkingVariables = (wanted: string) => [
  { name: 'labels', expression: mapOf('object', 'labels') },
  { name: 'annotations', expression: mapOf('object', 'annotations') },
  {
    name: 'record',
    expression: `${quote(ANNOTATION.parkedFields)} in variables.annotations ? variables.annotations[${quote(ANNOTATION.parkedFields)}]
      : ${WAS_PARKED} && ${quote(ANNOTATION.parkedFields)} in ${mapOf('oldObject', 'annotations')}
        ? ${mapOf('oldObject', 'annotations')}[${quote(ANNOTATION.parkedFields)}] : ''`,
  },
  { name: 'sent', expression: `${quote(ANNOTATION.parkedFields)} in variables.annotations` },
  { name: 'wanted', expression: wanted },
  { name: 'stays', expression: byKind(stays, 'false') },
  { name: 'applies', expression: byKind(applies, 'false') },
  { name: 'possible', expression: byKind(kind => chosen(kind, () => 'true', 'false'), 'false') },
  {
    name: 'park',
    expression: `variables.applies && variables.possible && variables.wanted && (!${IS_LOCAL} || variables.stays)`,
  },
  {
    name: 'isSet',
    expression: byKind(kind => chosen(kind, mechanism => isSet('object', mechanism), 'false'), 'false'),
  },
  {
    name: 'fresh',
    expression: byKind(
      kind => chosen(kind, mechanism => `'{"${fieldName(mechanism)}":' + ${ownValue(mechanism)} + '}'`, `''`),
      `''`,
    ),
  },
  // A field that still parks keeps its record; one that the user has set anew is the user's own value.
  {
    name: 'wantedRecord',
    expression: `variables.record != '' && variables.isSet ? variables.record : variables.fresh`,
  },
]

/** Sets the fields that park, or gives the user's own values back. */
const FIELD_PATCH = `variables.park
  ? (${byKind(kind => chosen(kind, setting, '[]'), '[]')})
  : (${byKind(
    kind =>
      mechanismsOf(kind)
        .filter(isReturnable(kind))
        .map(mechanism => `(${restoring(mechanism)})`)
        .join(' + ') || '[]',
    '[]',
  )})`

function isReturnable(kind: ParkableKind): (mechanism: Mechanism) => boolean {
  return mechanism => !(mechanism.type === 'scalar' && mechanism === kind.atCreation && kind.later !== mechanism)
}

const add = (pointer: string, value: string): string =>
  `[JSONPatch{op: 'add', path: ${quote(pointer)}, value: ${value}}]`
const removeIf = (condition: string, pointer: string): string =>
  `(${condition} ? [JSONPatch{op: 'remove', path: ${quote(pointer)}}] : [])`

const LABEL_PATCH = `has(object.metadata.labels)
  ? ${add(jsonPointer('metadata', 'labels', LABEL.parked), `'true'`)}
  : ${add('/metadata/labels', `{${quote(LABEL.parked)}: 'true'}`)}`

const RECORD_PATCH = `has(object.metadata.annotations)
  ? ${add(jsonPointer('metadata', 'annotations', ANNOTATION.parkedFields), 'variables.wantedRecord')}
  : ${add('/metadata/annotations', `{${quote(ANNOTATION.parkedFields)}: variables.wantedRecord}`)}`

/** Label and record, on or off. */
const METADATA_PATCH = `variables.park
  ? ((${IS_LABELLED_PARKED} ? [] : ${LABEL_PATCH}) + (variables.sent && variables.record == variables.wantedRecord ? [] : ${RECORD_PATCH}))
  : (${removeIf(`${quote(LABEL.parked)} in variables.labels`, jsonPointer('metadata', 'labels', LABEL.parked))}
    + ${removeIf('variables.sent', jsonPointer('metadata', 'annotations', ANNOTATION.parkedFields))})`

/** CEL, with {@link parkingVariables}: everything that parks an object, or lets it go. */
export const PARKING_PATCH = `(${FIELD_PATCH}) + (${METADATA_PATCH})`
