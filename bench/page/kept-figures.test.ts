import { describe, expect, it } from '@jest/globals'
import { bareOf, figuresOf } from './kept-figures.ts'

describe('the figures of a run that was kept', () => {
  it('are shown but for those that were taken too soon to mean anything', () => {
    const figures = { readySeconds: 1, calmRssMiB: 2, at1000CalmHeapMiB: 3, atRestRssMiB: 4 }
    expect(figuresOf({ figures })).toEqual({ readySeconds: 1, atRestRssMiB: 4 })
  })

  it.each([
    {
      name: 'a time until the last write is that on the host, where only one was told',
      question: 'policy-change',
      bare: { dropInMemberSeconds: 13, dropCpuSeconds: 2 },
      want: { dropOnHostSeconds: 13, dropCpuSeconds: 2 },
    },
    {
      name: 'two times are what they are called',
      question: 'policy-change',
      bare: { dropInMemberSeconds: 9, dropOnHostSeconds: 13 },
      want: { dropInMemberSeconds: 9, dropOnHostSeconds: 13 },
    },
    {
      name: 'those of other questions stay',
      question: 'x',
      bare: { dropInMemberSeconds: 1 },
      want: { dropInMemberSeconds: 1 },
    },
    { name: 'nothing stays nothing', question: 'policy-change', bare: {}, want: {} },
  ])('of the bare loop: $name', ({ question, bare, want }) => expect(bareOf({ question, bare })).toEqual(want))
})
