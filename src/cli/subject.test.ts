import { describe, expect, it } from '@jest/globals'
import { splitSubject } from './subject.ts'

describe('splitSubject', () => {
  it.each([
    { words: ['deployment/web'], want: { kind: 'deployment', name: 'web' } },
    { words: ['deployment', 'web'], want: { kind: 'deployment', name: 'web' } },
    { words: ['deployments.apps/web'], want: { kind: 'deployments.apps', name: 'web' } },
  ])('$words', ({ words, want }) => expect(splitSubject(words)).toEqual(want))

  it.each([[['deployment']], [['deployment/']], [['/web']], [['deployment/web', 'db']], [['deployment', 'a', 'b']]])(
    'refuses %j',
    words => expect(() => splitSubject(words)).toThrow('KIND/NAME'),
  )
})
