import { expect, it } from '@jest/globals'
import { PageTurns } from './page-turns.ts'

const LARGE = 1_000_000
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('one large page is decoded in a turn, in the order of asking', async () => {
  const turns = new PageTurns()
  const decoded: string[] = []
  const read = async (name: string, bytes: number): Promise<void> => {
    await turns.take(bytes)
    decoded.push(name)
  }
  const all = ['a', 'b', 'c'].map(name => read(name, LARGE))
  const small = read('small', 100)
  await small
  expect(decoded).toEqual(['a', 'small'])
  await turn()
  expect(decoded).toEqual(['a', 'small', 'b'])
  await Promise.all(all)
  expect(decoded).toEqual(['a', 'small', 'b', 'c'])
})

it('a page that comes alone waits for nothing', async () => {
  const turns = new PageTurns()
  await turns.take(LARGE)
  await turn()
  await turn()
  let isTaken = false
  void turns.take(LARGE).then(() => {
    isTaken = true
  })
  await Promise.resolve()
  expect(isTaken).toBe(true)
})
