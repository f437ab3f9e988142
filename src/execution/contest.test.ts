import { expect, it } from '@jest/globals'
import { ContestLedger } from './contest.ts'

const fields = [{ path: '/spec/replicas', manager: 'scaler', keys: ['f:spec', 'f:replicas'] }]
const observed = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { replicas: 4 } }
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
  expect(ledger.contested('k', 'd1', observed)).toEqual([])
  ledger.record(at(9))
  expect(ledger.contested('k', 'd1', observed)).toEqual(fields)
  expect(ledger.contested('k', 'd2', observed)).toEqual([])
})

it.each([
  { name: 'slower than that is no war', third: at(11) },
  {
    name: 'another manager is another fight',
    third: at(2, { fields: fields.map(field => ({ ...field, manager: 'other' })) }),
  },
  { name: 'the same change seen again is one', third: at(2, { version: '1' }) },
  { name: 'another manifest begins anew', third: at(2, { digest: 'd2' }) },
])('$name', ({ third }) => {
  const ledger = new ContestLedger()
  for (const skirmish of [at(0), at(1), third]) ledger.record(skirmish)
  expect(ledger.contested('k', third.digest, observed)).toEqual([])
})

it('a field of a list entry is the same wherever the entry stands, and forgotten with it', () => {
  const keys = ['f:spec', 'f:containers', 'k:{"name":"b"}', 'f:image']
  const holding = (...names: readonly string[]) => ({
    ...observed,
    spec: { containers: names.map(name => ({ name, image: 'theirs' })) },
  })
  const ledger = new ContestLedger()
  const places = ['/spec/containers/0/image', '/spec/containers/1/image', '/spec/containers/2/image']
  for (const [minute, path] of places.entries()) {
    ledger.record(at(minute, { fields: [{ path, manager: 'scaler', keys }] }))
  }
  const pathsIn = (object: typeof observed | ReturnType<typeof holding>) =>
    ledger.contested('k', 'd1', object).map(({ path }) => path)
  expect(pathsIn(holding('a', 'b'))).toEqual(['/spec/containers/1/image'])
  expect(pathsIn(holding('b', 'a'))).toEqual(['/spec/containers/0/image'])
  expect(pathsIn(holding('a'))).toEqual([])
})
