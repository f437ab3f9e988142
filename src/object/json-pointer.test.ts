import { expect, it } from '@jest/globals'
import { jsonPointer, pointerNames } from './json-pointer.ts'

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
