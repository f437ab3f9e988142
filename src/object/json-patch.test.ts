import { describe, expect, it } from '@jest/globals'
import { frozen } from '../testing/frozen-object.ts'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from './json-patch.ts'

const add = (path: string, value?: unknown): PatchOperation => ({ op: 'add', path, value })
const replace = (path: string, value?: unknown): PatchOperation => ({ op: 'replace', path, value })
const remove = (path: string): PatchOperation => ({ op: 'remove', path })

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof JsonPatchError ? error.message : ''
  }
  return ''
}

// As evanphx/json-patch v5 has it, with which Karmada applies them.
describe('applyJsonPatch', () => {
  it.each<{ name: string; doc: unknown; patch: readonly PatchOperation[]; want: unknown }>([
    { name: 'adds a member', doc: { a: 1 }, patch: [add('/b', 2)], want: { a: 1, b: 2 } },
    { name: 'adds over a member that is there', doc: { a: 1 }, patch: [add('/a', 2)], want: { a: 2 } },
    { name: 'adds a member without a name', doc: { a: {} }, patch: [add('/a/', 9)], want: { a: { '': 9 } } },
    { name: 'adds null', doc: {}, patch: [add('/a', null)], want: { a: null } },
    { name: 'inserts into a list', doc: { a: [1, 2] }, patch: [add('/a/1', 9)], want: { a: [1, 9, 2] } },
    { name: 'appends by number', doc: { a: [1, 2] }, patch: [add('/a/2', 3)], want: { a: [1, 2, 3] } },
    { name: 'appends by dash', doc: { a: [1, 2] }, patch: [add('/a/-', 3)], want: { a: [1, 2, 3] } },
    { name: 'appends by a place from the end', doc: { a: [1, 2] }, patch: [add('/a/-1', 3)], want: { a: [1, 2, 3] } },
    { name: 'inserts by a place from the end', doc: { a: [1, 2] }, patch: [add('/a/-3', 3)], want: { a: [3, 1, 2] } },
    { name: 'appends to a list in a list', doc: { a: [[1]] }, patch: [add('/a/0/-', 2)], want: { a: [[1, 2]] } },
    { name: 'changes a list that is the whole', doc: [1, 2], patch: [add('/0', 0)], want: [0, 1, 2] },
    { name: 'replaces a member', doc: { a: 1 }, patch: [replace('/a', 2)], want: { a: 2 } },
    { name: 'replaces null', doc: { a: null }, patch: [replace('/a', 2)], want: { a: 2 } },
    { name: 'replaces the last of a list', doc: { a: [1, 2] }, patch: [replace('/a/-1', 9)], want: { a: [1, 9] } },
    { name: 'takes an index with zeros', doc: { a: [1, 2] }, patch: [replace('/a/01', 9)], want: { a: [1, 9] } },
    { name: 'goes through a list', doc: { a: [{ b: 1 }] }, patch: [replace('/a/0/b', 9)], want: { a: [{ b: 9 }] } },
    { name: 'replaces the whole', doc: { a: 1 }, patch: [replace('', { x: 1 })], want: { x: 1 } },
    { name: 'removes a member', doc: { a: 1, b: 2 }, patch: [remove('/a')], want: { b: 2 } },
    { name: 'removes from a list', doc: { a: [1, 2] }, patch: [remove('/a/-2')], want: { a: [2] } },
    {
      name: 'reads escapes',
      doc: { 'x/y': 1, 'm~n': 2 },
      patch: [replace('/x~1y', 9), remove('/m~0n')],
      want: { 'x/y': 9 },
    },
    {
      name: 'sees what came before',
      doc: { a: [] },
      patch: [add('/a/-', 1), add('/a/0', 0), add('/b', {}), add('/b/c', 1)],
      want: { a: [0, 1], b: { c: 1 } },
    },
    {
      name: 'takes any name for a name',
      doc: { a: {} },
      patch: [add('/a/constructor', { x: 1 }), add('/a/constructor/prototype', 2)],
      want: { a: { constructor: { x: 1, prototype: 2 } } },
    },
  ])('$name', ({ doc, patch, want }) => expect(applyJsonPatch(frozen(doc), patch)).toEqual(want))

  it.each<{ name: string; doc: unknown; operation: PatchOperation; want: string }>([
    { name: 'a member that is not there', doc: { a: 1 }, operation: replace('/b', 1), want: 'there is nothing' },
    { name: 'a parent that is not there', doc: {}, operation: add('/a/b', 1), want: 'there is no /a' },
    { name: 'a parent that is text', doc: { a: 'x' }, operation: add('/a/b', 1), want: '/a is neither' },
    { name: 'a parent that is null', doc: { a: null }, operation: add('/a/b', 1), want: '/a is neither' },
    { name: 'an inherited member', doc: { a: {} }, operation: remove('/a/toString'), want: 'there is nothing' },
    { name: 'below an inherited member', doc: {}, operation: add('/__proto__/x', 1), want: 'there is no /__proto__' },
    { name: 'behind the end', doc: { a: [1] }, operation: add('/a/2', 1), want: 'the list has 1 entries' },
    { name: 'before the start', doc: { a: [1] }, operation: remove('/a/-2'), want: 'the list has 1 entries' },
    {
      name: 'a dash that is not there yet',
      doc: { a: [1] },
      operation: remove('/a/-'),
      want: 'the list has 1 entries',
    },
    { name: 'a name in a list', doc: { a: [1] }, operation: replace('/a/1e0', 1), want: 'the list has 1 entries' },
    { name: 'an empty name in a list', doc: { a: [1] }, operation: replace('/a/', 1), want: 'the list has 1 entries' },
    { name: 'below a dash', doc: { a: [1] }, operation: add('/a/-/b', 1), want: 'there is no /a/-' },
    { name: 'the whole', doc: {}, operation: remove(''), want: 'the whole document cannot be removed' },
    { name: 'a path without slash', doc: {}, operation: add('a', 1), want: 'begins with a slash' },
    { name: 'add without value', doc: {}, operation: add('/a'), want: 'it has no value' },
    { name: 'replace without value', doc: { a: 1 }, operation: replace('/a'), want: 'it has no value' },
    { name: 'in text', doc: 'text', operation: add('/0', 1), want: 'neither an object nor a list' },
  ])('refuses $name', ({ doc, operation, want }) => {
    const run = () => applyJsonPatch(frozen(doc), [add('', doc), operation])
    expect(run).toThrow(want)
    expect(run).toThrow(expect.objectContaining({ constructor: JsonPatchError, index: 1 }))
  })

  it.each([
    { name: 'a member', doc: {}, names: ['x'.repeat(5000)], want: /^remove \/x+…: there is nothing$/ },
    { name: 'a parent', doc: {}, names: ['x'.repeat(5000), 'a'], want: /^remove \/x+…: there is no \/x+…$/ },
    {
      name: 'an entry',
      doc: { a: [] },
      names: ['a', 'x'.repeat(5000)],
      want: /: the list has 0 entries, x+… is none of them$/,
    },
  ])('says what is wrong with a long path: $name', ({ doc, names, want }) => {
    const message = messageOf(() => applyJsonPatch(frozen(doc), [remove(`/${names.join('/')}`)]))
    expect(message).toMatch(want)
    expect(message.length).toBeLessThan(500)
  })

  it('quotes a path in one line', () => {
    expect(messageOf(() => applyJsonPatch({}, [remove('/a\n\u001b')]))).toBe('remove /a\\n\\u001b: there is nothing')
  })

  it('changes no prototype by a member called __proto__', () => {
    const result = applyJsonPatch(frozen({ a: {} }), [add('/a/__proto__', { polluted: true })])
    expect(JSON.stringify(result)).toBe('{"a":{"__proto__":{"polluted":true}}}')
    expect({}).not.toHaveProperty('polluted')
    expect(JSON.stringify(applyJsonPatch(result, [add('/a/b', 1), remove('/a/__proto__')]))).toBe('{"a":{"b":1}}')
  })

  it('shares what it does not touch, and keeps digits that no double holds', () => {
    const doc = { kept: { big: JSON.rawJSON('12345678901234567890') }, a: 1 }
    const result = applyJsonPatch(doc, [replace('/a', 2)])
    expect(result).toEqual({ ...doc, a: 2 })
    expect((result as typeof doc).kept).toBe(doc.kept)
  })
})
