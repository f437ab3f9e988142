import { expect, it } from '@jest/globals'
import { depthOf } from './json-depth.ts'

it.each([
  ['1', 0],
  ['"[[["', 0],
  ['"\\"[["', 0],
  ['"\\\\"', 0],
  ['[]', 1],
  ['{"a":[{"b":"]"},[]]}', 3],
  ['[[],[[]],[]]', 3],
  ['["{","\\\\",{"[":1}]', 2],
])('%s is %d deep', (json, depth) => {
  JSON.parse(json)
  expect(depthOf(json)).toBe(depth)
})
