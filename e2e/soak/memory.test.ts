import { expect, it } from '@jest/globals'
import { heapGrowth, type Memories } from './memory.ts'

const sample = (...heaps: readonly number[]): Memories =>
  Object.fromEntries(heaps.map((heapMiB, index) => [`operator-${index + 1}`, { heapMiB, rssMiB: 200 }]))

it.each<{ what: string; samples: readonly Memories[]; want: readonly string[] }>([
  { what: 'nothing', samples: [], want: [] },
  { what: 'a heap that grows in few seeds', samples: [sample(40), sample(80), sample(500)], want: [] },
  { what: 'one that was high in between', samples: [40, 900, 900, 144].map(heap => sample(heap)), want: [] },
  {
    what: 'one that keeps more and more',
    samples: [sample(40, 40), sample(80, 41), sample(120, 42), sample(144.1, 43)],
    want: ['the heap of operator-1 has grown from 40 to 144.1 MiB'],
  },
])('of $what it says $want', ({ samples, want }) => expect(heapGrowth(samples)).toEqual(want))
