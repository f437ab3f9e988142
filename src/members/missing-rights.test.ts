import { expect, it } from '@jest/globals'
import { newMissingRights } from './missing-rights.ts'

const secrets = { verb: 'list', group: '', resource: 'secrets' }

it('rights are missing as long as one who met it says so, and each change is told once', () => {
  const rights = newMissingRights()
  const told: string[] = []
  const end = rights.addHandler(cluster => told.push(cluster))
  rights.note('m1', 'work a', [secrets])
  rights.note('m1', 'work a', [{ ...secrets }])
  rights.note('m1', 'work b', [])
  expect(told).toEqual(['m1'])
  rights.note('m1', 'work b', [secrets])
  expect(rights.of('m1')).toEqual([secrets, secrets])
  rights.note('m1', 'work a', [])
  expect(rights.of('m1')).toEqual([secrets])
  rights.note('m1', 'work b', [])
  expect(rights.of('m1')).toEqual([])
  expect(told).toEqual(['m1', 'm1', 'm1', 'm1'])
  expect([rights.wasNoted('m1'), rights.wasNoted('m2')]).toEqual([true, false])
  rights.forget('m1')
  expect(rights.wasNoted('m1')).toBe(false)
  end()
  rights.note('m1', 'work a', [secrets])
  expect(told).toHaveLength(4)
})
