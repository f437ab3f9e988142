import { expect, it } from '@jest/globals'
import { after, emptyWorld, isPossible, type Step } from './world.ts'

const map = { kind: 'ConfigMap', group: 'blue', value: 'v1', replicas: 0 } as const
const placed: Step = { do: 'place', group: 'blue', clusters: ['a'] }
const put: Step = { do: 'put', name: 't', template: map }

it.each<{ name: string; steps: readonly Step[]; step: Step; want: boolean }>([
  { name: 'a change', steps: [placed, put], step: put, want: true },
  {
    name: 'another kind, while the first is there',
    steps: [placed, put],
    step: { do: 'put', name: 't', template: { ...map, kind: 'Deployment' } },
    want: false,
  },
  {
    name: 'another kind afterwards',
    steps: [placed, put, { do: 'delete', name: 't' }],
    step: { do: 'put', name: 't', template: { ...map, kind: 'Deployment' } },
    want: true,
  },
  {
    name: 'a move to a group without a policy',
    steps: [placed, put],
    step: { do: 'put', name: 't', template: { ...map, group: 'coral' } },
    want: false,
  },
  {
    name: 'a move to one that has a policy',
    steps: [placed, put, { do: 'place', group: 'coral', clusters: ['a'] }],
    step: { do: 'put', name: 't', template: { ...map, group: 'coral' } },
    want: true,
  },
])('knows whether it is possible: $name', ({ steps, step, want }) => {
  expect(isPossible(steps.reduce(after, emptyWorld(['a', 'b'])), step)).toBe(want)
})
