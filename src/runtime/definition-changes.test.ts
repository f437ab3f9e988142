import { expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { onDefinitionChange } from './definition-changes.ts'
import type { Change, ChangeHandler } from './informer.ts'

const definition = (name: string): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name },
})
const added = (name: string, initial = false): Change => ({ type: 'added', object: definition(name), initial })

function watch() {
  const clock = newFakeClock()
  const told: string[] = []
  let handler: ChangeHandler = () => undefined
  const definitions = {
    addHandler(given: ChangeHandler) {
      handler = given
      return () => {
        handler = () => undefined
      }
    },
  }
  const stop = onDefinitionChange({ definitions, clock }, group => told.push(group))
  return { clock, told, stop, change: (change: Change) => handler(change) }
}

it('tells the group at once and again a little later', async () => {
  const { clock, told, change } = watch()
  change(added('shops.example.com'))
  expect(told).toEqual(['example.com'])
  await clock.advance(1_000)
  expect(told).toEqual(['example.com', 'example.com'])
})

it('says nothing of what was there already', async () => {
  const { clock, told, change } = watch()
  change(added('shops.example.com', true))
  await clock.advance(1_000)
  expect(told).toEqual([])
})

it('asks each group once more, after its last change', async () => {
  const { clock, told, change } = watch()
  change(added('shops.example.com'))
  await clock.advance(500)
  change({ type: 'updated', object: definition('shops.example.com'), previous: definition('shops.example.com') })
  change({ type: 'deleted', object: definition('lamps.example.org') })
  await clock.advance(1_000)
  expect(told).toEqual(['example.com', 'example.com', 'example.org', 'example.com', 'example.org'])
})

it('ends with what was still to come', async () => {
  const { clock, told, change, stop } = watch()
  change(added('shops.example.com'))
  stop()
  await clock.advance(1_000)
  expect(told).toEqual(['example.com'])
})
