import { expect, it } from '@jest/globals'
import { valueAtPointer } from '../../object/json-pointer.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { args } from './args.ts'

it('takes arguments away, all that are equal (spec/behaviour/overrides.md §11.8), and leaves the command', () => {
  const container = { name: 'a', command: ['--v=2'], args: ['--v=2', '--v=2', '-x'] }
  const object = frozenObject('apps/v1 Deployment', { spec: { template: { spec: { containers: [container] } } } })
  const changed = args.apply(object, {
    argsOverrider: [{ containerName: 'a', operator: 'remove', value: ['--v=2'] }],
  })
  expect(valueAtPointer(changed, '/spec/template/spec/containers/0')).toEqual({ ...container, args: ['-x'] })
})

it('appends arguments', () => {
  const object = frozenObject('v1 Pod', { spec: { containers: [{ name: 'a' }] } })
  const changed = args.apply(object, { argsOverrider: [{ containerName: 'a', operator: 'add', value: ['--v=2'] }] })
  expect(changed['spec']).toEqual({ containers: [{ name: 'a', args: ['--v=2'] }] })
})
