import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { askAll } from './group.ts'
import type { Question } from './question.ts'

const told: string[] = []
const write = jest.spyOn(process.stdout, 'write').mockImplementation(text => told.push(String(text)) > 0)

afterEach(() => write.mockRestore())

describe('a question that cannot be asked here', () => {
  it('is left out with its reason, and fails nothing', async () => {
    const question: Question = {
      name: 'own-core',
      asks: 'how late it is',
      clusters: 'none',
      objects: 9,
      also: [10],
      hindrance: () => 'it needs root',
      measure: () => Promise.reject(new Error('it was asked')),
    }
    expect(await askAll([question], [])).toBe(true)
    expect(told.join('')).toMatch(
      /^own-core +left out: it needs root\nown-core --objects 10 +left out: it needs root$/m,
    )
  })
})
