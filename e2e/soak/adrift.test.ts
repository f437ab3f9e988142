import { expect, it } from '@jest/globals'
import { type Adrift, afterLeaving } from './adrift.ts'

const places = (...names: readonly string[]): Adrift['places'] => new Map(names.map(name => [name, 'must']))

it.each<{ name: string; adrift: Pick<Adrift, 'places' | 'replicas'>; want: Pick<Adrift, 'places' | 'replicas'> }>([
  {
    name: 'an object that is everywhere stays elsewhere',
    adrift: { places: places('a', 'b') },
    want: { places: places('b') },
  },
  {
    name: 'as many replicas as places leave some in each',
    adrift: { places: places('a', 'b', 'c'), replicas: 3 },
    want: { places: places('b', 'c') },
  },
  {
    name: 'of fewer nobody knows where they were',
    adrift: { places: places('a', 'b'), replicas: 1 },
    want: { places: new Map([['b', 'may']]) },
  },
  {
    name: 'where it was not nothing leaves',
    adrift: { places: places('b'), replicas: 1 },
    want: { places: places('b'), replicas: 1 },
  },
])('what lost its policy when a cluster leaves: $name', ({ adrift, want }) => {
  const rest = { values: ['v'], needs: [undefined] }
  expect(afterLeaving({ ...adrift, ...rest }, 'a')).toEqual({ ...want, ...rest })
})
