import { expect, it } from '@jest/globals'
import { imageOf, neededBy, valueOfMap, valueOfPods } from './content.ts'

const main = { name: 'main', image: imageOf('v1') }

it.each([
  { name: 'the value', data: { value: 'v1' }, want: 'v1' },
  { name: 'a value that a person wrote', data: { value: 'x' }, want: '{"value":"v1","data":{"value":"x"}}' },
  {
    name: 'a key that a person added',
    data: { value: 'v1', more: 'x' },
    want: '{"value":"v1","data":{"value":"v1","more":"x"}}',
  },
  { name: 'nothing', data: {}, want: '{"value":"v1","data":{}}' },
])('tells what a ConfigMap says: $name', ({ data, want }) => {
  expect(valueOfMap({ value: 'v1', data })).toBe(want)
})

it.each([
  { name: 'the value', containers: [main], want: 'v1' },
  {
    name: 'another image',
    containers: [{ ...main, image: imageOf('v2') }],
    want: '{"value":"v1","said":["main example.com/main:v2"]}',
  },
  {
    name: 'a container that a person added',
    containers: [main, { name: 'more', image: 'x' }],
    want: '{"value":"v1","said":["main example.com/main:v1","more x"]}',
  },
])('tells what a Deployment says: $name', ({ containers, want }) => {
  expect(valueOfPods({ value: 'v1', containers })).toBe(want)
})

it('tells what Pods read', () => {
  const envFrom = [{ configMapRef: { name: 's1' } }, {}]
  expect(neededBy({ containers: [main, { ...main, envFrom }] })).toEqual(['s1'])
})
