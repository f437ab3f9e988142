import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const E2E = join(import.meta.dirname, '..')
const SUITES = globSync('*.e2e.test.ts', { cwd: E2E }).toSorted()
const FLEET = /\b(?:startFleet|startSoakFleet)\(/g
const SEARCH = /\b(?:endFleet|sweepFleet)\(/g
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

describe('at its end a suite searches what its programs have said', () => {
  it('is asked of all suites', () => expect(SUITES.length).toBeGreaterThan(30))

  it.each(SUITES)('%s', suite => {
    const text = readFileSync(join(E2E, basename(suite)), 'utf8')
    // `useFleet` does it by itself; whoever starts a fleet by hand has to.
    expect(text).toMatch(/\b(?:useFleet|startFleet|startSoakFleet)\(/)
    expect(count(text, SEARCH)).toBe(count(text, FLEET))
  })
})
