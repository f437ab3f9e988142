import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { countsOf, NO_TALLY, tallyOf, writeResults } from './results.ts'

it('counts words, most first, then by the alphabet', () => {
  const counts = countsOf(['b', 'a', 'there', 'there', 'constructor'])
  expect(Object.entries(counts)).toEqual([
    ['there', 2],
    ['a', 1],
    ['b', 1],
    ['constructor', 1],
  ])
})

it('adds up what came of rounds', () => {
  const one = { refusedByApiserver: 1, templates: { there: 1, gone: 3 }, verdicts: { a: 1 }, madeAgain: 0, touched: 2 }
  const two = { refusedByApiserver: 2, templates: { there: 4 }, verdicts: { b: 1 }, madeAgain: 5, touched: 0 }
  const all = tallyOf([one, two])
  expect(all).toEqual({
    refusedByApiserver: 3,
    templates: { there: 5, gone: 3 },
    verdicts: { a: 1, b: 1 },
    madeAgain: 5,
    touched: 2,
  })
  expect(Object.keys(all.templates)).toEqual(['there', 'gone'])
  expect(tallyOf([])).toEqual(NO_TALLY)
})

it('writes what there is of a run, into a folder that is not there yet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'))
  const path = join(folder, 'deep', 'results.json')
  writeResults(path, { seed: 7, cases: 120, faults: [] })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ seed: 7, cases: 120, faults: [] })
  rmSync(folder, { recursive: true })
})
