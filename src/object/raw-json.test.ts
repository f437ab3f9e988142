import { expect, it } from '@jest/globals'
import { scalarText } from './raw-json.ts'

it.each([
  ['a text', 'a', 'a'],
  ['a number', 1.5, '1.5'],
  ['an integer beyond 2^53', JSON.rawJSON('9007199254740993'), '9007199254740993'],
  ['a truth value', false, 'false'],
  ['null', null, ''],
  ['nothing', undefined, ''],
  ['an object that says itself what its text is', { toString: 1, valueOf: 2 }, ''],
  ['a list', ['a'], ''],
])('the text of %s', (_name, value, want) => expect(scalarText(value)).toBe(want))
