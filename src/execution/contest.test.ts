import { expect, it } from '@jest/globals'
import { ContestLedger } from './contest.ts'

const fields = [{ path: '/spec/replicas', manager: 'scaler' }]
const at = (minutes: number, change: object = {}) => ({
  version: String(minutes),
  key: 'k',
  digest: 'd1',
  fields,
  nowMs: minutes * 60_000,
  ...change,
})

// design.md, rules of writing 4
it('a field that the same manager takes three times in ten minutes is left alone, until the manifest changes', () => {
  const ledger = new ContestLedger()
  ledger.record(at(0))
  ledger.record(at(1))
  expect(ledger.contested('k', 'd1')).toEqual([])
  ledger.record(at(9))
  expect(ledger.contested('k', 'd1')).toEqual(fields)
  expect(ledger.contested('k', 'd2')).toEqual([])
})

it.each([
  { name: 'slower than that is no war', third: at(11) },
  {
    name: 'another manager is another fight',
    third: at(2, { fields: [{ path: '/spec/replicas', manager: 'other' }] }),
  },
  { name: 'the same change seen again is one', third: at(2, { version: '1' }) },
  { name: 'another manifest begins anew', third: at(2, { digest: 'd2' }) },
])('$name', ({ third }) => {
  const ledger = new ContestLedger()
  for (const skirmish of [at(0), at(1), third]) ledger.record(skirmish)
  expect(ledger.contested('k', third.digest)).toEqual([])
})
