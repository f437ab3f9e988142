import { expect, it } from '@jest/globals'
import type { ContainerWordsOverrider } from '../../api/generated/override-policy.ts'
import { valueAtPointer } from '../../object/json-pointer.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { command } from './command.ts'

const add = (...value: readonly string[]): ContainerWordsOverrider => ({ containerName: 'a', operator: 'add', value })
const remove = (...value: readonly string[]): ContainerWordsOverrider => ({
  containerName: 'a',
  operator: 'remove',
  value,
})

// spec/behaviour/overrides.md §4
it.each([
  { name: 'appends', words: ['sh', '-c'], entries: [add('x', '-c')], want: ['sh', '-c', 'x', '-c'] },
  { name: 'begins where there was none', words: undefined, entries: [add('sh')], want: ['sh'] },
  { name: 'removes every equal word', words: ['a', 'b', 'a'], entries: [remove('a', 'c')], want: ['b'] },
  { name: 'may leave none', words: ['a'], entries: [remove('a')], want: [] },
  { name: 'has nothing to remove from', words: undefined, entries: [remove('a')], want: undefined },
  { name: 'takes one after the other', words: ['a'], entries: [add('b'), remove('a'), add('a')], want: ['b', 'a'] },
  {
    name: 'does nothing without words',
    words: ['a'],
    entries: [{ containerName: 'a', operator: 'add' } as const],
    want: ['a'],
  },
])('the command: $name', ({ words, entries, want }) => {
  const other = { name: 'b', command: ['a'] }
  const pod = frozenObject('v1 Pod', { spec: { containers: [{ name: 'a', command: words }, other] } })
  const changed = command.apply(pod, { commandOverrider: entries })
  expect(valueAtPointer(changed, '/spec/containers/0/command')).toEqual(want)
  expect(valueAtPointer(changed, '/spec/containers/1')).toEqual(other)
})

it.each([
  { name: 'no container of that name', type: 'apps/v1 Deployment', containers: [{ name: 'b' }] },
  { name: 'a kind that is not known', type: 'batch/v1 CronJob', containers: [{ name: 'a' }] },
])('leaves alone $name', ({ type, containers }) => {
  const object = frozenObject(type, { spec: { template: { spec: { containers, initContainers: [{ name: 'a' }] } } } })
  expect(command.apply(object, { commandOverrider: [add('x')] })).toBe(object)
})

it('refuses a command that is no list', () => {
  const pod = frozenObject('x/v1 Pod', { spec: { containers: [{ name: 'a', command: 'sh' }] } })
  expect(() => command.apply(pod, { commandOverrider: [add('x')] })).toThrow(
    'commandOverrider[0]: command of container a is no list',
  )
})
