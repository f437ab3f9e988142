import { expect, it } from '@jest/globals'
import { SECRET } from '../../api/kinds.ts'
import { a } from '../../testing/builders.ts'
import { neededRights } from './needed-rights.ts'

const right = { verb: 'list', group: '', resource: 'secrets' }

it.each([
  { name: 'needed while one of the kind is propagated', manifests: [a.configMap(), a.secret()], want: [right] },
  { name: 'not needed any more after the last one', manifests: [a.configMap()], want: [] },
])('the right to watch a kind is $name', ({ manifests, want }) => {
  expect(neededRights([{ resource: SECRET, right }], [a.work({ manifests })])).toEqual(want)
})
