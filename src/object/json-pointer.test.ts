import { expect, it } from '@jest/globals'
import { jsonPointer, pointerNames, valueAtPointer } from './json-pointer.ts'

it.each([
  { name: 'no name is the whole document', names: [], want: '' },
  {
    name: 'a label key keeps its slash by escape',
    names: ['metadata', 'labels', 'a/b'],
    want: '/metadata/labels/a~1b',
  },
  { name: 'a tilde is escaped before the slash', names: ['~/'], want: '/~0~1' },
])('$name', ({ names, want }) => {
  expect(jsonPointer(...names)).toBe(want)
  expect(pointerNames(want)).toEqual(names)
})

const document = { data: { 'a/b': '1' }, list: [{ name: 'x' }], none: null }

it.each([
  { name: 'the whole document', pointer: '', want: document },
  { name: 'a key with a slash', pointer: '/data/a~1b', want: '1' },
  { name: 'an entry of a list', pointer: '/list/0/name', want: 'x' },
  { name: 'nothing beyond the end of a list', pointer: '/list/1/name', want: undefined },
  { name: 'nothing under a name that is no index', pointer: '/list//name', want: undefined },
  { name: 'nothing below null', pointer: '/none/x', want: undefined },
  { name: 'nothing of the prototype', pointer: '/data/constructor', want: undefined },
])('$name stands at $pointer', ({ pointer, want }) => expect(valueAtPointer(document, pointer)).toEqual(want))
