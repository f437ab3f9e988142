import { expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { OwnAnswers } from './own-answers.ts'

const version = (resourceVersion: string) => a.binding({ metadata: { uid: 'u', resourceVersion } })
const change = (object: ReturnType<typeof version>) => ({ type: 'updated', object, previous: version('1') }) as const

it('a change is that of an own write while its answer is taken, and none other is', () => {
  const asked: boolean[] = []
  const answers = new OwnAnswers({
    observe: object => {
      asked.push(answers.has(change(version(object.metadata.resourceVersion ?? ''))), answers.has(change(version('7'))))
    },
  })
  answers.observe(version('2'))
  expect(asked).toEqual([true, false])
  expect(answers.has(change(version('2')))).toBe(false)
})

it('nor is one that comes after an answer that could not be taken', () => {
  const answers = new OwnAnswers({
    observe: () => {
      throw new Error('a handler of ours')
    },
  })
  expect(() => answers.observe(version('2'))).toThrow('a handler of ours')
  expect(answers.has(change(version('2')))).toBe(false)
})
