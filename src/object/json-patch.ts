import { jsonPointer, pointerNames } from './json-pointer.ts'
import { printableMessage } from './printable.ts'
import { isJsonObject } from './raw-json.ts'

/** The operations that override policies know. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

/** A patch that cannot be applied: the message says what is wrong with the place. */
export class JsonPatchError extends Error {
  /** Position of the operation in the patch. */
  readonly index: number
  constructor(index: number, message: string) {
    super(message)
    this.name = 'JsonPatchError'
    this.index = index
  }
}

/**
 * Applies operations one after the other. Libraries change the document in place, copy it through text (which loses the
 * digits of raw JSON numbers), or leave out names such as `constructor`; documents here come frozen from a cache.
 *
 * Guarantees: the document stays as it is; what no operation touches is shared with the result; any name is a name,
 * `__proto__` too. As in kube-apiserver, a list index may count from the end (-1) and a parent is never made.
 *
 * @throws JsonPatchError for the first operation that does not apply.
 * @source RFC 6902 §4.1-§4.3
 */
export function applyJsonPatch(document: unknown, operations: readonly PatchOperation[]): unknown {
  return operations.reduce<unknown>((root, operation, index) => {
    const result = applyOperation(root, operation)
    if (typeof result === 'string')
      throw new JsonPatchError(index, `${operation.op} ${shown(operation.path)}: ${result}`)
    return result.value
  }, document)
}

/** A path takes any text. What is wrong with it stands behind it, and who tells it has room for some hundred characters. */
const LONGEST_SHOWN = 200

function shown(path: string): string {
  return printableMessage(path, LONGEST_SHOWN).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

/** The changed value, or why there is none. */
type Outcome = { readonly value: unknown } | string

/** Changes one member of a list or object. */
type Edit = (parent: Container, name: string) => Outcome

type Container = readonly unknown[] | { readonly [name: string]: unknown }

function applyOperation(root: unknown, { op, path, value }: PatchOperation): Outcome {
  if (op !== 'remove' && value === undefined) return 'it has no value'
  const names = pointerNames(path)
  if (names.length === 0) {
    if (path !== '') return 'a path begins with a slash'
    return op === 'remove' ? 'the whole document cannot be removed' : { value }
  }
  return editAt(root, { names, depth: 0, edit: editOf(op, value) })
}

interface Walk {
  readonly names: readonly string[]
  readonly depth: number
  readonly edit: Edit
}

function editAt(parent: unknown, { names, depth, edit }: Walk): Outcome {
  const name = names[depth] ?? ''
  if (!isContainer(parent)) return `${shown(jsonPointer(...names.slice(0, depth)))} is neither an object nor a list`
  if (depth === names.length - 1) return edit(parent, name)
  const key = existingKey(parent, name)
  if (key === undefined) return `there is no ${shown(jsonPointer(...names.slice(0, depth + 1)))}`
  const child = editAt(memberOf(parent, key), { names, depth: depth + 1, edit })
  return typeof child === 'string' ? child : { value: withMember(parent, key, child.value) }
}

function editOf(op: PatchOperation['op'], value: unknown): Edit {
  switch (op) {
    case 'add':
      return (parent, name) => addMember(parent, name, value)
    case 'remove':
      return (parent, name) => editExisting(parent, name, withoutMember)
    case 'replace':
      return (parent, name) => editExisting(parent, name, (container, key) => withMember(container, key, value))
  }
}

function addMember(parent: Container, name: string, value: unknown): Outcome {
  if (!isList(parent)) return { value: withMember(parent, name, value) }
  const at = name === '-' ? parent.length : listIndex(name, parent.length + 1)
  return at === undefined ? missing(parent, name) : { value: parent.toSpliced(at, 0, value) }
}

function editExisting(parent: Container, name: string, change: (parent: Container, key: string) => Container): Outcome {
  const key = existingKey(parent, name)
  return key === undefined ? missing(parent, name) : { value: change(parent, key) }
}

function missing(parent: Container, name: string): string {
  return isList(parent) ? `the list has ${parent.length} entries, ${shown(name)} is none of them` : 'there is nothing'
}

/** @returns the name under which a member is there (for a list its index, counted from the start). */
function existingKey(parent: Container, name: string): string | undefined {
  if (!isList(parent)) return Object.hasOwn(parent, name) ? name : undefined
  const index = listIndex(name, parent.length)
  return index === undefined ? undefined : String(index)
}

const INTEGER = /^[-+]?\d{1,15}$/

/** @returns a position below `end`; undefined for any other text. */
function listIndex(name: string, end: number): number | undefined {
  if (!INTEGER.test(name)) return undefined
  const number = Number(name)
  const index = number < 0 ? end + number : number
  return index >= 0 && index < end ? index : undefined
}

function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isJsonObject(value)
}

function isList(value: Container): value is readonly unknown[] {
  return Array.isArray(value)
}

function memberOf(parent: Container, key: string): unknown {
  return isList(parent) ? parent[Number(key)] : parent[key]
}

function withMember(parent: Container, key: string, value: unknown): Container {
  if (isList(parent)) return parent.with(Number(key), value)
  // A computed key defines an own member, whatever its name.
  return { ...parent, [key]: value }
}

function withoutMember(parent: Container, key: string): Container {
  if (isList(parent)) return parent.toSpliced(Number(key), 1)
  return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key))
}
