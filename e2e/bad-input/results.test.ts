import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { countsOf, writeResults } from './results.ts'

it('counts words, most first, then by the alphabet', () => {
  const counts = countsOf(['b', 'a', 'there', 'there', 'constructor'])
  expect(Object.entries(counts)).toEqual([
    ['there', 2],
    ['a', 1],
    ['b', 1],
    ['constructor', 1],
  ])
})

it('writes what there is of a run, into a folder that is not there yet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'))
  const path = join(folder, 'deep', 'results.json')
  writeResults(path, { seed: 7, cases: 120, faults: [] })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ seed: 7, cases: 120, faults: [] })
  rmSync(folder, { recursive: true })
})
